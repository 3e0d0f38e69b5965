"""What follows from a lead's fields: its number, its status with the history of it, and whom it matches."""

from typing import Any

from django.utils.translation import gettext as _

from sila.parties.duplicates import certain
from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit import clock
from sila.platform.kit.folding import fold
from sila.platform.tenancy.writing import insert
from sila.sales.leads.models import Lead, LeadTransition

COMPARED = frozenset({"name", "phone", "email", "company_name", "job_title", "city"})
ENDING = ("disqualify_reason", "disqualify_note")
Status = Lead.Status


def derive(lead: Lead, changes: Changes, by: Actor) -> None:
    lead.name_fold = fold(lead.name)[:200]
    lead.currency = lead.currency or base_currency()


# ---- the path ------------------------------------------------------------------------------------------
def follow_status(lead: Lead, changes: Changes, by: Actor) -> None:
    """Only the verb converts, and only taking that back leads out again; a disqualified lead says why."""
    if lead._state.adding:
        changes.setdefault("status", "")
    was = changes.get("status", lead.status)
    if was == lead.status:
        _refuse_a_reason(lead, changes)
        return
    if by.via != "import":  # history from elsewhere knows how it went, and not always why
        if (lead.status == Status.CONVERTED) != (lead.converted_at is not None):
            raise Invalid({"status": _refusal(lead)})
        if lead.status == Status.DISQUALIFIED and lead.disqualify_reason_id is None:
            raise Invalid({"disqualify_reason": _("Say why the lead is disqualified.")})
    _refuse_a_reason(lead, changes)
    if lead.status != Status.DISQUALIFIED:
        for name in ENDING:
            changes.setdefault(name, getattr(lead, _column(name)))
        lead.disqualify_reason_id, lead.disqualify_note = None, ""
    changes["entered_status_at"] = lead.entered_status_at
    now = clock.now()  # a new lead may bring along since when it has been there
    lead.entered_status_at = min(lead.entered_status_at, now) if lead._state.adding else now


def _refusal(lead: Lead) -> str:
    if lead.status == Status.CONVERTED:
        return _("A lead is converted by “Convert”, which asks what it becomes.")
    return _("This lead is converted. Take the conversion back first.")


def _refuse_a_reason(lead: Lead, changes: Changes) -> None:
    """Nothing that was typed is dropped in silence."""
    if lead.status == Status.DISQUALIFIED:
        return
    for name in ENDING:
        if name in changes and getattr(lead, _column(name)):
            raise Invalid({name: _("This lead is not disqualified.")})


def _column(name: str) -> str:
    return "disqualify_reason_id" if name == "disqualify_reason" else name


def write_transition(lead: Lead, changes: Changes, by: Actor) -> None:
    """The one place where history is written, whichever door the change came through."""
    if "status" not in changes or changes["status"] == lead.status:
        return
    since, moment, first = changes.get("entered_status_at"), clock.now(), not changes["status"]
    insert(
        LeadTransition(
            lead_id=lead.id,
            from_status=changes["status"],
            to_status=lead.status,
            at=moment,
            member_id=by.member_id,
            seconds_in_status=0 if first or since is None else max(0, int((moment - since).total_seconds())),
        )
    )


# ---- whom it matches -----------------------------------------------------------------------------------
def match(lead: Lead, changes: Changes, by: Actor) -> None:
    """Point at the person and the company that this is, where a phone or an e-mail says so and no name is against it.
    What a person has chosen stays, also that it is nobody."""
    if lead.converted_at is not None:
        touched = {"party", "matched_company"} & changes.keys() and not lead._state.adding
        if touched and "converted_at" not in changes:
            raise Invalid({"": _("This lead is converted. Take the conversion back first.")})
        return
    if "converted_at" in changes:  # taken back: what stood there comes back as it was
        return
    for name in ("party", "matched_company"):
        if name in changes:
            setattr(lead, f"{name}_chosen", True)
    if not lead._state.adding and not COMPARED & changes.keys():
        return
    person = None
    if not lead.party_chosen:
        person = first_certain("person", as_person(lead), by)
        _point(lead, changes, "party", person["id"] if person else None)
    if not lead.matched_company_chosen:
        company = first_certain("organization", as_company(lead), by)
        _point(lead, changes, "matched_company", company["id"] if company else _employer(lead, person))


def _point(lead: Lead, changes: Changes, name: str, found: Any) -> None:
    now = getattr(lead, f"{name}_id")
    if now != found:
        changes[name] = now
        setattr(lead, f"{name}_id", found)


def _employer(lead: Lead, person: dict[str, Any] | None) -> Any:
    """The company of the person that it is, if the lead names that one."""
    wanted = fold(lead.company_name)
    if person is None or not person["organization_id"] or not wanted:
        return None
    rows = Party.objects.filter(id=person["organization_id"], deleted_at=None, name_fold=wanted)
    return rows.values_list("id", flat=True).first()


def first_certain(kind: str, values: dict[str, Any], by: Actor) -> dict[str, Any] | None:
    return next(iter(certain(kind, values, by=by)), None) if values["name"] else None


def as_person(lead: Lead) -> dict[str, Any]:
    """The lead in the words of a person's fields."""
    shared = ("name", "phone", "email", "city", "country", "job_title", "language")
    return {name: getattr(lead, name) for name in shared}


def as_company(lead: Lead) -> dict[str, Any]:
    return {"name": lead.company_name, "phone": lead.phone, "email": lead.email, "city": lead.city}
