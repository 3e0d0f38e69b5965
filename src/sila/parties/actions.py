"""Verbs of parties beyond those that every noun has: ways to reach them, relations, roles, facts, dates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.parties.calendar import next_occurrence
from sila.parties.duplicates import SLUGS
from sila.parties.models import ContactPoint, ImportantDate, Party, PartyFact, PartyRelation, PartyRole
from sila.parties.rules import ADDRESS, MIRRORED, address_line, note_own_address
from sila.parties.vocabulary import SYMMETRIC, Relation, read_direction
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.quality.keeping import touch
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit import clock
from sila.platform.kit.contacts import UnreadableAddress, national_address, normalise_email, normalise_url
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.folding import fold
from sila.platform.kit.phones import normalise_phone
from sila.platform.kit.text import clean_text

SAUDI = frozenset(map(fold, ("", "SA", "السعودية", "المملكة العربية السعودية", "Saudi Arabia", "KSA")))


def entity_of(party: Party) -> Entity:
    return registry[SLUGS[party.kind]]


def editable(party_id: UUID, by: Actor) -> Party:
    """The party, locked for a change. Raises NotFound or NotAllowed."""
    party: Party = records.get(registry["parties"], party_id, by=by, lock=True)
    if not by.may(entity_of(party).slug, "edit", party):
        raise NotAllowed
    return party


def field_of(kind: str) -> str:
    """The party's own field that a kind of contact belongs to."""
    return {"fax": "phone", "address": "street"}.get(kind, kind)


def may_reach(party: Party, kind: str, actor: Actor, *, write: bool = False) -> bool:
    """A role that hides or closes the party's phone, e-mail or street does so for all of that kind."""
    name, entity = field_of(kind), entity_of(party)
    if name not in entity.model_fields:
        return True
    f = entity.readable(actor).get(name)
    return f is not None and not (write and f.read_only)


def may_read_day(party: Party, kind: str, actor: Actor, *, write: bool = False) -> bool:
    """A birthday is the day of birth by another name: who may not read the one may not read the other. A rule for
    "dates" closes all occasions of the party."""
    slug = entity_of(party).slug
    levels = [actor.policy.field_access(slug, rule) for rule in _rules(kind)]
    closed = ("hidden", "read") if write else ("hidden",)
    return not any(level in closed for level in levels)


def tell(party: Party, kind: str, by: Actor, text: str, **more: Any) -> None:
    log.record(
        kind, by=by, entity=entity_of(party).slug, record_id=party.id, title=party.name, text=text, **more
    )
    touch(entity_of(party), [party.id], by=by)


# ---- ways to reach a party ---------------------------------------------------------------------------
@transaction.atomic
def add_contact_point(
    party: Party,
    *,
    by: Actor,
    kind: str,
    value: str = "",
    label: str = "",
    parts: dict[str, str] | None = None,
    primary: bool = False,
) -> ContactPoint:
    """A phone, e-mail, fax, address or social account. The first of its kind becomes the primary one."""
    party = reachable(party.id, kind, by)
    shown, norm, parts = _normalised(kind, value, parts or {}, by)
    if kind == "address":
        note_own_address(party, besides=norm)
    others = ContactPoint.objects.filter(party_id=party.id, kind=kind)
    if others.filter(norm=norm).exists():
        raise Invalid({"value": _("This is noted already.")})
    point: ContactPoint = ContactPoint.objects.create(
        party_id=party.id,
        kind=kind,
        value=shown,
        norm=norm,
        parts=parts,
        label=clean_text(label, max_length=40),
    )
    tell(party, "contact_added", by, shown, point=kind, of_field=field_of(kind))
    if primary or not others.exclude(id=point.id).exists():
        make_primary(point, by=by)
    return point


def reachable(party_id: UUID, kind: str, by: Actor) -> Party:
    """The party, locked for a change of this kind of contact. Raises NotFound or NotAllowed."""
    party = editable(party_id, by)
    if not may_reach(party, kind, by, write=True):
        raise NotAllowed
    return party


@transaction.atomic
def make_primary(point: ContactPoint, *, by: Actor) -> None:
    """The one that is used first. A phone, e-mail or address is copied into the party's own columns."""
    party = reachable(point.party_id, point.kind, by)
    if point.kind == "address":
        note_own_address(party, besides=point.norm)
    _put_first(party, point, by)


def _put_first(party: Party, point: ContactPoint, by: Actor) -> None:
    ContactPoint.objects.filter(party_id=party.id, kind=point.kind).update(primary=False)
    ContactPoint.objects.filter(id=point.id).update(primary=True)
    point.primary = True
    if point.kind in MIRRORED:
        records.update(entity_of(party), party.id, {point.kind: point.norm}, by=by)
    elif point.kind == "address":
        records.update(
            entity_of(party), party.id, {name: point.parts.get(name, "") for name in ADDRESS}, by=by
        )


