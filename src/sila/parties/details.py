"""The small rows beside a party: what each asks for, which of them the actor may read, and the verbs."""

from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties import actions, reachable
from sila.parties.further import add_further
from sila.parties.models import ContactPoint, ImportantDate, Party, PartyFact, PartyRelation, PartyRole
from sila.parties.rules import MIRRORED
from sila.parties.vocabulary import INVERSE_MARK, SYMMETRIC, directed_choices
from sila.platform.entities.kinds import KINDS, Choice, Context, Field, Row, Text
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import Detail, as_choices

MOST = 500  # rows of one kind beside one party
ADDRESS_PARTS: dict[str, Text] = {
    "short_address": _("Short address"),
    "building_number": _("Building number"),
    "street": _("Street"),
    "district": _("District"),
    "city": _("City"),
    "postal_code": _("Postal code"),
    "additional_number": _("Additional number"),
    "unit": _("Unit number"),
    "country": _("Country"),
}


def _text(name: str, label: Text, *, required: bool = False, length: int = 200, help: Text = "") -> Field:
    return Field(name, KINDS["text"], label, required=required, max_length=length, help=help)


def _choice(
    name: str, label: Text, choices: Any, *, read_only: bool = False, offered: tuple[str, ...] = ()
) -> Field:
    """`offered`: the likeliest first; a form offers these alone."""
    order = {value: place for place, value in enumerate(offered)}
    every = sorted(as_choices(choices), key=lambda choice: order.get(choice.value, len(order)))
    return Field(
        name,
        KINDS["choice"],
        label,
        required=not read_only,
        read_only=read_only,
        choices=tuple(every),
        offered=offered,
    )


def _day(name: str, label: Text) -> Field:
    return Field(name, KINDS["date"], label, read_only=True)


def _point() -> tuple[Field, ...]:
    kinds = [pair for pair in ContactPoint.Kind.choices if pair[0] != "address"]
    return (
        _choice("kind", _("Kind"), kinds),
        _text("value", _("Number, e-mail or account"), required=True, length=300),
        _text("label", _("Label"), length=40),
        Field("primary", KINDS["bool"], _("Use it first")),
        _choice("bounce", _("Delivery"), ContactPoint.Bounce.choices, read_only=True),
        Field("bounced_at", KINDS["datetime"], _("Unreachable since"), read_only=True),
    )


def _address() -> tuple[Field, ...]:
    parts = tuple(_text(name, label) for name, label in ADDRESS_PARTS.items())
    return (*parts, _text("label", _("Label"), length=40), Field("primary", KINDS["bool"], _("Use it first")))


def _relation() -> tuple[Field, ...]:
    choices = tuple(Choice(value, label) for value, label in directed_choices())
    return (
        Field("relation", KINDS["choice"], _("Relation"), required=True, choices=choices),
        Field("other", KINDS["link"], _("With"), required=True, to="parties", title_columns=("name",)),
        Field("begins", KINDS["date"], _("From")),
        _text("note", pgettext_lazy("label", "Note")),
        _day("ends", _("To")),
    )


def _role() -> tuple[Field, ...]:
    return (
        _choice("role", _("Role"), PartyRole.Role.choices),
        Field("begins", KINDS["date"], _("From")),
        Field("ends", KINDS["date"], _("To")),
        Field(
            "unit",
            KINDS["link"],
            pgettext_lazy("label", "Unit"),
            to="units",
            title_columns=("name", "name_en"),
        ),
    )


def _fact() -> tuple[Field, ...]:
    return (
        _choice("topic", _("Topic"), PartyFact.Topic.choices),
        _text("key", _("About"), required=True, length=80),
        _text("value", _("Fact"), required=True, length=500),
        _text("source", _("Learned from"), length=120),
        _choice("sensitivity", _("Who may read it"), PartyFact.Sensitivity.choices),
        Field("remind_at", KINDS["datetime"], _("Remind on")),
        _day("learned_at", _("Learned on")),
    )


def _date(*kinds: ImportantDate.Kind) -> tuple[Field, ...]:
    return (
        _choice(
            "kind", _("Occasion"), ImportantDate.Kind.choices, offered=tuple(kind.value for kind in kinds)
        ),
        Field("day", KINDS["date"], pgettext_lazy("label", "Date"), required=True),
        _choice("calendar", _("Calendar"), ImportantDate.Calendar.choices),
        _text("label", _("Label"), length=80),
        Field(
            "remind_days",
            KINDS["number"],
            _("Remind days before"),
            extra={"integer": True, "min": 0, "max": 365},
        ),
        _day("next_on", _("Next on")),
    )


# ---- reading them ------------------------------------------------------------------------------------
def _values(rows: Any, *columns: str) -> list[Row]:
    return list(rows.order_by("id").values("id", *columns)[:MOST])


def _points(party: Party, context: Context) -> list[Row]:
    points = ContactPoint.objects.filter(party_id=party.id).exclude(kind="address")
    open_kinds = [kind for kind in ContactPoint.Kind.values if actions.may_reach(party, kind, context.actor)]
    return _values(
        points.filter(kind__in=open_kinds), "kind", "value", "label", "primary", "bounce", "bounced_at"
    )


