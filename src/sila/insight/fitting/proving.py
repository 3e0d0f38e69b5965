"""How well suggestions fit: the back-test against what most customers buy, what people answered, and what was bought."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from sila.insight.fitting.models import Suggestion
from sila.insight.fitting.ranking import SHOWN
from sila.insight.fitting.reading import bought
from sila.insight.fitting.trying import ENOUGH, Trial
from sila.insight.fitting.working import last_run
from sila.insight.intervals import wilson
from sila.insight.models import ModelRun
from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import Context
from sila.platform.kit import clock
from sila.platform.kit.numbers import format_number

WITHIN = timedelta(days=90)
SURE = 0.05
Answer = Suggestion.Answer


def told(context: Context) -> dict[str, Any]:
    run = last_run()
    return {
        "title": _("How well suggestions fit"),
        "facts": _facts(run, context.reader) if run else [],
        "when": context.reader.moment(run.at) if run else "",
        "trial": _trial(run, context.reader) if run else {},
        "answers": _answers(context.reader),
        "reasons": _reasons(context.reader),
    }


def _number(value: int, reader: Reader) -> str:
    return format_number(value, digits=reader.digits)


def _facts(run: ModelRun, reader: Reader) -> list[dict[str, str]]:
    labels = (
        ("purchases", _("Purchases counted")),
        ("customers", _("Customers")),
        ("products", _("Products")),
        ("rules", _("Rules that hold")),
    )
    return [{"label": label, "value": _number(run.metrics[name], reader)} for name, label in labels]


def rate(hits: int, of: int, reader: Reader) -> dict[str, str]:
    """A share with its 95 % interval, as text."""
    found = wilson(hits, of)
    low, share, high = (_number(round(100 * value), reader) for value in (found.low, found.value, found.high))
    return {
        "count": _("%(hits)s of %(of)s") % {"hits": _number(hits, reader), "of": _number(of, reader)}
        if of
        else "–",
        "rate": f"{share}%" if of else "–",
        "between": _("%(low)s%% to %(high)s%%") % {"low": low, "high": high} if of else "–",
    }


def _trial(run: ModelRun, reader: Reader) -> dict[str, Any]:
    numbers = run.metrics
    trial = Trial(*(numbers[name] for name in ("tried", "hits", "usual_hits", "only_ours", "only_usual")))
    if not trial.enough:
        facts = {"tried": _number(trial.tried, reader), "least": _number(ENOUGH, reader)}
        text = _(
            "Too little to say: %(tried)s customers bought something new on their last day. It takes %(least)s."
        )
        return {"says": text % facts, "rows": []}
    return {
        "says": _verdict(trial),
        "rows": [
            {"label": _("What fits"), **rate(trial.hits, trial.tried, reader)},
            {"label": _("What most customers buy"), **rate(trial.usual_hits, trial.tried, reader)},
        ],
        "shown": _number(SHOWN, reader),
    }


def _verdict(trial: Trial) -> str:
    if trial.chance >= SURE:
        return _("No difference can be told from chance: what fits does as well as what most customers buy.")
    if trial.hits > trial.usual_hits:
        return _(
            "What fits foretells purchases better than what most customers buy; chance alone hardly does that."
        )
    return _("What most customers buy foretells purchases better here: take these suggestions with care.")


def _answers(reader: Reader) -> list[dict[str, Any]]:
    """How many were accepted of those answered; of those that are 90 days old, how many were bought in that time."""
    sold = bought().filter(
        product_id=OuterRef("product_id"),
        invoice__party_id=OuterRef("party_id"),
        invoice__issued_at__gte=OuterRef("at"),
        invoice__issued_at__lt=OuterRef("at") + WITHIN,
    )
    old = Q(at__lt=clock.now() - WITHIN)
    rows = Suggestion.objects.annotate(bought=Exists(sold)).values("answer")
    found = {
        row["answer"]: row
        for row in rows.annotate(
            number=Count("id"), old=Count("id", filter=old), sold=Count("id", filter=old & Q(bought=True))
        ).order_by()
    }
    blank = {"number": 0, "old": 0, "sold": 0}
    yes, no = (found.get(answer, blank) for answer in (Answer.ACCEPTED, Answer.REJECTED))
    return [
        {
            "label": _("Accepted, of those answered"),
            **rate(yes["number"], yes["number"] + no["number"], reader),
        },
        {"label": _("Bought within 90 days, of those accepted"), **rate(yes["sold"], yes["old"], reader)},
        {"label": _("Bought within 90 days, of those rejected"), **rate(no["sold"], no["old"], reader)},
    ]


def _reasons(reader: Reader) -> list[dict[str, str]]:
    rows = (
        Suggestion.objects.filter(answer=Answer.REJECTED)
        .order_by()
        .values("why")
        .annotate(number=Count("id"))
    )
    return [
        {"label": str(Suggestion.Why(row["why"]).label), "value": _number(row["number"], reader)}
        for row in rows.order_by(F("number").desc(), "why")
    ]
