"""Fields as the form templates want them (ui/field.html)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.kinds import Context, Field, Row, Text
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment
from sila.platform.kit.money import CURRENCIES

LTR = {"phone", "email", "url", "number", "money", "time"}
WIDE = {"longtext", "choices"}


def form_field(f: Field, row: Row, context: Context, *, error: str = "", prefix: str = "f") -> dict[str, Any]:
    """One control with its value. `row` is a row of values(), or what was typed before."""
    value = row[f"raw:{f.name}"] if f"raw:{f.name}" in row else f.kind.input(f, row, context.reader)
    control: dict[str, Any] = {
        "name": f.name,
        "id": f"{prefix}-{f.name}",
        "label": f.label,
        "kind": f.kind.widget,
        "value": value,
        "required": f.required,
        "help": f.help,
        "error": error,
        "wide": f.kind.name in WIDE,
        "dir": "ltr" if f.kind.name in LTR else "",
        "attrs": {},
        "week_start": (context.reader.week_start + 1) % 7,
    }
    control.update(_particulars(f, value, row, context))
    return control


def _particulars(f: Field, value: Any, row: Row, context: Context) -> dict[str, Any]:
    if f.kind.name in ("choice", "choices"):
        chosen = set(value or []) if isinstance(value, list) else {str(value)}
        return {
            "choices": [(choice.value, choice.label, choice.value in chosen) for choice in f.choices],
            "blank": "" if f.required and value else "—",
        }
    if f.kind.name in ("link", "member"):
        title = row.get(f"title:{f.name}") or f.kind.title(f, row, context.reader) if value else ""  # type: ignore[attr-defined]
        return {
            "search_url": f"/w/{context.reader.slug}/{f.to}/pick",
            "text": title,
            "values": [(value, title)] if value else [],
            "multiple": False,
        }
    if f.kind.name == "money":
        code = (row.get(f.currency) if f.currency else "") or context.reader.currency
        return {"unit": CURRENCIES[code].symbol}
    if f.kind.name == "bool":
        return {"value": bool(value) and value not in ("0", "false", "off")}
    if f.max_length and f.kind.name == "text":
        return {"attrs": {"maxlength": f.max_length}}
    return {}


def dialog(
    request: WorkspaceRequest,
    title: Text,
    fields: Mapping[str, Field],
    given: Mapping[str, Any],
    context: Context,
    *,
    action: str,
    submit: Text = "",
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A small form over the page; with errors, as it was typed."""
    errors = errors or {}
    blank: Row = {"custom": {}, **{column: None for f in fields.values() for column in f.columns()}}
    row = typed(blank, fields, given, context)
    stage_form = {
        "title": title,
        "action": action,
        "values": [],
        "submit": submit or _("Save"),
        "errors": [text for name, text in errors.items() if name not in fields],
        "fields": [form_field(f, row, context, error=errors.get(name, "")) for name, f in fields.items()],
    }
    return fragment(
        request, "entities/_stage_dialog.html", {"stage_form": stage_form}, status=422 if errors else 200
    )


def blank_row(entity: Entity, fields: Mapping[str, Field], context: Context, given: Mapping[str, str]) -> Row:
    """The row behind an empty form: defaults, then what the address gives (?party=…)."""
    row: Row = {"custom": {}}
    for f in fields.values():
        for column in f.columns():
            row.setdefault(column, None)
        if f.default is not None and not f.custom:
            row[f.name] = f.default
    for f in fields.values():
        if f.currency:
            row[f.currency] = row.get(f.currency) or context.reader.currency
    return typed(row, fields, {name: value for name, value in given.items() if name in fields}, context)


def typed(row: Row, fields: Mapping[str, Field], given: Mapping[str, Any], context: Context) -> Row:
    """The row overlaid with what the person typed, so that a refused form keeps it."""
    row = dict(row)
    for name, value in given.items():
        row[f"raw:{name}"] = value
        if fields[name].kind.name in ("link", "member") and value:
            row[f"title:{name}"] = title_of(fields[name], value, context)
    return row


def title_of(f: Field, value: Any, context: Context) -> str:
    """The title of a linked record that the actor may see; "" for any other."""
    target = registry[f.to]
    try:
        row = target.visible_to(context.actor).filter(id=value).values(*target.title).first()
    except (ValueError, TypeError, ValidationError):
        return ""
    return target.title_of(row) if row else ""


def given_values(data: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """What a form post holds for these fields. A box that is not ticked is not sent."""
    values: dict[str, Any] = {}
    for name, f in fields.items():
        if f.read_only:
            continue
        if f.kind.name == "choices":
            if name in data or f"has-{name}" in data:
                values[name] = [value for value in data.getlist(name) if value]
        elif f.kind.name == "bool":
            values[name] = data.get(name, "") not in ("", "0", "off", "false")
        elif name in data:
            values[name] = data.get(name)
    return values