@transaction.atomic
def remove_contact_point(point: ContactPoint, *, by: Actor) -> None:
    """The oldest of the others becomes the primary one."""
    party = reachable(point.party_id, point.kind, by)
    tell(party, "contact_removed", by, point.value, point=point.kind, of_field=field_of(point.kind))
    ContactPoint.objects.filter(id=point.id).delete()
    heir = ContactPoint.objects.filter(party_id=party.id, kind=point.kind).order_by("id").first()
    if point.primary and heir:
        _put_first(party, heir, by)
    elif point.primary:
        gone = (point.kind,) if point.kind in MIRRORED else ADDRESS if point.kind == "address" else ()
        records.update(entity_of(party), party.id, dict.fromkeys(gone, ""), by=by)


def _normalised(kind: str, value: str, parts: dict[str, str], by: Actor) -> tuple[str, str, dict[str, str]]:
    """What is shown, what is compared, and the parts of an address. Raises Invalid."""
    try:
        if kind in ("phone", "fax"):
            number = normalise_phone(value, by.workspace.country)
            return number, number, {}
        if kind == "email":
            address = normalise_email(value)
            return address, address, {}
        if kind == "social":
            link = (
                normalise_url(value)
                if "." in value and not value.startswith("@")
                else clean_text(value, max_length=300)
            )
            return link, fold(link)[:300], {}
        if kind == "address":
            return _normalised_address(value, parts)
    except UnreadableAddress as error:
        raise Invalid(error.errors) from error
    except InvalidInput as error:
        raise Invalid({"value": str(error)}) from error
    raise Invalid({"kind": _("There is no such kind of contact.")})


def _normalised_address(value: str, parts: dict[str, str]) -> tuple[str, str, dict[str, str]]:
    country = clean_text(parts.get("country", ""), max_length=60)
    if fold(country) in SAUDI:
        kept = national_address(parts)
    else:
        kept = {name: clean_text(text, max_length=200) for name, text in parts.items() if text}
    if country:
        kept["country"] = country
    line = address_line(kept) or clean_text(value, max_length=300)
    if not line:
        raise Invalid({"value": _("This field is required.")})
    return line, fold(line)[:300], kept or {"street": line[:200]}


# ---- relations ---------------------------------------------------------------------------------------
@transaction.atomic
def relate(
    party: Party, other_id: UUID, relation: str, *, by: Actor, begins: date | None = None, note: str = ""
) -> PartyRelation:
    """`relation` as forms offer it; "~works_for" reads it from its other end."""
    party = editable(party.id, by)
    other: Party = records.get(registry["parties"], other_id, by=by)
    try:
        kind, backwards = read_direction(relation)
    except ValueError as error:
        raise Invalid({"type": _("There is no such relation.")}) from error
    if other.id == party.id:
        raise Invalid({"to_party": _("A relation needs two different parties.")})
    first, second = (other, party) if backwards else (party, other)
    if _related(first, second, kind):
        raise Invalid({"to_party": _("This relation is noted already.")})
    row: PartyRelation = PartyRelation.objects.create(
        from_party_id=first.id,
        to_party_id=second.id,
        type=kind,
        begins=begins,
        note=clean_text(note, max_length=200),
    )
    tell(party, "related", by, other.name, about=str(other.id), relation=kind, inverse=backwards)
    return row


def _related(first: Party, second: Party, kind: Relation) -> bool:
    live = PartyRelation.objects.filter(type=kind, ends=None)
    if live.filter(from_party_id=first.id, to_party_id=second.id).exists():
        return True
    return kind in SYMMETRIC and live.filter(from_party_id=second.id, to_party_id=first.id).exists()


@transaction.atomic
def end_relation(relation: PartyRelation, *, by: Actor, on: date | None = None) -> PartyRelation:
    """It is history from this day on."""
    party = editable(relation.from_party_id, by)
    if relation.ends:
        raise Invalid({"": _("This relation has ended already.")})
    relation.ends = on or clock.now().date()
    if relation.begins and relation.ends < relation.begins:
        raise Invalid({"ends": _("It cannot end before it begins.")})
    relation.save(update_fields=["ends"])
    tell(party, "relation_ended", by, "", relation=relation.type)
    return relation