def _addresses(party: Party, context: Context) -> list[Row]:
    if not actions.may_reach(party, "address", context.actor):
        return []
    points = ContactPoint.objects.filter(party_id=party.id, kind="address")
    return [
        {**dict.fromkeys(ADDRESS_PARTS, ""), **row.pop("parts"), **row}
        for row in _values(points, "parts", "label", "primary")
    ]


def _relations(party: Party, context: Context) -> list[Row]:
    """As they read from this party; of the others only those that the actor may see."""
    both = PartyRelation.objects.filter(Q(from_party_id=party.id) | Q(to_party_id=party.id))
    rows, found = list(both.select_related("from_party", "to_party").order_by("id")[:MOST]), []
    ends = {row.from_party_id for row in rows} | {row.to_party_id for row in rows}
    open_ids = visible_ids(context.actor, {"parties": ends})
    for row in rows:
        backwards = row.to_party_id == party.id
        other = row.from_party if backwards else row.to_party
        if other.deleted_at is None and other.id in open_ids:
            mark = INVERSE_MARK if backwards and row.type not in SYMMETRIC else ""
            found.append(
                {
                    "id": row.id,
                    "relation": mark + row.type,
                    "other_id": other.id,
                    "other__name": other.name,
                    "begins": row.begins,
                    "ends": row.ends,
                    "note": row.note,
                }
            )
    return found


def _roles(party: Party, context: Context) -> list[Row]:
    roles = PartyRole.objects.filter(party_id=party.id)
    return _values(roles, "role", "begins", "ends", "unit_id", "unit__name", "unit__name_en")


def _facts(party: Party, context: Context) -> list[Row]:
    """Private ones only for those who may read them."""
    columns = ("topic", "key", "value", "source", "sensitivity", "remind_at", "learned_at", "member_id")
    facts = _values(PartyFact.objects.filter(party_id=party.id), *columns)
    return [fact for fact in facts if actions.may_read(fact, party, context.actor)]


def _dates(party: Party, context: Context) -> list[Row]:
    rows = _values(
        ImportantDate.objects.filter(party_id=party.id),
        "kind",
        "day",
        "calendar",
        "label",
        "remind_days",
        "next_on",
    )
    return [row for row in rows if actions.may_read_day(party, row["kind"], context.actor)]


# ---- adding one --------------------------------------------------------------------------------------
def _add_address(party: Any, *, by: Any, label: str, primary: bool, **parts: str) -> Any:
    return actions.add_contact_point(party, by=by, kind="address", parts=parts, label=label, primary=primary)


def _relate(party: Any, *, by: Any, relation: str, other: Any, begins: Any, note: str) -> Any:
    return actions.relate(party, other, relation, by=by, begins=begins, note=note)


def _give_role(party: Any, *, by: Any, role: str, begins: Any, ends: Any, unit: Any) -> Any:
    return actions.give_role(party, role, by=by, begins=begins, ends=ends, unit_id=unit)


def _add_fact(party: Any, *, by: Any, key: str, value: str, **more: Any) -> Any:
    return actions.add_fact(party, key, value, by=by, **more)


def _add_date(party: Any, *, by: Any, day: Any, remind_days: int | None, **more: Any) -> Any:
    return actions.add_important_date(
        party, day, by=by, remind_days=7 if remind_days is None else remind_days, **more
    )


OCCASION = ImportantDate.Kind


def _details(*occasions: ImportantDate.Kind) -> tuple[Detail, ...]:
    """What belongs to a party; the occasions that a form offers, the likeliest first, are those of its kind. The API
    knows all of them: a company of former days may have a birthday."""
    return (
        *COMMON,
        Detail(
            "dates",
            _("New important date"),
            ImportantDate,
            partial(_date, *occasions),
            _dates,
            _add_date,
            {"remove": actions.remove_important_date},
            ruled=_("Important dates"),
        ),
    )


COMMON = (
    Detail(
        "contact-points",
        _("New way to reach them"),
        ContactPoint,
        _point,
        _points,
        actions.add_contact_point,
        {
            "primary": actions.make_primary,
            "remove": actions.remove_contact_point,
            "unreachable": reachable.mark_unreachable,
            "reachable": reachable.mark_reachable,
        },
        more_of=MIRRORED,
        add_more=add_further,
    ),
    Detail(
        "addresses",
        _("New address"),
        ContactPoint,
        _address,
        _addresses,
        _add_address,
        {"primary": actions.make_primary, "remove": actions.remove_contact_point},
    ),
    Detail(
        "relations",
        _("New relation"),
        PartyRelation,
        _relation,
        _relations,
        _relate,
        {"end": actions.end_relation},
    ),
    Detail("roles", _("New role"), PartyRole, _role, _roles, _give_role, {"end": actions.end_role}),
    Detail(
        "facts",
        _("Worth remembering"),
        PartyFact,
        _fact,
        _facts,
        _add_fact,
        {"remove": actions.forget_fact},
    ),
)
DETAILS_OF_PEOPLE = _details(OCCASION.BIRTHDAY, OCCASION.WEDDING, OCCASION.RENEWAL, OCCASION.OTHER)
DETAILS_OF_COMPANIES = _details(OCCASION.FOUNDING, OCCASION.RENEWAL, OCCASION.OTHER)
