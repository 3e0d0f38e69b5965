"""Verbs of promotions: choose customers, start, end, measure, call those to whom it is offered."""

from datetime import timedelta
from itertools import batched
from secrets import randbelow
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sila.insight.promotions.drawing import draw
from sila.insight.promotions.measuring import keep_measure, measure_of
from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.insight.promotions.rules import SLUG, refuse_without_offer
from sila.insight.promotions.spending import note_past
from sila.parties.duplicates import SLUGS
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.calling.actions import MOST as MOST_CALLED
from sila.sales.calling.actions import add_records
from sila.sales.calling.models import CallList
from sila.sales.rules import today

Status = Promotion.Status
MOST = 100_000  # customers of a promotion
AT_ONCE = 5000  # in one statement
FEWEST = 4  # with fewer there are no two groups


@transaction.atomic
def add_customers(promotion: Promotion, rows: QuerySet[Any], *, by: Actor) -> int:
    """Customers of these rows that the actor sees; who is in it already stays. How many are new. Raises NotAllowed, Stale,
    Invalid."""
    promotion = _changeable(promotion, by, Status.DRAFT, _("The promotion has started: its customers stand."))
    known = set(_customers(promotion).values_list("party_id", flat=True))
    found = rows.order_by("id").values_list("id", "name")[: MOST + 1]
    fresh = [(party, name) for party, name in found if party not in known]
    if len(known) + len(fresh) > MOST:
        raise Invalid({"": _("That is too many: add %(most)d at most.") % {"most": MOST}})
    PromotionCustomer.objects.bulk_create(
        (PromotionCustomer(promotion_id=promotion.id, party_id=party, name=name) for party, name in fresh),
        batch_size=2000,
    )
    if fresh:
        note_past(promotion)
        log.record(
            "promotion_customers",
            by=by,
            entity=SLUG,
            record_id=promotion.id,
            title=promotion.name,
            text=str(len(fresh)),
        )
    return len(fresh)


@transaction.atomic
def clear_customers(promotion: Promotion, *, by: Actor) -> Promotion:
    """Begin anew with choosing them."""
    promotion = _changeable(promotion, by, Status.DRAFT, _("The promotion has started: its customers stand."))
    _customers(promotion).delete()
    return promotion


@transaction.atomic
def start(promotion: Promotion, *, by: Actor) -> Promotion:
    """The lot is drawn, once and for all. What began on paper before today begins today. Raises Invalid."""
    promotion = _changeable(promotion, by, Status.DRAFT, _("This promotion has started already."))
    refuse_without_offer(promotion)
    day = today(by)
    if promotion.ends < day:
        raise Invalid({"ends": _("It would have ended already.")})
    begins = max(promotion.begins, day)
    seed = randbelow(2**31)
    columns = {"status": Status.RUNNING, "begins": begins, "seed": seed, "started_at": clock.now()}
    _enter(promotion, columns, "promotion_started", by)
    note_past(promotion)
    spent = dict(_customers(promotion).values_list("party_id", "before"))
    if len(spent) < FEWEST:
        raise Invalid({"": _("Choose at least %(least)d customers first.") % {"least": FEWEST}})
    control = draw(spent, promotion.control_share, seed) or {min(spent, key=str)}
    _customers(promotion).update(treated=True)
    for some in batched(sorted(control), AT_ONCE, strict=False):
        _customers(promotion).filter(party_id__in=some).update(treated=False)
    return promotion


@transaction.atomic
def end(promotion: Promotion, *, by: Actor) -> Promotion:
    """It is not offered any more from now on."""
    promotion = _changeable(promotion, by, Status.RUNNING, _("This promotion is not running."))
    last = max(min(promotion.ends, today(by)), promotion.begins)
    _enter(promotion, {"status": Status.ENDED, "ends": last}, "promotion_ended", by)
    return promotion


@transaction.atomic
def measure(promotion: Promotion, *, by: Actor) -> Promotion:
    """What it brought stands from here on: what is bought later, or corrected later, changes it no more."""
    promotion = records.unmoved(registry[SLUG], promotion, by=by)
    if not may_be_measured(promotion):
        raise Invalid({"": _("Only what has ended can be measured, and once.")})
    keep_measure(promotion)
    _enter(promotion, {"status": Status.MEASURED}, "promotion_measured", by)
    return promotion


def may_be_measured(promotion: Promotion) -> bool:
    """Once it has ended; also what came as measured in a file, which brings no measure along."""
    if promotion.status == Status.MEASURED:
        return measure_of(promotion) is None
    return promotion.status == Status.ENDED


@transaction.atomic
def make_call_list(promotion: Promotion, *, by: Actor, name: str = "") -> CallList:
    """A call list of those to whom it is offered, as far as the actor may see them. Never of the control group."""
    promotion = records.get(registry[SLUG], promotion.id, by=by)
    if promotion.status != Status.RUNNING:
        raise Invalid({"": _("This promotion is not running.")})
    values = {"name": (name or promotion.name)[:200], "script": offer_text(promotion)}
    call_list: CallList = records.create(registry["call-lists"], values, by=by)
    treated = _customers(promotion).filter(treated=True).order_by("id").values_list("party_id", flat=True)
    chosen = list(treated[: MOST_CALLED + 1])
    for slug in SLUGS.values():
        add_records(call_list, slug, chosen, by=by)
    return call_list


def offer_text(promotion: Promotion) -> str:
    return promotion.gift if promotion.offer == Promotion.Offer.GIFT else promotion.name


def end_those_over(by: Actor) -> int:
    """Promotions whose last day is past end by themselves. How many."""
    yesterday = today(by) - timedelta(days=1)
    over = Promotion.objects.filter(status=Status.RUNNING, ends__lte=yesterday, deleted_at=None)
    found = list(over.order_by("id")[:200])
    for promotion in found:
        end(promotion, by=by)
    return len(found)


def _customers(promotion: Promotion) -> QuerySet[PromotionCustomer]:
    rows: QuerySet[PromotionCustomer] = PromotionCustomer.objects.filter(promotion_id=promotion.id)
    return rows


def _changeable(promotion: Promotion, by: Actor, status: str, refusal: str) -> Promotion:
    now: Promotion = records.unmoved(registry[SLUG], promotion, by=by)
    if now.status != status:
        raise Invalid({"": refusal})
    return now


def _enter(promotion: Promotion, columns: dict[str, Any], kind: str, by: Actor) -> None:
    records.enter(registry[SLUG], promotion, columns, by=by, kind=kind)