# ---- roles -------------------------------------------------------------------------------------------
@transaction.atomic
def give_role(
    party: Party,
    role: str,
    *,
    by: Actor,
    begins: date | None = None,
    ends: date | None = None,
    unit_id: UUID | None = None,
) -> PartyRole:
    party = editable(party.id, by)
    if role not in PartyRole.Role.values:
        raise Invalid({"role": _("There is no such role.")})
    begins = begins or clock.now().date()
    if ends and ends < begins:
        raise Invalid({"ends": _("It cannot end before it begins.")})
    if unit_id and not registry["units"].visible_to(by).filter(id=unit_id).exists():
        raise Invalid({"unit": _("This record was not found.")})
    live = PartyRole.objects.filter(party_id=party.id, role=role, unit_id=unit_id, ends=None)
    if live.exists():
        raise Invalid({"role": _("The party has this role already.")})
    row: PartyRole = PartyRole.objects.create(
        party_id=party.id, role=role, begins=begins, ends=ends, unit_id=unit_id
    )
    tell(party, "role_given", by, "", role=role)
    return row


@transaction.atomic
def end_role(role: PartyRole, *, by: Actor, on: date | None = None) -> PartyRole:
    party = editable(role.party_id, by)
    if role.ends:
        raise Invalid({"": _("This role has ended already.")})
    role.ends = on or clock.now().date()
    if role.ends < role.begins:
        raise Invalid({"ends": _("It cannot end before it begins.")})
    role.save(update_fields=["ends"])
    tell(party, "role_ended", by, "", role=role.role)
    return role


# ---- facts and dates ---------------------------------------------------------------------------------
@transaction.atomic
def add_fact(
    party: Party,
    key: str,
    value: str,
    *,
    by: Actor,
    topic: str = "other",
    source: str = "",
    learned_at: date | None = None,
    sensitivity: str = "open",
    remind_at: datetime | None = None,
) -> PartyFact:
    party = editable(party.id, by)
    if topic not in PartyFact.Topic.values or sensitivity not in PartyFact.Sensitivity.values:
        raise Invalid({"topic": _("There is no such choice.")})
    key, value = clean_text(key, max_length=80), clean_text(value, max_length=500)
    if not key or not value:
        raise Invalid({"key" if not key else "value": _("This field is required.")})
    fact: PartyFact = PartyFact.objects.create(
        party_id=party.id,
        topic=topic,
        key=key,
        value=value,
        source=clean_text(source, max_length=120),
        learned_at=learned_at or clock.now().date(),
        sensitivity=sensitivity,
        remind_at=remind_at,
        member_id=by.member_id,
    )
    tell(party, "fact_added", by, "" if sensitivity == "private" else f"{key}: {value}")
    return fact


@transaction.atomic
def forget_fact(fact: PartyFact, *, by: Actor) -> None:
    party = editable(fact.party_id, by)
    if fact.sensitivity == "private" and not may_read(fact, party, by):
        raise NotFound
    PartyFact.objects.filter(id=fact.id).delete()
    tell(party, "fact_removed", by, "" if fact.sensitivity == "private" else fact.key)


def may_read(fact: PartyFact | dict[str, Any], party: Party, actor: Actor) -> bool:
    """Private facts are for who learned them, the owner of the record, and who runs the workspace."""
    row = fact if isinstance(fact, dict) else vars(fact)
    if row["sensitivity"] != "private" or actor.policy.admin:
        return True
    return actor.member_id is not None and actor.member_id in (row["member_id"], party.owner_id)


@transaction.atomic
def add_important_date(
    party: Party,
    day: date,
    *,
    by: Actor,
    kind: str = "birthday",
    label: str = "",
    calendar: str = "gregorian",
    remind_days: int = 7,
) -> ImportantDate:
    """A day that comes back every year, of the Hijri calendar if it says so."""
    party = editable(party.id, by)
    if kind not in ImportantDate.Kind.values or calendar not in ImportantDate.Calendar.values:
        raise Invalid({"kind": _("There is no such choice.")})
    if not may_read_day(party, kind, by, write=True):
        raise NotAllowed
    if not 0 <= remind_days <= 365:
        raise Invalid({"remind_days": _("Between 0 and 365 days.")})
    try:
        following = next_occurrence(day, calendar, clock.now().date())
    except InvalidInput as error:
        raise Invalid({"day": str(error)}) from error
    row: ImportantDate = ImportantDate.objects.create(
        party_id=party.id,
        day=day,
        kind=kind,
        label=clean_text(label, max_length=80),
        calendar=calendar,
        remind_days=remind_days,
        next_on=following,
    )
    tell(party, "date_added", by, row.label, occasion=kind, of_field=_rules(kind))
    return row


@transaction.atomic
def remove_important_date(row: ImportantDate, *, by: Actor) -> None:
    party = editable(row.party_id, by)
    if not may_read_day(party, row.kind, by, write=True):
        raise NotAllowed
    ImportantDate.objects.filter(id=row.id).delete()
    tell(party, "date_removed", by, row.label, occasion=row.kind, of_field=_rules(row.kind))


def _rules(kind: str) -> list[str]:
    """Which rules close what the timeline tells of an occasion: a birthday is as open as the day of birth."""
    return ["dates", "birth_date"] if kind == ImportantDate.Kind.BIRTHDAY else ["dates"]
