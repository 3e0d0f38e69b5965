"""What the page of the funnel is asked, as its address says it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import OrgUnit
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.funnel.period import Period
from sila.sales.models import Pipeline, Stage

SLUG = "opportunities"
FILTERS = ("owner", "org_unit", "product", "channel")


@dataclass(frozen=True)
class Question:
    """What the page is asked: whose deals, of which pipeline, in which period."""

    period: Period
    pipeline: Pipeline | None
    pipelines: list[Pipeline]
    stages: list[Stage]
    chosen: dict[str, str]
    within: dict[str, list[str]]  # the same, a unit with all below it
    deals: QuerySet[Any]

    @classmethod
    def read(cls, request: WorkspaceRequest, context: Context) -> "Question":
        """Raises NotAllowed for those who may not see deals or their stages."""
        deals, params = registry[SLUG], request.GET
        fields = deals.readable(context.actor)
        if not context.actor.can(SLUG, "view") or "stage" not in fields:
            raise NotAllowed
        pipelines = list(Pipeline.objects.filter(deleted_at=None).order_by("order", "id"))
        asked = next((each for each in pipelines if str(each.id) == params.get("pipeline")), None)
        pipeline = asked or (pipelines[0] if pipelines else None)
        chosen = {name: params[name] for name in FILTERS if params.get(name) and name in fields}
        chosen = {name: value for name, value in chosen.items() if name == "channel" or is_id(value)}
        within = {name: _with_all_below(name, value) for name, value in chosen.items()}
        rows = deals.visible_to(context.actor)
        for name, values in within.items():
            rows = rows.filter(**{f"{name}__in" if name == "channel" else f"{name}_id__in": values})
        period, stages = Period.read(params, context.reader), list(Stage.objects.all())
        return cls(period, pipeline, pipelines, stages, chosen, within, rows)

    def query(self, **more: Any) -> str:
        asked = {"pipeline": self.pipeline.id} if self.pipeline else {}
        return "?" + urlencode({**asked, **self.chosen, **self.period.query(), **more})


def _with_all_below(name: str, value: str) -> list[str]:
    if name != "org_unit":
        return [value]
    units = OrgUnit.objects.filter(path__contains=str(UUID(value))).values_list("id", flat=True)
    return [str(unit) for unit in units] or [value]


def is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
