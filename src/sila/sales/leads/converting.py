"""Converting a lead: what it becomes is made or linked in one transaction, once, and can be taken back for 30 days.

The lead's row is locked first: who presses second, or at the same moment, gets what the first one made. What is made is
compared once more with what is there, so that nobody is added twice.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations import notes, undo
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.folding import fold
from sila.platform.kit.text import isolate
from sila.sales.leads.actions import SLUG
from sila.sales.leads.models import Lead
from sila.sales.leads.rules import as_company, as_person, first_certain
from sila.sales.models import Opportunity
from sila.sales.rules import today

Status = Lead.Status
CREATED = OperationChange.Action.CREATED
NOUNS = {"person": "people", "company": "organizations", "deal": "opportunities"}


@transaction.atomic
def convert(
    lead: Lead,
    *,
    by: Actor,
    person: UUID | None = None,
    company: UUID | None = None,
    without_company: bool = False,
    deal: bool = False,
    deal_name: str = "",
    stage: UUID | None = None,
    amount: int | None = None,
    even_so: bool = False,
) -> Lead:
    """It becomes a person, a company unless `without_company`, and a deal if that is wished. No id: a new one is made.

    `even_so`: make new ones though there are some that match. Raises NotFound, NotAllowed, Invalid; then nothing is
    made. A lead that is converted already stays as it is.
    """
    lead = records.get(registry[SLUG], lead.id, by=by, lock=True)
    if not by.may(SLUG, "edit", lead):
        raise NotAllowed
    if lead.status == Status.CONVERTED:
        return lead
    if lead.status == Status.DISQUALIFIED:
        raise Invalid({"": _("This lead is disqualified. Take it up again first.")})
    new_company = company is None and not without_company and bool(_said(lead, "company_name", by))
    if company is not None and without_company:
        raise Invalid({"without_company": _("Choose a company, or none.")})
    _refuse_without_rights(by, person is None, new_company, deal)
    _refuse_twins(lead, by, person is None and not even_so, new_company and not even_so)
    operation = notes.begin(Operation.CONVERSION, SLUG, by=by, title=lead.name, lead=str(lead.id))
    made = Making(lead, operation, by)
    firm = made.company(company) if company or new_company else None
    who = made.person(person, firm)
    sold = made.deal(who, firm, deal_name, stage, amount) if deal else None
    made.finish(who, firm, sold)
    return lead


def _said(lead: Lead, name: str, by: Actor) -> Any:
    """What stands in the field, as far as the actor may read it: nothing hidden comes out by converting."""
    value = getattr(lead, f"{name}_id" if name == "product" else name)
    return value if name in registry[SLUG].readable(by) else None


def _refuse_without_rights(by: Actor, person: bool, company: bool, deal: bool) -> None:
    said = {
        "person": _("You may not add people. Choose one that is there."),
        "company": _("You may not add companies. Choose one that is there, or none."),
        "deal": _("You may not add deals. Convert without one."),
    }
    for part, wanted in (("person", person), ("company", company), ("deal", deal)):
        if wanted and not by.can(NOUNS[part], "create"):
            raise NotAllowed(said[part])


def _refuse_twins(lead: Lead, by: Actor, person: bool, company: bool) -> None:
    """Somebody may have added them since the lead was matched; a company of this very name is not added twice either."""
    errors = {}
    if person and (row := first_certain("person", as_person(lead), by)):
        errors["person"] = _there_already(row, "people", by)
    if company and (row := first_certain("organization", as_company(lead), by) or _namesake(lead)):
        errors["company"] = _there_already(row, "organizations", by)
    if errors:
        raise Invalid(errors)


def _namesake(lead: Lead) -> dict[str, Any] | None:
    same = Party.objects.filter(kind="organization", deleted_at=None, name_fold=fold(lead.company_name)[:200])
    row: dict[str, Any] | None = same.values("id", "name", "owner__name").order_by("id").first()
    return row


def _there_already(row: Mapping[str, Any], slug: str, by: Actor) -> str:
    if registry[slug].visible_to(by).filter(id=row["id"]).exists():
        return _("%(name)s is there already: choose that record.") % {"name": isolate(row["name"])}
    owner = row["owner__name"] if "owner" in registry[slug].readable(by) else ""
    if owner:
        return _("This is there already, with %(owner)s: ask for the record to be shared with you.") % {
            "owner": isolate(owner)
        }
    return _("This is there already, in a record that you may not open: ask for it to be shared with you.")


class Making:
    """One conversion while it is made: each record that it makes or changes is noted, to be taken back by."""

    def __init__(self, lead: Lead, operation: Operation, by: Actor) -> None:
        self.lead, self.operation, self.by, self.noted = lead, operation, by, 0
        self.created: set[UUID] = set()

    def company(self, chosen: UUID | None) -> Party:
        if chosen:
            return self._found("company", chosen)
        said = {name: self._said(name) for name in ("city", "country")}
        return self._made("organizations", {"name": self.lead.company_name, **said})

    def person(self, chosen: UUID | None, firm: Party | None) -> Party:
        if chosen is None:
            employed = {"organization": str(firm.id)} if firm else {}
            said = {name: self._said(name) for name in as_person(self.lead)}
            return self._made("people", {**said, **employed})
        found = self._found("person", chosen)
        if firm and found.organization_id is None and self.by.may("people", "edit", found):
            found = records.get(registry["people"], found.id, by=self.by, lock=True)
            records.change(registry["people"], found, {"organization": firm.id}, by=self.by)
            self._note("people", found, {"organization": None})
        return found

    def deal(
        self, who: Party, firm: Party | None, name: str, stage: UUID | None, amount: int | None
    ) -> Opportunity:
        values = {
            "name": name or self.lead.name,
            "party": str((firm or who).id),
            "contact": str(who.id),
            "stage": str(stage or ""),
            "product": str(self._said("product") or ""),
            "description": self._said("interest"),
            "opened_on": today(self.by).isoformat(),
        }
        wanted = self._said("amount") if amount is None else amount
        return self._made("opportunities", values, amount=wanted, currency=self.lead.currency)

    def finish(self, who: Party, firm: Party | None, sold: Opportunity | None) -> None:
        lead = self.lead
        values = {
            "status": Status.CONVERTED,
            "converted_at": clock.now(),
            "party_id": who.id,
            "matched_company_id": firm.id if firm else lead.matched_company_id,
            "converted_contact_id": who.id,
            "converted_party_id": (firm or who).id,
            "converted_opportunity_id": sold.id if sold else None,
        }
        changes = records.enter(registry[SLUG], lead, values, by=self.by, kind="converted")
        self._note(SLUG, lead, changes)
        linked = [("people", who), *([("organizations", firm)] if firm else [])]
        linked = [(slug, record) for slug, record in linked if record.id not in self.created]
        self.operation.params["linked"] = [[slug, str(record.id)] for slug, record in linked]
        notes.end(self.operation, done=self.noted)
        for slug, record in linked:
            _tell_of("lead_converted", slug, record.id, lead, self.by)

    def _said(self, name: str) -> Any:
        return _said(self.lead, name, self.by)

    def _found(self, part: str, chosen: UUID) -> Any:
        try:
            return records.get(registry[NOUNS[part]], chosen, by=self.by)
        except NotFound as error:
            raise Invalid({part: _("This record was not found.")}) from error

    def _made(self, slug: str, values: Mapping[str, Any], **fixed: Any) -> Any:
        """With what the actor may write there; the rest is left out, as it could not be typed either."""
        entity, by = registry[slug], self.by
        open_to = {name for name, f in entity.readable(by).items() if not f.read_only}
        typed = {name: value for name, value in values.items() if name in open_to and value not in ("", None)}
        kept = {name: value for name, value in fixed.items() if name in open_to}
        record = records.create(entity, typed, by=by, **kept, **self._owned(slug), source=self.lead.source)
        self.created.add(record.id)
        self._note(slug, record, {}, CREATED)
        return record

    def _owned(self, slug: str) -> dict[str, Any]:
        """By whom the lead was, where the actor may add records for them; else by the actor."""
        owner, unit = self.lead.owner_id, self.lead.org_unit_id
        may = self.by.policy.allows(slug, "create", owner=owner, unit=unit)
        return {"owner_id": owner, "org_unit_id": unit} if may else {}

    def _note(
        self, slug: str, record: Any, changes: Mapping[str, Any], action: str = OperationChange.Action.UPDATED
    ) -> None:
        notes.note(self.operation, registry[slug], [(record, dict(changes))], action)
        self.noted += 1


# ---- taking it back ------------------------------------------------------------------------------------
def conversion_of(lead: Lead) -> Operation | None:
    """The one that made the lead what it is now."""
    of_lead = Operation.objects.filter(kind=Operation.CONVERSION, params__lead=str(lead.id))
    found: Operation | None = of_lead.order_by("-id").first()
    return found


@transaction.atomic
def take_back(lead: Lead, *, by: Actor) -> Lead:
    """What the conversion made goes to the trash, unless somebody went on with it; the lead is as it was before."""
    lead = records.get(registry[SLUG], lead.id, by=by, lock=True)
    if not by.may(SLUG, "edit", lead):
        raise NotAllowed
    operation = conversion_of(lead) if lead.status == Status.CONVERTED else None
    if operation is None:
        raise Invalid({"": _("This lead is not converted.")})
    if not undo.may_undo(operation, by):
        raise NotAllowed(_("Whoever converted the lead can take that back, and administrators."))
    undo.at_once(operation, by=by)
    return lead


def tell_that_it_was_taken_back(operation: Operation, *, by: Actor) -> None:
    """On the lead, with what stayed; and on the records that had been there before."""
    lead = Lead.objects.filter(id=UUID(operation.params["lead"])).first()
    if lead is None:
        return
    log.record("conversion_undone", by=by, entity=SLUG, record_id=lead.id, title=lead.name)
    stayed = OperationChange.objects.filter(operation_id=operation.id, action=CREATED, outcome="kept")
    for slug, record_id in stayed.values_list("entity", "record_id"):
        kind = "deal_stayed" if slug == NOUNS["deal"] else "party_stayed"
        if record := _tell_of("lead_parted", slug, record_id, lead, by):
            title, about = registry[slug].title_of(record), str(record_id)
            log.record(kind, by=by, entity=SLUG, record_id=lead.id, title=lead.name, text=title, about=about)
    for slug, linked in operation.params["linked"]:
        _tell_of("lead_parted", slug, UUID(linked), lead, by)


def _tell_of(kind: str, slug: str, record_id: UUID, lead: Lead, by: Actor) -> Any:
    """On the page of a record that the lead became; None if that is gone for good."""
    entity = registry[slug]
    record = entity.rows(trashed=True).filter(id=record_id).first()
    if record is not None:
        title, about = entity.title_of(record), str(lead.id)
        log.record(kind, by=by, entity=slug, record_id=record_id, title=title, text=lead.name, about=about)
    return record
