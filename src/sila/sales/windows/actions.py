"""Verbs of incumbent contracts: make a deal of one, and choose what new ones begin with."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit.text import isolate
from sila.sales.competing import add_competitor
from sila.sales.contracts.days import MOST_DAYS
from sila.sales.models import Opportunity, OpportunityCompetitor, Stage
from sila.sales.rules import today
from sila.sales.windows.models import IncumbentContract, PlanKind, WindowDeal, WindowDefaults
from sila.sales.windows.rules import SLUG
from sila.work.models import Activity

DEALS = "opportunities"


@transaction.atomic
def make_deal(incumbent: IncumbentContract, *, by: Actor, name: str = "") -> Opportunity:
    """A deal to win the customer over, against the competitor who is there; one at a time for each contract."""
    incumbent = records.unmoved(registry[SLUG], incumbent, by=by)
    running = open_deal(incumbent)
    if running is not None:
        raise Invalid({"": _("There is a deal for it already: %(number)s.") % {"number": running.number}})
    last = incumbent.notice_by
    if last is None:
        raise Invalid({"ends_on": _("Say when the contract ends before you make a deal of it.")})
    values: dict[str, Any] = {
        "name": (name or incumbent.name)[:200],
        "party": str(incumbent.party_id),
        "expected_close": max(last, today(by)).isoformat(),
        **({"product": str(incumbent.product_id)} if incumbent.product_id else {}),
    }
    worth = {"amount": incumbent.amount, "currency": incumbent.currency}
    deal: Opportunity = records.create(
        registry[DEALS], values, by=by, **(worth if incumbent.amount is not None else {})
    )
    strong = OpportunityCompetitor.Strength.STRONG
    add_competitor(deal, incumbent.competitor_id, by=by, strength=strong, note=_("Has the contract now"))
    WindowDeal.objects.create(
        incumbent_id=incumbent.id,
        opportunity_id=deal.id,
        last_day=last,
        contact_on=first_contact(incumbent, by) or today(by),
    )
    more = {"text": deal.number, "about": str(deal.id)}
    log.record("window_deal", by=by, entity=SLUG, record_id=incumbent.id, title=incumbent.name, **more)
    return deal


def open_deal(incumbent: IncumbentContract) -> Opportunity | None:
    rows = Opportunity.objects.filter(windows__incumbent_id=incumbent.id, deleted_at=None)
    found: Opportunity | None = rows.filter(category=Stage.Category.OPEN).order_by("-id").first()
    return found


def first_contact(incumbent: IncumbentContract, by: Actor) -> date | None:
    """The day of the first call, meeting or visit about the contract that was done for its present window: after the
    last window for which a deal was made."""
    done = Activity.objects.filter(
        links__entity=SLUG,
        links__record_id=incumbent.id,
        status=Activity.Status.DONE,
        kind__in=(Activity.Kind.CALL, Activity.Kind.MEETING, Activity.Kind.VISIT),
        deleted_at=None,
    )
    zone = ZoneInfo(by.workspace.timezone)
    former = WindowDeal.objects.filter(incumbent_id=incumbent.id).exclude(last_day=incumbent.notice_by)
    last = former.order_by("-last_day").values_list("last_day", flat=True).first()
    if last is not None:
        done = done.filter(done_at__gte=datetime.combine(last + timedelta(days=1), time(), tzinfo=zone))
    moment = done.order_by("done_at").values_list("done_at", flat=True).first()
    return moment.astimezone(zone).date() if moment else None


@transaction.atomic
def set_defaults(*, by: Actor, window_days: int, lead_days: int, plan_kind: str) -> WindowDefaults:
    """What is entered from now on begins with these; what is there keeps its own."""
    if not by.is_admin:
        raise NotAllowed
    for name, days in (("window_days", window_days), ("lead_days", lead_days)):
        if not 0 <= days <= MOST_DAYS:
            raise Invalid({name: _("It lies between 0 and %(most)d days.") % {"most": MOST_DAYS}})
    if plan_kind not in PlanKind.values:
        raise Invalid({"plan_kind": _("There is no such kind of activity.")})
    values = {"window_days": window_days, "lead_days": lead_days, "plan_kind": plan_kind}
    row, _new = WindowDefaults.objects.update_or_create(defaults=values)
    log.record("settings changed", by=by, entity="workspace", title=by.workspace.name)
    return row


def subject_of(incumbent: IncumbentContract) -> str:
    words = {"what": isolate(incumbent.name), "competitor": isolate(incumbent.competitor.name)}
    return _("Before the contract with %(competitor)s ends: %(what)s") % words
