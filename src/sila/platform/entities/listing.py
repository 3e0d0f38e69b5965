"""Lists: which rows, in which order, from where on. The address bar holds all of it (ListState)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import layouts, linked, through
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import LINKS, Context, Field, Unreadable
from sila.platform.entities.kinds.days import as_stored
from sila.platform.entities.leading import having
from sila.platform.entities.merging import merged
from sila.platform.entities.order import Order
from sila.platform.entities.paging import PAGE, Page, own_value, page
from sila.platform.entities.registry import Entity
from sila.platform.kit.folding import fold

COUNT_LIMIT = 10_000
MOST_KEYS = 4  # of an order
MOST_FIRST = 100  # rows of a list that is cut
LOOKS = ("board", "calendar")  # layouts besides the list
SPANS = ("month", "week")  # of a calendar
POSITIVE = {"is_not": "is", "none": "any"}  # what an operator denies

__all__ = ["PAGE", "ListState", "Page", "address_of", "count", "matching", "order_of", "page", "restricted"]


@dataclass(frozen=True)
class Condition:
    """One chip: field, operator, values. Conditions with the same `group` are joined by OR."""

    field: str
    operator: str
    values: tuple[str, ...] = ()
    group: str = ""

    @classmethod
    def read(cls, text: str) -> "Condition":
        """From `[group.]field:operator:value|value`."""
        head, _sep, tail = text.partition(":")
        group, _dot, name = head.rpartition(".")
        operator, _sep, values = tail.partition(":")
        return cls(name, operator, tuple(values.split("|")) if values else (), group)

    def __str__(self) -> str:
        head = f"{self.group}.{self.field}" if self.group else self.field
        return ":".join([head, self.operator, *(["|".join(self.values)] if self.values else [])])


@dataclass(frozen=True)
class ListState:
    conditions: tuple[Condition, ...] = ()
    sort: str = ""
    first: str = ""  # `10:-amount`: only so many of the rows, the first in this order, however they are shown
    columns: tuple[str, ...] = ()
    query: str = ""
    after: str = ""
    view: str = ""
    group: str = ""
    near: str = ""  # the city from which the groups of a list by city are looked at
    within: str = ""  # the key of the group whose rows are asked for
    by: str = ""  # the field that makes the lanes of a board, or gives the days of a calendar
    span: str = ""  # of a calendar: week, or month
    day: str = ""  # of a calendar: a day inside of what it shows
    look: str = ""  # the layout in which a kept view opens, where it is no list

    @classmethod
    def read(cls, params: QueryDict) -> "ListState":
        first = params.get("first", "")[:80]
        return cls(
            conditions=tuple(Condition.read(text) for text in params.getlist("f") if text)[:20],
            sort=params.get("sort", "") or first.partition(":")[2],
            first=first,
            columns=tuple(name for name in params.get("cols", "").split(",") if name)[:40],
            query=params.get("q", "").strip()[:100],
            after=params.get("after", ""),
            view=params.get("view", ""),
            group=params.get("group", "")[:100],
            near=params.get("near", "")[:40],
            within=params.get("in", "")[:300],
            by=params.get("by", "")[:60],
            span=params.get("span", "") if params.get("span") in SPANS else "",
            day=params.get("day", "")[:10],
            look=params.get("look", "") if params.get("look") in LOOKS else "",
        )

    @property
    def shape(self) -> tuple[Any, ...]:
        """What tells one list from another, but for its columns."""
        return self.conditions, self.sort, self.first, self.group, self.near

    def url(self, **changes: Any) -> str:
        """This list with some of it changed, as a query string. A new order or filter starts at the top."""
        state = replace(self, **{"after": "", "within": "", **changes})
        pairs: list[tuple[str, str]] = [("f", str(condition)) for condition in state.conditions]
        for name, value in (
            ("sort", state.sort),
            ("first", state.first),
            ("cols", ",".join(state.columns)),
            ("q", state.query),
            ("view", state.view),
            ("group", state.group),
            ("near", state.near),
            ("in", state.within),
            ("after", state.after),
            ("by", state.by),
            ("span", state.span),
            ("day", state.day),
            ("look", state.look),
        ):
            if value:
                pairs.append((name, value))
        return "?" + urlencode(pairs)


def address_of(entity: Entity, view: str, slug: str, *more: str) -> str:
    """Where a ready-made list of the noun is, narrowed by `more` conditions."""
    found = next(each for each in entity.views if each.key == view)
    conditions = tuple(map(Condition.read, (*found.conditions, *more)))
    return entity.url(slug) + ListState(conditions=conditions, sort=found.sort, view=view).url()


def columns_of(entity: Entity, fields: dict[str, Field], state: ListState, actor: Actor) -> list[str]:
    """The names of the columns that a list shows: the title first, then what the reader, their role or the entity
    chose."""
    names = [name for name in state.columns if name in fields] or [
        name for name in layouts.columns(entity, actor) if name in fields
    ]
    title = entity.title[0]
    return ([title] if title in fields else []) + [name for name in names if name != title]


def chose_columns(entity: Entity, state: ListState, actor: Actor) -> bool:
    """Whether somebody did: the reader, the view, or the layout of the reader's role."""
    return bool(state.columns or layouts.of(actor, entity.slug).get("columns"))


