"""Conditions as sentences, and the popover that builds them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import through
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import (
    LINKS,
    Context,
    Date,
    Field,
    Number,
    Unreadable,
    operator_label,
    operator_said,
)
from sila.platform.entities.listing import Condition, ListState, first_of
from sila.platform.entities.order import in_words
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_url
from sila.platform.entities.views.fields import form_field, title_of
from sila.platform.kit.dates import RANGE_LABELS
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.numbers import format_number, parse_decimal
from sila.platform.kit.text import comma

ICONS = {
    "money": "coin",
    "number": "hash",
    "date": "calendar",
    "datetime": "calendar",
    "member": "user",
    "link": "link",
    "choice": "tag",
    "choices": "tags",
    "bool": "checkbox",
    "phone": "phone",
    "email": "mail",
    "url": "world",
}


def bar(
    request: WorkspaceRequest, entity: Entity, context: Context, state: ListState, base: str, layout: str = ""
) -> dict[str, Any]:
    """The line of chips over a list. `base` is the address of the list or board itself."""
    fields = entity.readable(context.actor)
    listed = entity_url(request, entity)
    here = state.url(look=layout)
    kept = ListState(by=state.by, span=state.span, day=state.day).url()
    chips: list[dict[str, Any]] = []
    for number, condition in enumerate(state.conditions):
        f = through.field_for(fields, condition.field, context.actor, entity)
        if f is None:
            continue
        rest = tuple(other for index, other in enumerate(state.conditions) if index != number)
        chips.append(
            chip(f, state.conditions, number, context)
            | {
                "edit_url": listed + "filter" + here + "&" + urlencode({"field": f.name, "edit": number}),
                "remove_url": base + state.url(conditions=rest, view=""),
            }
        )
    if state.first:
        chips.append(first_chip(fields, state, context) | {"remove_url": base + state.url(first="", view="")})
    return {
        "chips": chips,
        "builder_url": listed + "filter" + here,
        "search": {
            "name": "q",
            "value": state.query,
            "label": _("Search the list…"),
            "state": parse_qsl(state.url(query="")[1:]),
        }
        if entity.search
        else None,
        "clear_url": (base + kept if layout else base) if chips or state.query else None,
    }


def chip(f: Field | None, conditions: Sequence[Condition], number: int, context: Context) -> dict[str, Any]:
    """The condition at this place in words; as it is written where there is no such field for the reader."""
    condition, before = conditions[number], conditions[number - 1] if number else None
    joined = before and condition.group and condition.group == before.group
    return {
        "field": f.label if f else str(condition),
        "operator": operator_said(f, condition.operator) if f else "",
        "value": value_text(f, condition, context) if f else "",
        "joiner": _("or") if joined else "",
    }


def first_chip(fields: Mapping[str, Field], state: ListState, context: Context) -> dict[str, str]:
    """What a list is cut to, in words."""
    number, sort = first_of(state.first)
    told = _("First %(number)s") % {"number": format_number(number, digits=context.reader.digits)}
    return {"field": told, "operator": in_words(fields, sort), "value": ""}


def value_text(f: Field, condition: Condition, context: Context) -> SafeString | str:
    """The values of a chip, as the reader would say them."""
    return format_html_join(
        comma(),
        "<bdi>{}</bdi>",
        ((_one(f, condition.operator, value, context),) for value in condition.values),
    )


def _one(f: Field, operator: str, value: str, context: Context) -> str:
    if operator == "within":
        return str(RANGE_LABELS.get(value, value))
    if f.kind.name in ("choice", "choices"):
        return next((str(choice.label) for choice in f.choices if choice.value == value), value)
    if f.kind.name == "member" and value in ("me", "team"):
        return _("me") if value == "me" else _("my team")
    if f.kind.name in LINKS:
        return title_of(f, value, context) or _("(not found)")
    if isinstance(f.kind, Date):
        return _day(f.kind, value, context)
    if isinstance(f.kind, Number):
        return _number(value, context)
    return value


def _number(text: str, context: Context) -> str:
    """As the reader writes numbers; what is none as it is."""
    try:
        return format_number(parse_decimal(text), digits=context.reader.digits)
    except InvalidInput:
        return text


def _day(kind: Date, text: str, context: Context) -> str:
    """The day of a condition as the reader writes days; what is no day as it is."""
    try:
        return context.reader.day(kind.parse_text(text, context))
    except (Unreadable, ValueError):
        return text


def builder(
    request: WorkspaceRequest, entity: Entity, context: Context, *, whole: Entity | None = None
) -> dict[str, Any]:
    """First a choice of field, then operator and value. `whole`: of a list, which can ask what belongs to its records."""
    fields = entity.readable(context.actor)
    name, params = request.GET.get("field", ""), request.GET.copy()
    base = entity_url(request, entity)
    if not name:
        return {
            "fields": [
                {
                    "name": f.name,
                    "label": f.label,
                    "icon": ICONS.get(f.kind.name, "letter-case"),
                    "url": f"{base}filter?{params.urlencode()}&field={f.name}",
                }
                for f in [
                    *sorted(fields.values(), key=lambda f: f.name not in entity.filters),
                    *through.reached(fields, context.actor),
                    *(through.held(whole, context.actor) if whole else ()),
                ]
            ]
        }
    f, state = through.field_for(fields, name, context.actor, whole), ListState.read(request.GET)
    if f is None:
        raise NotFound
    edited = _edited(request, state)
    default = edited.operator if edited else next(iter(f.kind.operators))
    operator = request.GET.get("operator") or default
    if operator not in f.kind.operators:
        operator = f.kind.operators[0]
    carried = [
        (key, value)
        for key in ("f", "sort", "group", "near", "cols", "view", "q", "edit", "by", "span", "day", "look")
        for value in params.getlist(key)
    ]
    return {
        "field": {"name": f.name, "label": f.label},
        "operators": [(code, operator_label(f, code), code == operator) for code in f.kind.operators],
        "value": value_field(f, operator, edited, context),
        "operator_url": f"{base}filter?field={f.name}",
        "state": [*carried, ("field", f.name)],
        "apply_url": base + "apply-filter",
        "joiners": [("and", _("and also"), True), ("or", _("or instead"), False)]
        if state.conditions and not edited
        else None,
    }


def _edited(request: WorkspaceRequest, state: ListState) -> Condition | None:
    number = request.GET.get("edit", "")
    known = re.fullmatch("[0-9]{1,3}", number) and int(number) < len(state.conditions)
    return state.conditions[int(number)] if known else None


_PLAIN: dict[str, Any] = {
    "name": "value",
    "id": "filter-value",
    "required": False,
    "help": "",
    "error": "",
    "dir": "",
    "attrs": {},
    "wide": True,
}


def value_field(f: Field, operator: str, edited: Condition | None, context: Context) -> dict[str, Any] | None:
    """The control for a condition's value. Its name is always `value`."""
    if operator in ("empty", "filled", "yes", "no"):
        return None
    values = list(edited.values) if edited else []
    first = values[0] if values else ""
    plain = _PLAIN | {"label": _("Value"), "value": first}
    if operator == "within":
        return plain | {
            "kind": "choice",
            "choices": [(key, label, key == first) for key, label in RANGE_LABELS.items()],
            "blank": "",
        }
    if f.kind.name in ("choice", "choices"):
        return plain | {
            "kind": "multi",
            "choices": [(c.value, c.label, c.value in values) for c in f.choices],
        }
    if operator == "between":
        return plain | {
            "kind": "text",
            "value": " – ".join(values),
            "help": _("Two values with a dash between them: 10 – 20"),
            "dir": "ltr",
        }
    if f.kind.name == "member":
        return plain | {
            "kind": "link",
            "search_url": f"/w/{context.reader.slug}/members/pick?me=1",
            "text": _one(f, operator, first, context) if first else "",
            "values": [(first, _one(f, operator, first, context))] if first else [],
            "multiple": False,
        }
    row: dict[str, Any] = {**dict.fromkeys(f.columns()), "custom": {}, f"raw:{f.name}": first}
    control = form_field(replace(f, required=False, help=""), row, context)
    if f.kind.name == "link":
        control["text"] = _one(f, operator, first, context) if first else ""
        control["values"] = [(first, control["text"])] if first else []
    return control | {"name": "value", "id": "filter-value", "label": _("Value"), "wide": True}


def applied(params: QueryDict) -> ListState:
    """The state with the condition that the popover describes."""
    state = ListState.read(params)
    operator = params.get("operator", "")
    values = [value.strip() for value in params.getlist("value") if value.strip()]
    if operator == "between" and len(values) == 1:
        values = [part.strip() for part in values[0].replace("—", "–").split("–")]
    condition = Condition(
        params.get("field", ""), operator, tuple(value.replace("|", "") for value in values)
    )
    conditions = list(state.conditions)
    number = params.get("edit", "")
    if re.fullmatch("[0-9]{1,3}", number) and int(number) < len(conditions):
        conditions[int(number)] = replace(condition, group=conditions[int(number)].group)
    elif params.get("joiner") == "or" and conditions:
        group = conditions[-1].group or f"g{len(conditions)}"
        conditions[-1] = replace(conditions[-1], group=group)
        conditions.append(replace(condition, group=group))
    else:
        conditions.append(condition)
    return replace(state, conditions=tuple(conditions), after="", view="")
