"""The board of any noun: a lane for each choice of one field, and the newest records of each as cards.

A noun whose lanes need more than that (deals: stages, totals, probability) declares a `board` of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import IntegerField, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sila.platform.access.reader import Reader
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import linked
from sila.platform.entities.kinds import Context, Field, Row, Text
from sila.platform.entities.registry import Entity
from sila.platform.kit.numbers import format_number
from sila.platform.tenancy.current import current_id
from sila.platform.tenancy.models import Workspace

CARDS = 30
COUNTED = 1_000  # records of one lane; beyond it says "1,000+"
FACTS = 2  # on a card, besides title, subtitle and amount
MOST_FACTS = 5  # the same where somebody chose the columns


@dataclass(frozen=True)
class Lane:
    value: str  # "" for records without a choice
    label: Text
    rows: Q
    color: str = ""  # of its choice


class _Number(Subquery):
    """How many rows a query gives. Sliced, it stops counting there."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def fields_of(entity: Entity, fields: Mapping[str, Field]) -> list[Field]:
    """The fields whose choices can be lanes: the declared one, and those that the workspace added.

    Others have no index that would find the newest records of a choice.
    """
    return [
        f
        for f in fields.values()
        if f.kind.name == "choice" and (f.custom or f.name == entity.board_by) and f.choices
    ]


def chosen_field(entity: Entity, fields: Mapping[str, Field], name: str) -> Field | None:
    """The one of this name, else the first, unless the noun has a board of its own."""
    possible = fields_of(entity, fields)
    first = possible[0] if possible and not entity.board else None
    return next((f for f in possible if f.name == name), first)


def has_board(entity: Entity, fields: Mapping[str, Field]) -> bool:
    return bool(entity.board and entity.board_by in fields) or bool(fields_of(entity, fields))


def board(
    entity: Entity,
    by: Field,
    rows: QuerySet[Any],
    context: Context,
    params: Mapping[str, Any],
    filtered: Collection[str] = (),
    *,
    face: "Face",
) -> dict[str, Any]:
    """What `entities/_board.html` shows; `lane` and `below` ask for more of one lane.

    `filtered` are the fields that the reader has put conditions on: there the noun's own do not apply.
    `face` says what of the records stands on their cards.
    """
    base = entity.url(context.reader.slug)
    rows = rows.filter(**{name: v for name, v in entity.board_where.items() if name not in filtered})
    every = _lanes(by)
    lanes = [lane for lane in every if lane.value == params["lane"]] if params.get("below") else every
    face = face.without(by.name)
    columns = [*by.columns(), *face.columns(), *entity.title]
    cards = newest(rows, [lane.rows for lane in lanes], columns, params.get("below", ""))
    linked.close(cards, face.fields(), context.actor)
    shown, numbers = [], _numbers(rows, lanes)
    for lane, number in zip(lanes, numbers, strict=True):
        mine = [row for row in cards if (by.read(row) or "") == lane.value]
        shown.append(
            {
                **_heading(entity, by, lane, number, context, base),
                "cards": [_card(entity, row, face, context, base) for row in mine],
                "more": {"lane": lane.value, "below": str(mine[-1]["id"])} if len(mine) == CARDS else None,
            }
        )
    return {
        "lanes": shown,
        "stages": [{"id": lane.value, "label": lane.label} for lane in every],
        "move_url": f"{base}{{id}}/stage/?by={by.name}",
        "peek_url": base + "{id}/peek",
        "page": _counts(numbers, context.reader),
    }


def _counts(numbers: Sequence[int], reader: Reader) -> dict[str, str]:
    whole = sum(min(number, COUNTED) for number in numbers)
    more = "+" if any(number > COUNTED for number in numbers) else ""
    count = format_number(whole, digits=reader.digits) + more
    return {
        "count": count,
        "footer": ngettext("%(shown)s record", "%(shown)s records", whole) % {"shown": count},
    }


def _heading(
    entity: Entity, by: Field, lane: Lane, number: int, context: Context, base: str
) -> dict[str, Any]:
    count = format_number(min(number, COUNTED), digits=context.reader.digits)
    may_add = entity.creatable and context.actor.can(entity.slug, "create") and lane.value
    return {
        "id": lane.value,
        "label": lane.label,
        "color": lane.color,
        "count": count + ("+" if number > COUNTED else ""),
        "add_url": f"{base}new?{urlencode({by.name: lane.value, 'stay': 1})}" if may_add else "",
        "aside": not (lane.value or number),  # without records it only appears while a card is dragged
    }


