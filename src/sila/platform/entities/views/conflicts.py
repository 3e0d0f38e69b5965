"""Two people changed one record: the second is shown both versions."""

from typing import Any

from django.http import HttpResponse

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.entities.kinds import Context, Row
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import fragment, is_htmx
from sila.platform.entities.views.fields import title_of
from sila.platform.kit.dates import format_datetime


def conflict(
    request: WorkspaceRequest,
    entity: Entity,
    record: Any,
    row: Row,
    values: dict[str, Any],
    context: Context,
    *,
    url: str,
) -> HttpResponse:
    """Both versions, in the dialog or on a page, of the fields that the second person sent and that differ."""
    reader = context.reader
    who = Member.objects.filter(id=getattr(record, "updated_by_id", None)).first()
    when = format_datetime(
        record.updated_at,
        reader.tz,
        language=reader.language,
        calendar="gregorian",
        digits=reader.digits,
        country=reader.country,
    )
    response = fragment(
        request,
        "entities/_conflict.html" if is_htmx(request) else "entities/conflict.html",
        {
            "conflict": {
                "title": entity.title_of(record),
                "who": str(who or "–"),
                "when": when,
                "url": url,
                "version": record.version,
                "fields": _versions(entity, row, values, context),
            }
        },
        status=409,
    )
    response.headers["HX-Retarget"] = "#dialog"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _versions(entity: Entity, row: Row, values: dict[str, Any], context: Context) -> list[dict[str, Any]]:
    """Theirs and yours of each field that differs."""
    fields, shown = entity.readable(context.actor), []
    for name, raw in values.items():
        f = fields[name]
        if str(f.kind.input(f, row, context.reader)) == str(raw):
            continue
        linked = f.kind.name in ("link", "member") and raw
        shown.append(
            {
                "name": name,
                "label": f.label,
                "theirs_html": f.kind.write(f, row, context.reader),
                "yours_html": title_of(f, raw, context) if linked else raw,
                "yours_value": raw,
                "differs": True,
            }
        )
    return shown
