"""What stands beside a party's timeline: ways to reach it, relations, roles, facts, dates, its group."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.parties.actions import may_reach, may_read_day
from sila.parties.calendar import age_at
from sila.parties.duplicates import SLUGS
from sila.parties.graph import MOST, Neighbour, draw
from sila.parties.models import ContactPoint, ImportantDate, Party, PartyFact, PartyRelation, PartyRole
from sila.parties.rules import MIRRORED
from sila.parties.vocabulary import standing_of_other
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.phones import format_phone, tel_uri
from sila.platform.kit.text import bdi, listed

Group = dict[str, Any]
ICONS = {
    "phone": "phone",
    "email": "mail",
    "fax": "printer",
    "address": "map-pin",
    "social": "world",
}  # icon names
RELATIONS = 40


@dataclass(frozen=True)
class Line:
    """A row of one of the small tables around a party, in one shape so that one query reads them all."""

    what: str
    id: UUID
    kind: str
    label: str
    value: str
    day: date | None
    ends: date | None
    flag: bool
    other_id: UUID | None


def _lines(party: Party, context: Context) -> list[Line]:
    points = ContactPoint.objects.filter(party_id=party.id)
    roles = PartyRole.objects.filter(party_id=party.id)
    facts = PartyFact.objects.filter(party_id=party.id)
    dates = ImportantDate.objects.filter(party_id=party.id)
    parts = [
        _shape(points, "point", "kind", "label", "value", "bounced_at", None, "primary", None),
        _shape(roles, "role", "role", None, None, "begins", "ends", None, None),
        _shape(facts, "fact", "topic", "key", "value", "learned_at", None, None, "member_id", private=True),
        _shape(dates, "date", "kind", "label", "calendar", "day", "next_on", None, None),
    ]
    if party.kind == Party.Kind.ORGANIZATION and "parent" in registry["organizations"].readable(
        context.actor
    ):
        parts.append(
            _shape(_near(party, context), "near", "kind", "name", "city", None, None, None, "parent_id")
        )
    return [Line(*row) for row in parts[0].union(*parts[1:], all=True)]


def _near(party: Party, context: Context) -> QuerySet[Any]:
    """The company above, its other companies, and those below: the nearest of the group of companies."""
    near = Q(parent_id=party.id)
    if party.parent_id:
        near |= Q(id=party.parent_id) | Q(parent_id=party.parent_id)
    found: QuerySet[Any] = (
        registry["organizations"].visible_to(context.actor).filter(near).exclude(id=party.id)
    )
    return found


def _shape(
    rows: QuerySet[Any],
    what: str,
    kind: str,
    label: str | None,
    value: str | None,
    day: str | None,
    ends: str | None,
    flag: str | None,
    other: str | None,
    *,
    private: bool = False,
) -> QuerySet[Any]:
    """These columns, in this order, whatever the table calls them."""
    text, no_day = CharField(), DateField()
    columns: dict[str, Any] = {
        "c_what": Value(what, output_field=text),
        "c_id": Cast("id", UUIDField()),
        "c_kind": Cast(kind, text),
        "c_label": Cast(label, text) if label else Value("", output_field=text),
        "c_value": Cast(value, text) if value else Value("", output_field=text),
        "c_day": Cast(day or Value(None), no_day),
        "c_ends": Cast(ends or Value(None), no_day),
        "c_flag": Q(sensitivity="private") if private else Cast(flag or Value(False), BooleanField()),
        "c_other": Cast(other or Value(None), UUIDField()),
    }
    return rows.order_by().annotate(**columns).values_list(*columns)


# ---- the panels --------------------------------------------------------------------------------------
def person_panels(party: Party, context: Context) -> list[Group]:
    return _panels(party, context, (_reach, _addresses, _relations, _roles, _facts, _dates))


def organization_panels(party: Party, context: Context) -> list[Group]:
    return _panels(party, context, (_reach, _addresses, _relations, _family, _roles, _facts, _dates))


def _panels(party: Party, context: Context, makers: tuple[Callable[..., Group | None], ...]) -> list[Group]:
    page = Page(party, context, _lines(party, context), context.actor.may(SLUGS[party.kind], "edit", party))
    return [group for maker in makers if (group := maker(page))]


@dataclass(frozen=True)
class Page:
    party: Party
    context: Context
    lines: list[Line]
    may_edit: bool

    def of(self, what: str) -> list[Line]:
        return [line for line in self.lines if line.what == what]

    @property
    def base(self) -> str:
        return registry[SLUGS[self.party.kind]].url(self.context.reader.slug, self.party.id)

    def group(
        self, key: str, label: str, icon: str, items: list[dict[str, Any]], *, add: str = "", graph: Any = ""
    ) -> Group | None:
        """The panel, if it has something to show or to add."""
        add_url = f"{self.base}{add}/new" if add and self.may_edit else ""
        if not items and not add_url:
            return None
        return {
            "key": key,
            "label": label,
            "icon": icon,
            "count": str(len(items) or ""),
            "url": "",
            "add_url": add_url,
            "items": items,
            "graph": graph,
            "upload": None,
        }

    def button(self, icon: str, label: str, path: str, confirm: str = "") -> list[dict[str, str]]:
        return (
            [{"icon": icon, "label": label, "url": self.base + path, "confirm": confirm}]
            if self.may_edit
            else []
        )

    def day(self, day: date, calendar: str = "gregorian") -> str:
        return self.context.reader.day(day, calendar=calendar)


def _reach(page: Page) -> Group | None:
    points = [point for point in _points(page) if point.kind != "address"]
    items = [_point(page, point) for point in points]
    return page.group("reach", _("Ways to reach"), "address-book", items, add="contact-points")


def _addresses(page: Page) -> Group | None:
    addresses = [point for point in _points(page) if point.kind == "address"]
    items = [_point(page, point) for point in addresses]
    return page.group("addresses", _("Addresses"), "map-pin", items, add="addresses")


def _points(page: Page) -> list[Line]:
    """Those that the actor may see, the primary ones first."""
    seen = [point for point in page.of("point") if may_reach(page.party, point.kind, page.context.actor)]
    return sorted(seen, key=lambda point: (not point.flag, point.kind, point.id))


def _point(page: Page, point: Line) -> dict[str, Any]:
    kind = str(ContactPoint.Kind(point.kind).label)
    detail = "addresses" if point.kind == "address" else "contact-points"
    shown = (
        format_phone(point.value, page.context.reader.country)
        if point.kind in ("phone", "fax")
        else point.value
    )
    links = {"phone": tel_uri(point.value), "email": f"mailto:{point.value}"}
    address = point.kind == "address"
    question = _("Remove this address?") if address else _("Remove this way to reach them?")
    buttons = page.button("x", _("Remove"), f"{detail}/{point.id}/remove", question)
    if point.kind in MIRRORED:
        say, verb, icon = (
            (_("It works again"), "reachable", "circle-check")
            if point.day
            else (_("It does not work"), "unreachable", "plug-connected-x")
        )
        buttons = page.button(icon, say, f"{detail}/{point.id}/{verb}") + buttons
    if not point.flag:
        buttons = page.button("star", _("Make it the primary one"), f"{detail}/{point.id}/primary") + buttons
    return {
        "title": bdi(shown, "ltr") if point.kind in ("phone", "fax", "email") else shown,
        "url": links.get(point.kind, ""),
        "hint": " · ".join(
            part
            for part in (
                point.label or kind,
                _("primary") if point.flag else "",
                _("unreachable since %(day)s") % {"day": page.day(point.day)} if point.day else "",
            )
            if part
        ),
        "icon": ICONS[point.kind],
        "buttons": buttons,
    }


ENDS = ("from_party", "to_party")
SHOWN = (
    *("tenant", "type", "ends", "note", *ENDS),
    *(f"{end}__{name}" for end in ENDS for name in ("tenant", "kind", "name", "deleted_at")),
)


def has_relations(entity: Entity) -> Exists | None:
    """Whether there is anything to ask for, told with the row of the record."""
    if entity.model is not Party:
        return None
    ends = Q(from_party_id=OuterRef("id")) | Q(to_party_id=OuterRef("id"))
    return Exists(PartyRelation.objects.filter(ends))


def _related_to(party: Party) -> list[PartyRelation]:
    if not getattr(party, "told", {}).get("relations", True):
        return []
    rows = PartyRelation.objects.filter(Q(from_party_id=party.id) | Q(to_party_id=party.id))
    return list(rows.select_related("from_party", "to_party").only(*SHOWN).order_by("ends", "id")[:RELATIONS])


def _relations(page: Page) -> Group | None:
    party = page.party
    found = [
        (row, row.from_party if inverse else row.to_party, standing_of_other(row.type, inverse=inverse))
        for row in _related_to(party)
        for inverse in [row.to_party_id == party.id]
    ]
    open_ids = visible_ids(page.context.actor, {"parties": [other.id for _row, other, _label in found]})
    seen = [
        (row, other, label)
        for row, other, label in found
        if other.deleted_at is None and other.id in open_ids
    ]
    near = [Neighbour(other.name, label, _url(page, other)) for row, other, label in seen if row.ends is None]
    items = [_relation(page, row, other, label) for row, other, label in seen]
    sentence = listed(f"{one.relation}: {one.title}" for one in near[:MOST])
    graph = draw(party.name, near[:MOST], sentence) if len(near) > 1 else ""
    return page.group("relations", _("Relations"), "affiliate", items, add="relations", graph=graph)


def _relation(page: Page, row: PartyRelation, other: Party, label: str) -> dict[str, Any]:
    ended = _("until %(day)s") % {"day": page.day(row.ends)} if row.ends else ""
    return {
        "title": other.name,
        "url": _url(page, other),
        "avatar": other.name,
        "square": other.kind != "person",
        "hint": " · ".join(part for part in (label, row.note, ended) if part),
        "buttons": []
        if row.ends
        else page.button(
            "x", _("End the relation"), f"relations/{row.id}/end", _("Does this relation end today?")
        ),
    }


def _url(page: Page, other: Party) -> str:
    return registry[SLUGS[other.kind]].url(page.context.reader.slug, other.id)


def _roles(page: Page) -> Group | None:
    items = []
    for role in sorted(page.of("role"), key=lambda role: (role.ends is not None, role.day)):
        since = _("since %(day)s") % {"day": page.day(role.day)} if role.day else ""
        until = _("until %(day)s") % {"day": page.day(role.ends)} if role.ends else ""
        items.append(
            {
                "title": PartyRole.Role(role.kind).label,
                "hint": " · ".join(part for part in (since, until) if part),
                "icon": "id-badge",
                "buttons": []
                if role.ends
                else page.button(
                    "x", _("End the role"), f"roles/{role.id}/end", _("Does this role end today?")
                ),
            }
        )
    return page.group("roles", _("Roles"), "id-badge", items, add="roles")


def _facts(page: Page) -> Group | None:
    actor, owner = page.context.actor, page.party.owner_id
    readable = [
        fact
        for fact in page.of("fact")
        if not fact.flag
        or actor.policy.admin
        or (actor.member_id and actor.member_id in (fact.other_id, owner))
    ]
    items = [
        {
            "title": fact.value,
            "hint": f"{fact.label} · {PartyFact.Topic(fact.kind).label}",
            "icon": "lock" if fact.flag else "note",
            "buttons": page.button("x", _("Remove"), f"facts/{fact.id}/remove", _("Forget this fact?")),
        }
        for fact in readable
    ]
    return page.group("facts", _("Worth remembering"), "note", items, add="facts")


def _dates(page: Page) -> Group | None:
    items, actor = [], page.context.actor
    seen = [line for line in page.of("date") if may_read_day(page.party, line.kind, actor)]
    for line in sorted(seen, key=lambda line: line.ends or date.max):
        assert line.day is not None and line.ends is not None
        years = age_at(line.day, line.ends, line.value)
        occasion = line.label or str(ImportantDate.Kind(line.kind).label)
        items.append(
            {
                "title": occasion,
                "icon": "gift" if line.kind == "birthday" else "calendar-event",
                "hint": f"{page.day(line.ends, line.value)} · "
                + ngettext("%(count)d year", "%(count)d years", years) % {"count": years},
                "buttons": page.button("x", _("Remove"), f"dates/{line.id}/remove", _("Remove this date?")),
            }
        )
    return page.group("dates", _("Important dates"), "calendar", items, add="dates")


def _family(page: Page) -> Group | None:
    """Parent company first, then its other companies, then those below."""
    party = page.party
    if "parent" not in registry["organizations"].readable(page.context.actor):
        return None
    items = []
    for line in page.of("near"):
        order, hint = (
            (0, _("parent company"))
            if line.id == party.parent_id
            else ((2, _("subsidiary")) if line.other_id == party.id else (1, _("same group")))
        )
        url = registry["organizations"].url(page.context.reader.slug, line.id)
        items.append(
            (
                order,
                line.label,
                {"title": line.label, "url": url, "avatar": line.label, "square": True, "hint": hint},
            )
        )
    shown = [item for _order, _name, item in sorted(items, key=lambda part: part[:2])]
    group = page.group("family", _("Group of companies"), "building-community", shown)
    if group:
        group["url"] = f"/w/{page.context.reader.slug}/party/{party.id}/chart"
    return group


extensions.marks["relations"] = has_relations
