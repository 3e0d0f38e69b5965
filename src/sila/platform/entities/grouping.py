"""A list in groups: how many rows there are of each value, and the totals of its amounts, over all matching rows.

One query counts and sums. Days are grouped by month of either calendar; the Hijri months are added up from days, which
the database can tell. Amounts of several currencies stay apart. Of very many groups the largest are shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Trunc
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import linked, through
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import LINKS, Context, Date, Field
from sila.platform.entities.kinds.days import DateTime, as_stored, days_of
from sila.platform.entities.leading import having
from sila.platform.entities.measuring import (
    AT,
    CLOSED,
    EMPTY,
    IS,
    READ,
    SHUT,
    Group,
    Part,
    measured,
    whole_of,
)
from sila.platform.entities.months import month_label, month_range
from sila.platform.entities.paging import own_value
from sila.platform.entities.registry import registry
from sila.platform.entities.through import Way
from sila.platform.kit.hijri import FIRST_DATE, LAST_DATE, to_hijri
from sila.platform.kit.places import Place, place_of, places

KINDS = ("choice", "link", "member", "bool", "text", "date", "datetime")
SHOWN = 200  # groups
DAYS = 40_000  # the same where Hijri months are added up from days: a century
PLACES = ("city",)  # fields whose words are cities
CALENDARS = ("gregorian", "hijri")


@dataclass(frozen=True)
class Grouped:
    groups: list[Group]
    whole: Group
    of: int  # groups there are
    more: bool  # and whether there are more than were counted


@dataclass(frozen=True)
class By:
    """What a list is grouped by: a field, and for days the calendar of the months; `near`: cities, the nearest first.
    `way`: the field is one of the records that these link to."""

    field: Field
    context: Context
    calendar: str = ""
    near: Place | None = None
    way: Way | None = None

    @classmethod
    def read(
        cls, text: str, fields: Mapping[str, Field], context: Context, near: str = "", *, param: str = "group"
    ) -> "By":
        """From `field`, `link~field`, either with `:calendar`. Raises Invalid, for a hidden field as for one that is
        none."""
        name, _sep, calendar = text.partition(":")
        way = through.way_of(fields, name, context.actor)
        f = way.field if way else fields.get(name)
        if f is None or f.kind.name not in KINDS or calendar not in ("", *CALENDARS):
            raise Invalid({param: _("The list cannot be grouped by “%(name)s”.") % {"name": name[:40]}})
        if near and (near not in places() or name not in PLACES):
            raise Invalid({"near": _("This place is not known.")})
        months = (calendar or context.reader.one_calendar) if isinstance(f.kind, Date) else ""
        return cls(f, context, months, places().get(near), way)

    @property
    def shown(self) -> Field:
        """The field as this list calls it."""
        return self.way.shown if self.way else self.field

    @property
    def name(self) -> str:
        return f"{self.shown.name}:{self.calendar}" if self.calendar else self.shown.name

    @cached_property
    def column(self) -> str:
        f = self.field
        column = f"{f.name}_id" if f.kind.name in LINKS else f.sort_column or f.name
        return f"own_{f.name}" if f.custom else "_there" if self.way else column

    def keyed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with `_group`, the raw value of their group, and `_shut` where it is behind a closed link."""
        way, behind = self.way, self._behind()
        rows = way.followed(rows) if way else rows
        if self.field.custom:
            rows = rows.annotate(**{self.column: own_value(self.field, through.TO if way else "id")})
        elif way:
            rows = rows.annotate(_there=way.at(replace(self, way=None).column))
        if behind is not None:
            shut = Q(**{f"{through.TO}__isnull": False}) & ~Exists(behind)
            rows = rows.annotate(_shut=Case(When(shut, then=Value(1)), default=Value(0)))
            return rows.annotate(_group=Case(When(_shut=0, then=self._raw())))
        return rows.annotate(_group=self._raw())

    def _behind(self) -> QuerySet[Any] | None:
        """The record behind the link, for each row, if it may be closed to the reader; None where all are open."""
        way, actor = self.way, self.context.actor
        if way is None or (
            way.target.open_to(actor) and not way.link.custom
        ):  # an own one may lead to what is gone
            return None
        seen = way.target.visible_to(actor, trashed=True)
        return seen.filter(id=OuterRef(through.TO)).order_by().values("id")

    def _raw(self) -> Any:
        if not self.calendar:
            return F(self.column)
        zone = (
            self.context.reader.tz
            if isinstance(self.field.kind, DateTime)
            else UTC
            if self.field.custom
            else None
        )
        return Trunc(self.column, "month" if self.calendar == "gregorian" else "day", tzinfo=zone)

    def key_of(self, raw: Any) -> str:
        if raw in (None, ""):
            return EMPTY
        if self.near and (place := place_of(str(raw))):
            return AT + place.code
        if self.calendar:
            return IS + self._month_of(raw.date() if isinstance(raw, datetime) else raw)
        return IS + (str(int(raw)) if isinstance(raw, bool) else str(raw))

    def _month_of(self, day: date) -> str:
        if self.calendar == "gregorian":
            return f"{day:%Y-%m}"
        if not FIRST_DATE <= day <= LAST_DATE:
            return f"g{day:%Y-%m}"  # outside of the published Hijri years
        year, month, _day = to_hijri(day)
        return f"{year:04}-{month:02}"

    # ---- the rows of a group -----------------------------------------------------------------------
    def narrow(self, rows: QuerySet[Any], key: str) -> QuerySet[Any]:
        """The rows of one group. Raises Invalid for what is the key of none."""
        try:
            return self._narrow_behind(self.way, rows, key) if self.way else rows.filter(self._q(rows, key))
        except (ValueError, IndexError, OverflowError) as error:
            raise Invalid({"in": _("This group of the list cannot be found.")}) from error

    def _narrow_behind(self, way: Way, rows: QuerySet[Any], key: str) -> QuerySet[Any]:
        """Those that lead to records of the group; what leads nowhere is among those of nothing."""
        if key == CLOSED:
            values = self.closed(raw for raw, *_rest in self._counted(rows, []) if raw is not SHUT)
            wanted = Q(**{f"{self.column}__in": values}) if values else Q(pk__in=[])
            return self.keyed(rows).filter(wanted | Q(_shut=1) if self._behind() is not None else wanted)
        seen = way.target.visible_to(self.context.actor, trashed=True)
        wanted = way.leading_to(replace(self, way=None).narrow(seen, key))
        return rows.filter(wanted | way.nowhere if key == EMPTY else wanted)

    def _q(self, rows: QuerySet[Any], key: str) -> Q:
        f, value = self.field, key.removeprefix(IS)
        if key == CLOSED:
            return self._any_of(self.closed(raw for raw, *_rest in self._counted(rows, [])))
        if key.startswith(AT) and self.near:
            return self._any_of(raw for raw, *_rest in self._counted(rows, []) if self.key_of(raw) == key)
        if key != EMPTY and not key.startswith(IS):
            raise ValueError(key)
        if f.custom:
            stored = CustomValue.objects.filter(field=f.name)
            if key == EMPTY:
                return ~having(stored)
            return having(stored.filter(self._days(value) if self.calendar else Q(text=value)))
        if key == EMPTY:
            return f.kind.is_empty(f) if f.kind.name != "bool" else Q(**{f"{f.name}__isnull": True})
        if self.calendar:
            return self._days(value)
        return self._any_of([value])

    def _any_of(self, values: Iterable[Any]) -> Q:
        f = self.field
        if f.custom:
            return having(CustomValue.objects.filter(field=f.name, text__in=map(str, values)))
        if f.kind.name in LINKS:
            values = [UUID(str(value)) for value in values]
        elif f.kind.name == "bool":
            values = [{"0": False, "1": True}.get(value) for value in values]
        return Q(**{f"{self.column}__in": list(values)})

    def _days(self, month: str) -> Q:
        f, reader = self.field, self.context.reader
        first, last = month_range(month, "gregorian" if month.startswith("g") else self.calendar)
        column = f.kind.index_column if f.custom else f.name
        low, high = self._bounds(first, last, reader)
        found = Q(**{f"{column}__gte": low, f"{column}__lt": high})
        if month.startswith("g"):
            known = self._bounds(FIRST_DATE, LAST_DATE, reader)
            found &= Q(**{f"{column}__lt": known[0]}) | Q(**{f"{column}__gte": known[1]})
        return found

    def _bounds(self, first: date, last: date, reader: Reader) -> tuple[Any, Any]:
        low, high = days_of(self.field).bounds(first, last, reader)
        return (as_stored(low), as_stored(high)) if self.field.custom else (low, high)

    # ---- all groups --------------------------------------------------------------------------------
    def groups(self, rows: QuerySet[Any], measures: list[Field]) -> Grouped:
        """All groups with their counts and totals, the largest of very many."""
        most = DAYS if self.calendar == "hijri" else READ
        found = self._counted(rows, measures, most + 1)
        more, found = len(found) > most, found[:most]
        groups = self._told(found)
        whole = Group("")
        if more:
            groups = self._told(self._again(rows, measures, found))
            whole = whole_of(rows, measures)
        else:
            for group in groups:
                whole.add(group.count, group.told())
        shown = sorted(groups, key=lambda group: -group.count)[:SHOWN]
        capped = more or len(groups) > SHOWN
        return Grouped(shown if capped and not self.near else self._sorted(shown), whole, len(groups), more)

    def apart(self, rows: QuerySet[Any], measures: list[Field], most: int) -> tuple[list[Part], bool]:
        """Each group in each currency, the largest of very many; whether there are more."""
        found = self._counted(rows, measures, most + 1)
        keys, groups = self._keys(found), {group.key: group for group in self._told(found)}
        parts = [(groups[keys[raw]], count, sums) for raw, count, _label, sums in found[:most]]
        return parts, len(found) > most

    def _counted(self, rows: QuerySet[Any], measures: list[Field], most: int = READ) -> list[Any]:
        label = None
        if self.field.kind.name == "text":
            column = "custom" if self.field.custom else self.field.name
            held = self.way.at(column) if self.way else F(column)
            label = Min(KeyTextTransform(self.field.name, held) if self.field.custom else held)
        by = ["_group", "_shut"] if self._behind() is not None else ["_group"]
        return measured(self.keyed(rows), measures, label, by, most)

    def _again(self, rows: QuerySet[Any], measures: list[Field], found: list[Any]) -> list[Any]:
        """The largest groups alone: what was cut off may have held more of them, in another currency."""
        largest = list(dict.fromkeys(raw for raw, *_rest in found))[:SHOWN]
        among = Q(_group__in=[raw for raw in largest if raw is not None and raw is not SHUT])
        if None in largest or SHUT in largest:
            among |= Q(_group__isnull=True)
        return self._counted(self.keyed(rows).filter(among), measures, len(found) * 10)

    def _told(self, found: list[Any]) -> list[Group]:
        keys, groups = self._keys(found), dict[str, Group]()
        for raw, count, label, sums in found:
            group = groups.setdefault(keys[raw], Group(keys[raw], label or ""))
            group.add(count, sums)
        self._name(list(groups.values()))
        return list(groups.values())

    def _keys(self, found: list[Any]) -> dict[Any, str]:
        closed = {SHUT, *self.closed(raw for raw, *_rest in found if raw is not SHUT)}
        return {raw: CLOSED if raw in closed else self.key_of(raw) for raw, *_rest in found}

    def closed(self, values: Iterable[Any]) -> list[Any]:
        """Those of the linked records whose names the reader may not see: they stand in one group."""
        if self.field.kind.name not in LINKS:
            return []
        ids = {raw: UUID(str(raw)) for raw in values if raw}
        seen = linked.visible_ids(self.context.actor, {self.field.to: ids.values()})
        return [raw for raw, record_id in ids.items() if record_id not in seen]

    def _name(self, groups: list[Group]) -> None:
        f, reader = self.field, self.context.reader
        titles = self._titles([group.key[1:] for group in groups if group.key.startswith(IS)])
        for group in groups:
            value = group.key.removeprefix(IS)
            if group.key == EMPTY:
                group.label = _("Not filled in")
            elif group.key == CLOSED:
                group.label = _("No access")
            elif group.key.startswith(AT) and self.near:
                there = places()[group.key.removeprefix(AT)]
                group.label, group.far = there.called(reader.language), self.near.far(there)
            elif self.calendar:
                group.label = month_label(value, self.calendar, reader)
            elif f.kind.name == "bool":
                group.label = _("Yes") if value == "1" else _("No")
            else:
                group.label, group.place = titles.get(value) or (
                    group.label or value,
                    len(titles) * (self.field.kind.name == "choice"),
                )

    def _titles(self, values: list[str]) -> Mapping[str, tuple[str, int]]:
        """Label and place of the choices and linked records; a place only where they have an order of their own."""
        f = self.field
        if f.kind.name == "choice":
            return {choice.value: (str(choice.label), place) for place, choice in enumerate(f.choices)}
        if f.kind.name not in LINKS:
            return {}
        target, language = registry[f.to], self.context.reader.language
        rows = target.rows(trashed=True).filter(id__in=values)
        ordered = target.sort == "order"
        told = rows.order_by(*(["order"] if ordered else [])).values("id", *target.title)
        return {str(row["id"]): (target.title_of(row, language), n * ordered) for n, row in enumerate(told)}

    def _sorted(self, groups: list[Group]) -> list[Group]:
        """In the order of the choices, of the days, or of the letters; what is empty comes last."""

        def place(group: Group) -> tuple[Any, ...]:
            value, last = group.key.removeprefix(IS), group.key in (EMPTY, CLOSED)
            if self.calendar:
                return last, "" if last else month_range(value, self.calendar)[0].isoformat()
            if self.near:
                return last, group.far is None, group.far or 0, group.label.casefold()
            if self.field.kind.name == "bool":
                return last, value != "1"
            return last, group.place, group.label.casefold()

        return sorted(groups, key=place)


def offered(fields: Mapping[str, Field], actor: Actor) -> list[tuple[str, Field, str]]:
    """(address, field, calendar) of what a list can be grouped by: its fields, then those one link away."""
    found = []
    for f in (*fields.values(), *through.reached(fields, actor)):
        if f.kind.name in KINDS:
            calendars = CALENDARS if isinstance(f.kind, Date) else ("",)
            found += [(f"{f.name}:{calendar}" if calendar else f.name, f, calendar) for calendar in calendars]
    return found
