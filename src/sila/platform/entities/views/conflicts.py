"""Two people changed one field: the second is shown both versions."""

from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.entities.errors import Stale
from sila.platform.entities.kinds import LINKS, Context, Field
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_url, fragment, is_htmx
from sila.platform.entities.views.fields import title_of
from sila.platform.entities.views.records import row_of
from sila.platform.kit.text import comma


def conflict(
    request: WorkspaceRequest, entity: Entity, stale: Stale, values: dict[str, Any], context: Context
) -> HttpResponse:
    """In the dialog or on a page: both versions of what both changed. What only the second changed goes with it."""
    reader, record = context.reader, stale.record
    who = Member.objects.filter(id=getattr(record, "updated_by_id", None)).first()
    when = reader.moment(record.updated_at)
    shown = {
        "title": entity.title_of(record),
        "who": str(who or "–"),
        "when": when,
        "url": entity_url(request, entity, record.id, "edit"),
        "version": record.version,
        "fields": _versions(entity, stale, values, context),
        "alone": [(name, sent(name, values[name])) for name in stale.mine if name not in stale.both],
    }
    template = "entities/_conflict.html" if is_htmx(request) else "entities/conflict.html"
    response = fragment(request, template, {"conflict": shown}, status=409)
    response.headers["HX-Retarget"] = "#dialog"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _versions(entity: Entity, stale: Stale, values: dict[str, Any], context: Context) -> list[dict[str, Any]]:
    """Theirs and yours of each field that both changed."""
    fields, row = entity.readable(context.actor), row_of(entity, stale.record.id, context)
    return [
        {
            "name": name,
            "label": fields[name].label,
            "theirs_html": fields[name].kind.write(fields[name], row, context.reader),
            "yours_html": _typed(fields[name], values[name], context),
            "yours": sent(name, values[name]),
        }
        for name in stale.both
    ]


def _typed(f: Field, raw: Any, context: Context) -> str | SafeString:
    """What the second person typed or chose, for reading."""
    if f.kind.name in LINKS and raw:
        return title_of(f, raw, context)
    if f.choices:
        chosen = [str(raw)] if not isinstance(raw, list) else raw
        return format_html_join(
            comma(), "{}", ((choice.label,) for choice in f.choices if choice.value in chosen)
        )
    return "✓" if raw is True else str(raw or "–")


def sent(name: str, raw: Any) -> list[tuple[str, str]]:
    """The hidden inputs that carry a value through the form: what `given_values` reads again."""
    if isinstance(raw, list):
        return [(f"has-{name}", "1"), *((name, value) for value in raw)]
    if isinstance(raw, bool):
        return [(name, "1" if raw else "")]
    return [(name, str(raw or ""))]
