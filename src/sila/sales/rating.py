"""What a deal is worth in the base currency: at today's rate while it is open, at the rate of the day on which it closed.

Without a rate there is no such amount, and the deal says so. A rate of today that is entered or comes into force later
reaches open deals by a job; closed ones keep theirs, and get one only if they had none, or have one into a base currency
that the workspace keeps no more. What deals of an earlier Sila lack of this is filled in by the same job.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Q, Value, When
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities import actions as records
from sila.platform.entities import extensions
from sila.platform.entities.computed.keeping import catch_up
from sila.platform.entities.fields import base_currency
from sila.platform.entities.models import ExchangeRate
from sila.platform.entities.rates import Rates, rates_on
from sila.platform.entities.registry import Changes, registry
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.writing import read_once, when_written
from sila.sales.entry import let_rest
from sila.sales.models import Opportunity
from sila.sales.rules import today

JOB = "rates of deals"
STEP = 500
RATED = {"amount", "currency", "stage", "closed_on"}


def at_the_rate(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """A rule, after the one that closes and reopens."""
    if deal._state.adding or RATED & changes.keys():
        day = (deal.closed_on if not deal.is_open else None) or today(by)
        rate(deal, read_once(("rates", day, deal.currency), lambda: rates_on(day, [deal.currency])))


def rate(deal: Opportunity, rates: Rates) -> bool:
    """Whether that changed anything."""
    before = (deal.rate, deal.base_amount, deal.base_currency)
    known = rates.known.get(deal.currency)
    own = deal.currency in ("", rates.base)
    deal.base_currency = rates.base
    deal.rate = None if own or known is None else known.rate
    deal.base_amount = None if deal.amount is None else rates.convert(deal.amount, deal.currency)
    return before != (deal.rate, deal.base_amount, deal.base_currency)


def has_no_rate(deal: Opportunity) -> bool:
    return deal.amount is not None and deal.base_amount is None


def worth() -> tuple[Case, Case]:
    """Currency and minor units in which a total tells a deal, in SQL: a closed one in the base currency, as of its day, if
    there was a rate; others as they are."""
    base = base_currency()
    of_its_day = ~Q(category="open") & Q(base_currency=base, base_amount__isnull=False)
    return (
        Case(When(of_its_day, then=Value(base)), default="currency", output_field=CharField()),
        Case(When(of_its_day, then="base_amount"), default="amount"),
    )


def flag(deal: Opportunity, context: Any) -> list[dict[str, Any]]:
    """A notice on the page of a deal that no total counts."""
    fields = registry["opportunities"].readable(context.actor)
    if not has_no_rate(deal) or not {"amount", "base_amount"} <= fields.keys():
        return []
    text = _("There is no exchange rate for %(currency)s: totals in the base currency leave this deal out.")
    return [{"kind": "warn", "text": text % {"currency": deal.currency}}]


# ---- rates that come later -----------------------------------------------------------------------------
def keep_rates() -> None:
    """Looked at each minute; once a day what has come into force reaches the open deals."""
    in_each_workspace(lambda workspace: jobs.once_a_day(JOB, by=Actor.system(workspace, "job")))


def follow_rate(row: ExchangeRate, changes: Changes, by: Actor) -> None:
    """An administrator has entered a rate, or corrected one; many of a file set the job off once."""
    when_written(JOB, lambda: _enqueue(by))


def _enqueue(by: Actor) -> None:
    jobs.enqueue(JOB, str(uuid7()), {}, by=by)


@jobs.handles(JOB)
def work(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace):
        by = Actor.system(job.workspace, "job")
        let_rest(by)
        return {"rated": rate_anew(by)}


def rate_anew(by: Actor) -> int:
    """Open deals in other currencies, and all that were never rated or in a former base currency, in steps of their own
    transactions."""
    base, number = base_currency(), 0
    other = ~Q(currency=base) & (Q(category="open") | Q(rate=None))
    rows = Opportunity.objects.filter(other | ~Q(base_currency=base), deleted_at=None)
    ids = list(rows.order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), STEP):
        with transaction.atomic():
            number += _rate_some(ids[start : start + STEP], by)
    return number


def _rate_some(ids: list[Any], by: Actor) -> int:
    deals = list(records.locked(Opportunity.objects.filter(id__in=ids, deleted_at=None)).order_by("id"))
    days: dict[date, list[Opportunity]] = {}
    for deal in deals:
        days.setdefault((deal.closed_on if not deal.is_open else None) or today(by), []).append(deal)
    changed = [deal for day, some in days.items() for deal in _rated(some, day)]
    Opportunity.objects.bulk_update(changed, ["rate", "base_amount", "base_currency"])
    catch_up(registry["opportunities"], [deal.id for deal in changed], by=by)
    return len(changed)


def _rated(deals: Iterable[Opportunity], day: date) -> list[Opportunity]:
    deals = list(deals)
    rates = rates_on(day, {deal.currency for deal in deals})
    return [deal for deal in deals if rate(deal, rates)]


extensions.rated.append(follow_rate)
