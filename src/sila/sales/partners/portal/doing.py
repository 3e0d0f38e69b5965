"""What a partner's person does: the verbs that staff have, with an actor who is them."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from sila.platform.access.models import Member
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.partners.models import DealRegistration
from sila.sales.partners.portal.reading import rows_of, shared_lead
from sila.sales.partners.portal.visibility import ASKED, PartnerActor
from sila.sales.partners.sharing import accept, decline, note_progress, report

AGAIN = timedelta(minutes=10)
Status = DealRegistration.Status


@transaction.atomic
def register(values: Mapping[str, str], *, by: PartnerActor) -> DealRegistration:
    """Register a deal for their own partner; sent twice it is the first. It is looked after by whoever looks after the
    partner. Raises Invalid."""
    given = {name: values[name].strip() for name in ASKED if values.get(name, "").strip()}
    given.setdefault("company_name", "")
    lately = rows_of("deal-registrations", by).filter(
        status=Status.SUBMITTED, company_name=given["company_name"], created_at__gt=clock.now() - AGAIN
    )
    if twin := lately.filter(note=given.get("note", ""), city=given.get("city", "")).first():
        found: DealRegistration = twin
        return found
    partner = by.partner
    owner = Member.objects.filter(id=partner.owner_id, active=True, deleted_at=None).first()
    made: DealRegistration = records.create(
        registry["deal-registrations"],
        given,
        by=by,
        partner_id=partner.id,
        owner_id=owner.id if owner else None,
        org_unit_id=partner.org_unit_id,
    )
    return made


@transaction.atomic
def answer(shared_id: UUID, said: Mapping[str, str], *, by: PartnerActor) -> None:
    """Accept, decline with a reason, note how far it has got, or what came of it. Raises NotFound, Stale, Invalid."""
    shared = shared_lead(shared_id, by)
    verb, words = said.get("do", ""), said.get("answer", "")
    if verb == "accept":
        accept(shared, by=by, answer=words)
    elif verb == "decline":
        decline(shared, by=by, answer=words)
    elif verb == "progress":
        note_progress(shared, by=by, progress=said.get("progress", ""), answer=words)
    else:
        report(shared, by=by, outcome=verb, answer=words)
