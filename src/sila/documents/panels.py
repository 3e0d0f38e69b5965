"""The files of a record, beside its timeline."""

from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.documents.models import File
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.timeline import VERBS, others_of
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate

SHOWN = 20
UNITS = ("B", "kB", "MB", "GB")


def panel(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    if not entity.timeline:
        return []
    base = f"/w/{context.reader.slug}/"
    others = others_of(entity, record, context)
    nouns = {entity.slug, *(slug for slug, _id in others)}
    ids = [record.id, *(record_id for _slug, record_id in others)]
    files = File.objects.filter(entity__in=nouns, record_id__in=ids, deleted_at=None)
    rows = list(files.order_by("-id")[: SHOWN + 1])
    may_edit = context.actor.may(entity.slug, "edit", record)
    if not rows and not may_edit:
        return []
    here = f"{base}files/{entity.slug}/{record.id}"
    return [
        {
            "key": "files",
            "label": _("Files"),
            "icon": "paperclip",
            "url": "",
            "add_url": "",
            "graph": "",
            "count": f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows) or ""),
            "items": [
                {
                    "title": PurePath(file.name).stem,
                    "tag": PurePath(file.name).suffix.removeprefix("."),
                    "url": f"{base}file/{file.id}",
                    "icon": _icon(file),
                    "value": size_text(file.size, context),
                    "hint": "",
                    "buttons": [_remove(file, base)] if may_edit and file.record_id == record.id else [],
                }
                for file in rows[:SHOWN]
            ],
            "upload": {"url": here, "refresh_url": here, "target": "#related-files"} if may_edit else None,
        }
    ]


def _remove(file: File, base: str) -> dict[str, Any]:
    return {
        "icon": "trash",
        "label": _("Remove %(name)s") % {"name": isolate(file.name)},
        "url": f"{base}file/{file.id}/remove",
        "confirm": _("Remove this file from the record?"),
    }


def _icon(file: File) -> str:
    icons = {"application/pdf": "file-type-pdf", "text/plain": "file-text"}
    if "spreadsheet" in file.content_type or file.name.lower().endswith((".xls", ".xlsx", ".csv")):
        return "file-spreadsheet"  # an icon like the others
    return icons.get(file.content_type, "file")


def size_text(size: int, context: Context) -> Any:
    number, unit = float(size), 0
    while number >= 1000 and unit < len(UNITS) - 1:
        number, unit = number / 1000, unit + 1
    shown = format_number(Decimal(number), digits=context.reader.digits, decimals=1 if unit else 0)
    return format_html('<bdi dir="ltr" class="s-muted s-small">{} {}</bdi>', shown, UNITS[unit])


VERBS.update(
    {
        "file_added": (gettext_lazy("added a file"), "paperclip"),
        "file_removed": (gettext_lazy("removed a file"), "trash"),
    }
)
extensions.panels.append(panel)
