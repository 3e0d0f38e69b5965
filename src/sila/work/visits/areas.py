"""Areas of a member's customers: territories with what lies below them, cities and districts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sila.parties.territories.models import Territory
from sila.platform.access.actor import Actor
from sila.platform.entities.registry import registry

MOST = 300
MARKS = "\N{EM SPACE}"


def customers(member_id: UUID, actor: Actor) -> QuerySet[Any]:
    """Whom the member looks after, as far as the actor sees them."""
    rows: QuerySet[Any] = registry["parties"].visible_to(actor).filter(owner_id=member_id)
    return rows


@dataclass(frozen=True)
class Areas:
    """`groups`: what can be chosen, as (label, [(value, label, chosen)]); `where`: what the chosen one asks of a
    customer, and `label` what it is called."""

    groups: list[tuple[str, list[tuple[str, str, bool]]]]
    where: Q
    label: str

    @classmethod
    def read(cls, text: str, mine: QuerySet[Any], actor: Actor) -> "Areas":
        """From the address; what is not known there is everywhere."""
        kinds = [(_("Territories"), _territories(actor)), (_("Cities and districts"), _places(mine, actor))]
        groups, where, said = [], Q(), ""
        for title, rows in kinds:
            options = []
            for value, label, asks in rows:
                options.append((value, label, value == text))
                if value == text:
                    where, said = asks, label.strip(MARKS)
            if options:
                groups.append((str(title), options))
        return cls(groups, where, said)


Row = tuple[str, str, Q]


def _open(name: str, actor: Actor) -> bool:
    return all(name in registry[slug].readable(actor) for slug in ("organizations", "people", "groups"))


def _territories(actor: Actor) -> list[Row]:
    if not _open("territory", actor):
        return []
    return [(f"t:{value}", label, Q(territory_id__in=ids)) for value, label, ids in territory_rows(actor)]


def territory_rows(actor: Actor) -> list[tuple[str, str, list[UUID]]]:
    """Of each territory that the actor sees, in the order of the tree: its id, its name set in by its depth, and the ids
    of it and all below it."""
    noun = registry["territories"]
    if not noun.shown_to(actor):
        return []
    below: dict[UUID | None, list[Territory]] = {}
    for row in noun.visible_to(actor).order_by("order", "id")[:MOST]:
        below.setdefault(row.parent_id, []).append(row)
    return _branch(below, None, 0)


def _branch(
    below: dict[UUID | None, list[Territory]], parent: UUID | None, depth: int
) -> list[tuple[str, str, list[UUID]]]:
    rows: list[tuple[str, str, list[UUID]]] = []
    for territory in below.get(parent, []):
        parts = _branch(below, territory.id, depth + 1)
        ids = [territory.id, *(UUID(value) for value, _label, _ids in parts)]
        rows += [(str(territory.id), MARKS * depth + str(territory), ids), *parts]
    return rows


def _places(mine: QuerySet[Any], actor: Actor) -> list[Row]:
    if not _open("city", actor):
        return []
    named = ["city", *(["district"] if _open("district", actor) else [])]
    pairs = mine.exclude(city="").order_by(*named).values(*named).distinct()[:MOST]
    rows: list[Row] = []
    for pair in pairs:
        city, district = pair["city"], pair.get("district", "")
        if not rows or rows[-1][0].partition("|")[0] != f"c:{city}":
            rows.append((f"c:{city}", city, Q(city=city)))
        if district:
            rows.append((f"c:{city}|{district}", MARKS + district, Q(city=city, district=district)))
    return rows
