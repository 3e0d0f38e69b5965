"""Verbs of deal registrations: protect a customer for a partner, refuse, extend; and what ends by itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope, take_turns
from sila.sales.models import Opportunity
from sila.sales.partners.models import DealRegistration, Partner
from sila.sales.partners.rules import REGISTRATIONS, customer_of, protecting
from sila.sales.rules import today

Status = DealRegistration.Status
MOST = 730  # days
EXPIRE = "end protection of registrations"
CHANNELS = {Partner.Kind.OUTLET: Opportunity.Channel.OUTLET}


@transaction.atomic
def approve(registration: DealRegistration, *, by: Actor, days: int | None = None) -> DealRegistration:
    """Protect the customer, who is added if they are not known, and open the deal. Of two partners at once one is
    protected, and the other is told so without a name. Raises NotAllowed, Stale, Invalid."""
    registration = _to_decide(registration, by)
    take_turns("registering deals")
    customer = registration.party_id or customer_of(registration, by)
    others = protecting(customer, today(by)).exclude(partner_id=registration.partner_id)
    if others.exists():
        raise Invalid({"": taken()})
    if customer == registration.partner.party_id:
        raise Invalid({"party": _("A partner cannot register itself as the customer.")})
    if customer is None:
        customer = _new_customer(registration, by)
    length = days or registration.partner.protection_days
    if not 1 <= length <= MOST:
        raise Invalid({"days": _("Between one day and two years.")})
    columns = {
        "status": Status.APPROVED,
        "party_id": customer,
        "protected_until": today(by) + timedelta(days=length),
        "opportunity_id": _deal(registration, customer, by).id,
        "answer": "",
        **_decision(by),
    }
    records.enter(registry[REGISTRATIONS], registration, columns, by=by, kind="registration_approved")
    return registration


def taken() -> str:
    """What the second of two is told: not by whom."""
    return _("This customer is protected for another partner at present.")


@transaction.atomic
def refuse(registration: DealRegistration, *, by: Actor, reason: str = "") -> DealRegistration:
    registration = _to_decide(registration, by)
    if not reason.strip():
        raise Invalid({"reason": _("Say why: the partner reads it.")})
    columns = {"status": Status.REFUSED, "answer": reason.strip()[:300], **_decision(by)}
    records.enter(registry[REGISTRATIONS], registration, columns, by=by, kind="registration_refused")
    return registration


@transaction.atomic
def extend(registration: DealRegistration, *, by: Actor, days: int | None = None) -> DealRegistration:
    """The protection lasts longer; one that has ended begins again, unless somebody else came first."""
    registration = records.unmoved(registry[REGISTRATIONS], registration, by=by)
    if registration.status not in (Status.APPROVED, Status.EXPIRED):
        raise Invalid({"": _("Only what was protected is extended.")})
    take_turns("registering deals")
    if protecting(registration.party_id, today(by)).exclude(partner_id=registration.partner_id).exists():
        raise Invalid({"": taken()})
    length = days or 0
    begins = max(registration.protected_until or today(by), today(by))
    if not 1 <= length <= MOST:
        raise Invalid({"days": _("Between one day and two years.")})
    columns = {"status": Status.APPROVED, "protected_until": begins + timedelta(days=length)}
    records.enter(registry[REGISTRATIONS], registration, columns, by=by, kind="registration_extended")
    return registration


def may_decide(registration: DealRegistration, by: Actor) -> bool:
    """Somebody else than who entered it, or an administrator."""
    return by.is_admin or by.member_id != registration.created_by_id


def _to_decide(registration: DealRegistration, by: Actor) -> DealRegistration:
    now: DealRegistration = records.unmoved(registry[REGISTRATIONS], registration, by=by)
    if now.status != Status.SUBMITTED:
        raise Invalid({"": _("This registration was decided already.")})
    if not may_decide(now, by):
        raise NotAllowed(_("Who entered a registration does not decide it: a colleague does."))
    return now


def _decision(by: Actor) -> dict[str, Any]:
    return {"decided_at": clock.now(), "decided_by_id": by.member_id}


def _new_customer(registration: DealRegistration, by: Actor) -> UUID:
    values = {
        "name": registration.company_name,
        "phone": registration.phone,
        "email": registration.email,
        "city": registration.city,
        "lifecycle": "prospect",
    }
    given = {name: value for name, value in values.items() if value}
    made: Party = records.create(registry["organizations"], given, by=by, owner_id=registration.owner_id)
    return made.id


def _deal(registration: DealRegistration, customer: UUID, by: Actor) -> Opportunity:
    """The deal carries its partner and the channel; it is looked after by whoever looks after the registration."""
    partner = registration.partner
    columns = {
        "amount": registration.amount,
        "currency": registration.currency,
        "party_id": customer,
        "partner_id": partner.party_id,
        "channel": CHANNELS.get(Partner.Kind(partner.kind), Opportunity.Channel.RESELLER),
        "product_id": registration.product_id,
        "expected_close": registration.expected_close,
        "owner_id": registration.owner_id,
    }
    deal: Opportunity = records.create(
        registry["opportunities"], {"name": registration.name}, by=by, **columns
    )
    return deal


# ---- what ends by itself -------------------------------------------------------------------------------
def look_everywhere() -> None:
    """Looked at each minute; done once on each day of a workspace's clock."""
    in_each_workspace(lambda workspace: jobs.once_a_day(EXPIRE, by=Actor.system(workspace, "job")))


@jobs.handles(EXPIRE)
def expire(job: jobs.Run) -> dict[str, Any]:
    done = 0
    while True:
        with scope(job.workspace), transaction.atomic():
            over = DealRegistration.objects.filter(
                deleted_at=None, status=Status.APPROVED, protected_until__lt=today(job.by)
            )
            rows = list(records.locked(over.order_by("protected_until", "id"))[:200])
            for row in rows:
                columns = {"status": Status.EXPIRED}
                records.enter(registry[REGISTRATIONS], row, columns, by=job.by, kind="registration_expired")
        if not rows:
            return {"ended": done}
        done += len(rows)
        job.progress(done)
