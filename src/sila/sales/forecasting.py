"""Under which category a forecast counts a deal: by its end, by what a person said of it, else by its stage."""

from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.sales.models import Forecast, Opportunity, Stage

ENDS = {Stage.Category.WON: Forecast.CLOSED, Stage.Category.LOST: Forecast.OMITTED}
AT_LEAST = ((75, Forecast.COMMIT), (40, Forecast.BEST_CASE))  # percent of probability


def usual(stage: Stage) -> str:
    """The category of deals in the stage, of which nobody has said another."""
    if stage.category in ENDS:
        return ENDS[Stage.Category(stage.category)]
    if stage.forecast_category:
        return str(stage.forecast_category)
    return next((each for least, each in AT_LEAST if stage.probability >= least), Forecast.PIPELINE)


def follow_forecast(deal: Opportunity, stage: Stage | None, changes: Changes) -> None:
    """What was said stays as long as the deal is open and does not move. `stage`: where it has none yet, or moves."""
    before = changes.get("forecast_category", deal.forecast_category)
    said = deal.forecast_category if "forecast_category" in changes else ""
    if said and said != _allowed(deal, said):
        raise Invalid({"forecast_category": _refusal(deal)})
    if not said and stage is not None:
        deal.forecast_category = usual(stage)
    if deal.forecast_category != before:
        changes["forecast_category"] = before


def _allowed(deal: Opportunity, said: str) -> str:
    end = ENDS.get(Stage.Category(deal.category))
    if end:
        return end
    return said if said != Forecast.CLOSED else ""


def _refusal(deal: Opportunity) -> str:
    if deal.is_open:
        return _("An open deal is not closed in the forecast.")
    return _("This deal is closed: the forecast counts it by its end.")


def refuse_wrong_category(stage: Stage, changes: Changes, by: object) -> None:
    """An open stage is not closed; a stage that ends deals is counted by its end."""
    if stage.category == Stage.Category.OPEN and stage.forecast_category == Forecast.CLOSED:
        raise Invalid({"forecast_category": _("An open stage is not closed in the forecast.")})
    if stage.category != Stage.Category.OPEN:
        stage.forecast_category = ""
