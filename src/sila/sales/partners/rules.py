"""What follows from the fields of partners, registrations and shared leads, and what no door lets through."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sila.parties.actions import give_role
from sila.parties.models import Party, PartyRole
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.sales.leads.rules import first_certain
from sila.sales.models import Opportunity
from sila.sales.partners.models import DealRegistration, Partner, SharedLead
from sila.sales.rules import today

PARTNERS, REGISTRATIONS, SHARES = "partners", "deal-registrations", "shared-leads"
Status = DealRegistration.Status
COMPARED = {"company_name", "phone", "email", "city"}
SAID = {"partner", "party", *COMPARED}


# ---- partners ------------------------------------------------------------------------------------------
def derive_partner(partner: Partner, changes: Changes, by: Actor) -> None:
    if not partner.name:
        partner.name = partner.party.name
    partner.name_fold = fold(partner.name)[:200]
    if partner._state.adding:
        partner.since = partner.since or today(by)
    if not 0 <= partner.commission_rate <= 100:
        raise Invalid({"commission_rate": _("A commission lies between 0 and 100 %.")})
    if not 1 <= partner.protection_days <= 730:
        raise Invalid({"protection_days": _("Between one day and two years.")})


def give_its_role(partner: Partner, changes: Changes, by: Actor) -> None:
    """An effect: the party is known as a partner."""
    role = PartyRole.Role.PARTNER
    if "party" in changes and not PartyRole.objects.filter(party_id=partner.party_id, role=role, ends=None):
        give_role(partner.party, role, by=by.with_all_rights(by.via))


def partner_of(deal: Opportunity | None) -> Partner | None:
    """Who sells in this deal."""
    if deal is None or deal.partner_id is None:
        return None
    found: Partner | None = Partner.objects.filter(party_id=deal.partner_id, deleted_at=None).first()
    return found


# ---- registrations -------------------------------------------------------------------------------------
def derive_registration(registration: DealRegistration, changes: Changes, by: Actor) -> None:
    registration.name = registration.name or registration.company_name
    registration.name_fold = fold(registration.name)[:200]
    registration.currency = registration.currency or base_currency()
    if registration._state.adding:
        if not registration.partner.active:
            raise Invalid({"partner": _("This partner is not active.")})
    elif changes.get("status", registration.status) != Status.SUBMITTED and (
        touched := SAID & changes.keys()
    ):
        raise Invalid({min(touched): _("What was decided stays as it is. Register the deal anew.")})


def match_customer(registration: DealRegistration, changes: Changes, by: Actor) -> None:
    """Whom it is about, if a person did not say."""
    if by.via == "import":  # a file says who it was, or that nobody knew
        return
    if registration.party_id is None and COMPARED & changes.keys():
        found = customer_of(registration, by)
        if found is not None:
            changes.setdefault("party", None)
            registration.party_id = found


def customer_of(registration: DealRegistration, by: Actor) -> UUID | None:
    values = {
        "name": registration.company_name,
        "phone": registration.phone,
        "email": registration.email,
        "city": registration.city,
    }
    found = first_certain("organization", values, by.with_all_rights(by.via))
    if found is not None:
        return UUID(str(found["id"]))
    same = Party.objects.filter(
        kind="organization", name_fold=fold(registration.company_name)[:200], deleted_at=None
    )
    one = list(same.values_list("id", flat=True)[:2])
    return one[0] if len(one) == 1 else None


def protecting(party_id: UUID | None, day: date) -> QuerySet[Any]:
    """The registrations that protect this customer on the day."""
    live = DealRegistration.objects.filter(deleted_at=None, status=Status.APPROVED, party_id=party_id)
    return live.filter(protected_until__gte=day) if party_id else live.none()


def keep_decided(registration: DealRegistration, by: Actor) -> None:
    """On trash: a protected customer is not left unprotected by the way."""
    if registration.deleted_at is not None and registration.protects(today(by)):
        raise Invalid(
            {"": _("This registration protects a customer. It goes when the protection has ended.")}
        )


# ---- shared leads --------------------------------------------------------------------------------------
def derive_share(share: SharedLead, changes: Changes, by: Actor) -> None:
    share.name = share.lead.name[:200]
    if not share._state.adding:
        if {"lead", "partner"} & changes.keys():
            raise Invalid({"partner": _("Take the lead back, and share it anew.")})
        return
    if share.status not in SharedLead.RUNNING:  # brought along from a file, with how it ended
        return
    if not share.partner.active:
        raise Invalid({"partner": _("This partner is not active.")})
    if not share.lead.is_open:
        raise Invalid({"lead": _("Only a lead that is still open is shared.")})
    running = SharedLead.objects.filter(lead_id=share.lead_id, status__in=SharedLead.RUNNING, deleted_at=None)
    if running.exists():
        raise Invalid({"lead": _("This lead is with a partner already.")})
