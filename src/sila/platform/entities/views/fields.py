"""Fields as the form templates want them (ui/field.html)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.kinds import LINKS, Context, Field, Row, Text
from sila.platform.entities.merging import merged
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment
from sila.platform.kit.dates import WEEKDAY_LABELS
from sila.platform.kit.money import CURRENCIES, page_symbol
from sila.platform.kit.repeats import DAYS, OWN, Repeat, beginnings
from sila.platform.tenancy.current import current

LTR = {"phone", "email", "url", "number", "money", "time", "coordinates"}
WIDE = {"longtext", "choices", "repetition", "conditions"}


def form_field(f: Field, row: Row, context: Context, *, error: str = "", prefix: str = "f") -> dict[str, Any]:
    """One control with its value. `row` is a row of values(), or what was typed before."""
    value = row[f"raw:{f.name}"] if f"raw:{f.name}" in row else f.kind.input(f, row, context.reader)
    control: dict[str, Any] = {
        "name": f.name,
        "id": f"{prefix}-{f.name}",
        "label": f.label,
        "kind": f.extra.get("widget", f.kind.widget),
        "value": value,
        "required": f.required,
        "help": f.help,
        "error": error,
        "wide": f.kind.name in WIDE or f.extra.get("wide", False),
        "dir": "ltr" if f.kind.name in LTR else "",
        "attrs": {},
        "week_start": (context.reader.week_start + 1) % 7,
    }
    control.update(_particulars(f, value, row, context, prefix))
    return control


def _particulars(f: Field, value: Any, row: Row, context: Context, prefix: str) -> dict[str, Any]:
    if f.kind.name in ("choice", "choices"):
        chosen = set(value or []) if isinstance(value, list) else {str(value)}
        return {
            "choices": [
                (choice.value, choice.label, choice.value in chosen)
                for choice in f.choices
                if not f.offered or choice.value in chosen or choice.value in f.offered
            ],
            "blank": "" if f.required and value else "—",
        }
    if f.kind.name in LINKS:
        title = row.get(f"title:{f.name}") or f.kind.title(f, row, context.reader) if value else ""  # type: ignore[attr-defined]
        return {
            "search_url": f"/w/{context.reader.slug}/{f.to}/pick" + _preferring(f),
            "text": title,
            "values": [(value, title)] if value else [],
            "multiple": False,
        }
    if f.kind.name == "money":
        code = (row.get(f.currency) if f.currency else "") or context.reader.currency
        return {"unit": page_symbol(CURRENCIES[code])}
    if f.kind.name == "bool":
        return {"value": bool(value) and value not in ("0", "false", "off")}
    if f.kind.name == "repetition":
        return {"repeat": repetition(f.kind.form(value or ""), context)}  # type: ignore[attr-defined]
    if f.kind.name == "conditions":
        from sila.platform.entities.views.conditions import widget  # which shows fields as controls itself

        texts = value.splitlines() if isinstance(value, str) else list(value or [])
        return {"conditions": widget(f.extra["noun"], f.name, f"{prefix}-{f.name}", texts, context)}
    if f.extra.get("mentions"):
        address = f"/w/{context.reader.slug}/mention"
        return {"attrs": {"data-mention": address, "data-mention-label": _("Colleagues")}}
    if f.max_length and f.kind.name == "text":
        return {"attrs": {"maxlength": f.max_length}}
    return {}


def _preferring(f: Field) -> str:
    return f"?{urlencode({'prefer': f.extra['prefer']})}" if f.extra.get("prefer") else ""


def repetition(form: Repeat, context: Context) -> dict[str, Any]:
    """The parts of a rule of repetition, for ui/fields/repetition.html."""
    weekend, first = current().weekend, context.reader.week_start
    week = [(first + step) % 7 for step in range(7)]
    return {
        "often": [
            (rule, label, rule == form.often, " ".join(_asked(rule)))
            for rule, label in beginnings(weekend).items()
        ],
        "own": form.often == OWN,
        "days": [(DAYS[day], WEEKDAY_LABELS[day], DAYS[day] in form.days) for day in week],
        "ends": [
            ("", _("Never"), not form.end),
            ("until", _("On a day"), form.end == "until"),
            ("count", _("After a number of times"), form.end == "count"),
        ],
        "form": form,
    }


def _asked(rule: str) -> list[str]:
    """What more the form asks after a rule that begins so."""
    every = ["every"] if ";" not in rule else []
    days = ["days"] if rule.startswith("FREQ=WEEKLY") and "BYDAY" not in rule else []
    return [*every, *days, "end"]


def dialog(
    request: WorkspaceRequest,
    title: Text,
    fields: Mapping[str, Field],
    given: Mapping[str, Any],
    context: Context,
    *,
    action: str,
    submit: Text = "",
    remove_url: str = "",
    errors: Mapping[str, str] | None = None,
    values: Sequence[tuple[str, Any]] = (),
) -> HttpResponse:
    """A small form over the page; with errors, as it was typed. `values` go along unseen."""
    errors = errors or {}
    blank: Row = {"custom": {}, **{column: None for f in fields.values() for column in f.columns()}}
    blank |= {f.currency: context.currency for f in fields.values() if f.currency}
    row = typed(blank, fields, given, context)
    stage_form = {
        "title": title,
        "action": action,
        "values": values,
        "submit": submit or _("Save"),
        "remove_url": remove_url,
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
        if f.default is not None:
            (row["custom"] if f.custom else row)[f.name] = f.default
    for f in fields.values():
        if f.currency:
            row[f.currency] = row.get(f.currency) or context.reader.currency
    return typed(row, fields, {name: value for name, value in given.items() if name in fields}, context)


def typed(row: Row, fields: Mapping[str, Field], given: Mapping[str, Any], context: Context) -> Row:
    """The row overlaid with what the person typed, so that a refused form keeps it."""
    row = dict(row)
    for name, value in given.items():
        row[f"raw:{name}"] = value
        if fields[name].kind.name in LINKS and value:
            row[f"title:{name}"] = title_of(fields[name], value, context)
    return row


def title_of(f: Field, value: Any, context: Context) -> str:
    """The title of a linked record that the actor may see, or of what it was merged into; "" for any other."""
    target = registry[f.to]
    rows = target.visible_to(context.actor).values(*target.title)
    try:
        row = rows.filter(id=value).first() or rows.filter(id=merged.where_now((str(value),))[0]).first()
    except (ValueError, TypeError, ValidationError):
        return ""
    return target.title_of(row, context.reader.language) if row else ""


def given_values(data: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """What a form post holds for these fields."""
    values: dict[str, Any] = {}
    for f in fields.values():
        if not f.read_only:
            values.update(f.kind.given(f, data))
    return values