def _lanes(by: Field) -> list[Lane]:
    """One for each choice, and one for records without any, unless the field asks for one."""
    values = [choice.value for choice in by.choices]
    lanes = [Lane(each.value, each.label, _holds(by, [each.value]), each.color) for each in by.choices]
    if not by.required and (by.custom or by.default is None):
        lanes.insert(0, Lane("", _("None yet"), ~_holds(by, values)))
    return lanes


def _holds(by: Field, values: list[str]) -> Q:
    if not by.custom:
        return Q(**{f"{by.name}__in": values})
    stored = CustomValue.objects.filter(field=by.name, text__in=values)
    return Q(id__in=stored.values("record_id"))


def _numbers(rows: QuerySet[Any], lanes: Sequence[Lane]) -> list[int]:
    """How many records each lane holds, all in one query, which counts no further than COUNTED."""
    counts = {
        f"lane_{number}": _Number(rows.filter(lane.rows).order_by().values("id")[: COUNTED + 1])
        for number, lane in enumerate(lanes)
    }
    if not counts:
        return []
    found = Workspace.objects.filter(pk=current_id()).annotate(**counts).values_list(*counts).get()
    return [number or 0 for number in found]


def newest(rows: QuerySet[Any], lanes: Sequence[Q], columns: Sequence[str], below: str = "") -> list[Row]:
    """The newest CARDS rows of each lane, in one query whose cost does not grow with the table."""
    if below:
        rows = rows.filter(id__lt=_uuid(below))
    every, wanted = rows.model._default_manager, dict.fromkeys(["id", "version", *columns])
    parts = [
        every.filter(id__in=rows.filter(lane).order_by("-id").values("id")[:CARDS]).order_by().values(*wanted)
        for lane in lanes
    ]
    if not parts:
        return []
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return sorted(found, key=lambda row: row["id"], reverse=True)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


# ---- cards -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Face:
    """What cards show of their records: the columns of the view or of the role's layout, as far as there is room."""

    subtitle: Field | None
    amount: Field | None
    owner: Field | None
    rest: tuple[Field, ...]
    chosen: bool = False

    @classmethod
    def of(cls, entity: Entity, fields: Mapping[str, Field], names: Sequence[str], *, chosen: bool) -> "Face":
        """`names` are the columns; `chosen`: somebody did, so that what is not among them is not shown."""
        rest = [
            fields[name]
            for name in names
            if name in fields and name not in (*entity.title, "owner", entity.subtitle)
        ]
        amount = next((f for f in rest if f.kind.name == "money"), None)
        shown = {name: f for name, f in fields.items() if name in names or not chosen}
        subtitle = shown.get(entity.subtitle) if entity.subtitle not in entity.board_where else None
        facts = tuple(f for f in rest if f is not amount)
        return cls(subtitle, amount, shown.get("owner"), facts, chosen)

    def without(self, *names: str) -> "Face":
        """The same without fields that are told otherwise, such as by the lane."""
        return replace(self, rest=tuple(f for f in self.rest if f.name not in names))

    @property
    def facts(self) -> tuple[Field, ...]:
        return self.rest[: MOST_FACTS if self.chosen else FACTS]

    @property
    def note(self) -> Field | None:
        """The one line beside a name where there is room for one."""
        return self.subtitle or next(iter(self.rest), None)

    def fields(self) -> list[Field]:
        return [f for f in (self.subtitle, self.amount, self.owner, *self.facts) if f]

    def columns(self) -> list[str]:
        return [column for f in self.fields() for column in f.columns()]


PLAIN = Face(None, None, None, ())  # nothing but what a board of the noun's own shows by itself


def _card(entity: Entity, row: Row, face: Face, context: Context, base: str) -> dict[str, Any]:
    reader = context.reader

    def text(f: Field | None) -> str:
        return f.kind.plain(f, row, reader) if f else ""

    return {
        "id": row["id"],
        "version": row["version"],
        "url": f"{base}{row['id']}/",
        "title": entity.title_of(row) or "–",
        "subtitle": text(face.subtitle),
        "amount": face.amount.kind.write(face.amount, row, reader)
        if face.amount and face.amount.read(row) is not None
        else "",
        "facts": [fact for f in face.facts if (fact := text(f))],
        "owner": text(face.owner),
    }