def restricted(
    entity: Entity, fields: Mapping[str, Field], state: ListState, context: Context, traces: Any = None
) -> QuerySet[Any]:
    """The visible rows that meet the conditions. Raises Invalid on a condition that is none. `traces`: search.Traces."""
    rows = entity.visible_to(context.actor)
    for q in all_of(fields, state.conditions, context, entity):
        rows = rows.filter(q)
    if state.query:
        from sila.platform.entities import search

        rows = rows.filter(
            id__in=search.matching_ids(
                state.query, entity=entity, by=context.actor, files=True, traces=traces
            )
        )
    return _cut(entity, fields, rows, state.first, context) if state.first else rows


def all_of(
    fields: Mapping[str, Field],
    conditions: Iterable[Condition],
    context: Context,
    whole: Entity | None = None,
) -> list[Q]:
    """What rows must meet, each of it: a condition, or one of those that are joined by OR. Of a `whole`, conditions may
    look at what belongs to it. Raises Invalid."""
    groups: dict[str, Q] = {}
    for number, condition in enumerate(conditions):
        inside = through.inside_of(whole, condition.field, context.actor) if whole else None
        q = _inside_q(inside, condition, context) if inside else condition_q(fields, condition, context)
        key = condition.group or f"#{number}"
        groups[key] = groups[key] | q if key in groups else q
    return list(groups.values())


def _cut(
    entity: Entity, fields: Mapping[str, Field], rows: QuerySet[Any], first: str, context: Context
) -> QuerySet[Any]:
    """The first of the rows. They are looked up here, so that whatever is done with the rows is done with these."""
    number, sort = first_of(first)
    found = page(entity, rows, (), order_of(entity, fields, sort, context.actor), "", size=number)
    return rows.filter(id__in=[row["id"] for row in found.rows])


def first_of(text: str) -> tuple[int, str]:
    """How many, in which order. Raises Invalid."""
    number, _sep, sort = text.partition(":")
    if not (number.isascii() and number.isdigit() and 0 < int(number[:9]) <= MOST_FIRST):
        raise Invalid({"first": _("A list is cut at 1 to %(most)s records.") % {"most": MOST_FIRST}})
    return int(number), sort


def matching(entity: Entity, state: ListState, context: Context, traces: Any = None) -> QuerySet[Any]:
    """`restricted`, by all the fields that the actor may read."""
    return restricted(entity, entity.readable(context.actor), state, context, traces)


def condition_q(fields: Mapping[str, Field], condition: Condition, context: Context) -> Q:
    f = fields.get(condition.field)
    if f is None and (way := through.way_of(fields, condition.field, context.actor)):
        there = replace(condition, field=way.field.name)
        rows = way.target.visible_to(context.actor).filter(condition_q(way.fields, there, context))
        return way.leading_to(rows)
    if f is None:
        raise Invalid({"f": _("The list cannot be filtered by “%(name)s”.") % {"name": condition.field[:40]}})
    if f.kind.name == "link":
        condition = replace(condition, values=merged.where_now(condition.values))
    try:
        if f.custom:
            return custom_condition(f, condition, context)
        return f.kind.condition(f, condition.operator, list(condition.values), context)
    except Unreadable as error:
        raise Invalid({"f": f"{f.label}: {error}"}) from error
    except (ValueError, OverflowError) as error:
        raise Invalid({"f": f"{f.label}: {error}"}) from error


def _inside_q(inside: through.Inside, condition: Condition, context: Context) -> Q:
    """One of what belongs to the record meets it; where the condition denies, none meets what it denies."""
    positive = POSITIVE.get(condition.operator, condition.operator)
    there = replace(condition, field=inside.field.name, operator=positive)
    rows = inside.part.visible_to(context.actor).filter(condition_q(inside.fields, there, context))
    held = inside.holding(rows)
    return held if positive == condition.operator else ~held


def custom_condition(f: Field, condition: Condition, context: Context) -> Q:
    """The same condition, asked of the side table: its typed column stands in for the field."""
    operator, negative = condition.operator, condition.operator in ("is_not", "none", "empty")
    found = having(_stored(f, operator, list(condition.values), context))
    return ~found if negative else found


def _stored(f: Field, operator: str, values: list[str], context: Context) -> QuerySet[Any]:
    """The entries of the side table that meet the condition, or the one that it denies."""
    column = f.kind.index_column
    stored = CustomValue.objects.filter(field=f.name)
    if operator in ("empty", "filled"):
        return stored
    if f.kind.name in ("link", "member", "choices", "bool"):
        if f.kind.name == "bool":
            return stored.filter(text="1" if operator == "yes" else "0")
        return stored.filter(text__in=_indexed(f, values, context))
    if f.kind.name in ("text", "longtext", "email", "url"):
        values = [fold(value) for value in values]
    twin = replace(f, name=column, custom=f.kind.name == "time", sort_column=column, nullable=True)
    positive = {"is_not": "is", "none": "any"}.get(operator, operator)
    return stored.filter(_days_as_moments(f.kind.condition(twin, positive, values, context)))


def _days_as_moments(q: Q) -> Q:
    children = [_day_as_moment(child) for child in q.children]
    return Q(*children, _connector=q.connector, _negated=q.negated)


def _day_as_moment(child: Any) -> Any:
    if isinstance(child, Q):
        return _days_as_moments(child)
    column, value = child
    return column, as_stored(value) if isinstance(value, date) else value


def _indexed(f: Field, values: list[str], context: Context) -> list[str]:
    if f.kind.name == "choices":
        return [f.kind.pick(f, value) for value in values]  # type: ignore[attr-defined]
    return [str(f.kind.operand(value, context)) for value in values]  # type: ignore[attr-defined]


# ---- order and pages -------------------------------------------------------------------------------
def sort_keys(sort: str) -> list[tuple[str, bool]]:
    """`a,-b` as names, each with whether it is turned round; what is named again adds nothing."""
    found: dict[str, bool] = {}
    for part in sort.split(","):
        if part:
            found.setdefault(part.removeprefix("-"), part.startswith("-"))
    return list(found.items())


def order_of(
    entity: Entity, fields: Mapping[str, Field], sort: str, actor: Actor, *, arabic_first: bool = False
) -> Order:
    """Raises Invalid for a field that is hidden, unknown or has no order, and for too many of them."""
    keys = sort_keys(sort) or sort_keys(entity.sort) or [("created_at", True)]
    if len(keys) > MOST_KEYS:
        raise Invalid({"sort": _("A list is sorted by %(most)s fields at most.") % {"most": MOST_KEYS}})
    orders = [
        _order_by(fields, name, descending=descending, actor=actor, arabic_first=arabic_first)
        for name, descending in keys
    ]
    order = orders[0]
    for place, other in enumerate(orders[1:], 1):
        if order.keys()[-1] in (order.first, *order.more):
            break  # by id: nothing is equal any more
        order = order.then(_beside(other), place)
    return order


def _order_by(
    fields: Mapping[str, Field], name: str, *, descending: bool, actor: Actor, arabic_first: bool
) -> Order:
    if name in ("created_at", "id"):  # ids grow with time
        return Order("id", descending, nullable=False)
    f = fields.get(name)
    if f is None or not f.kind.sortable:
        raise Invalid({"sort": _("The list cannot be sorted by “%(name)s”.") % {"name": name[:40]}})
    if f.custom:
        return Order(f.kind.index_column, descending, nullable=True, field=f)
    if f.kind.name in LINKS and f.title_columns:
        if (seen := linked.name_seen(f, actor)) is not None:
            return Order(f"name_of_{f.name}", descending, nullable=True, expression=seen)
        return Order(f"{f.name}__{f.title_columns[0]}", descending, nullable=f.nullable)
    column = f.sort_column or f.name
    arabic_first = arabic_first and column.endswith("_fold") and not descending
    return Order(column, descending, nullable=f.nullable, arabic_first=arabic_first)


def _beside(order: Order) -> Order:
    """As one of the later keys: a field of the workspace's own is looked up for each row."""
    if order.field is None:
        return order
    return replace(order, column=f"own_{order.field.name}", expression=own_value(order.field), field=None)


def count(rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many, and whether there are more than we count (10,000)."""
    number = rows.order_by()[: COUNT_LIMIT + 1].count()
    return min(number, COUNT_LIMIT), number > COUNT_LIMIT
