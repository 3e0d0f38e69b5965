"""Choosing a linked record by typing: the same folded search as everywhere, only what the actor may see."""

import orjson
from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import extensions, linked, search
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_view
from sila.platform.kit.folding import fold

SHOWN = 20


@require_GET
@entity_view
def pick(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """[{value, text, hint}] for the picker. `prefer`: those that its field prefers come first; before anything is typed they
    are all, unless there are none."""
    query = request.GET.get("q", "").strip()[:100]
    rows = entity.visible_to(context.actor)
    hint = entity.readable(context.actor).get(entity.subtitle)
    columns = dict.fromkeys(["id", *entity.title, *(hint.columns() if hint else ())])
    if query and entity.search:
        rows = rows.filter(id__in=search.matching_ids(query, entity=entity, by=context.actor)[:200])
    elif query:
        title = entity.fields[entity.title[0]]
        folded = title.sort_column or title.name
        rows = rows.filter(Q(**{f"{folded}__icontains": fold(query) if folded.endswith("_fold") else query}))
    order = entity.sort.removeprefix("-") if entity.sort else "id"
    ordered = rows.order_by(order if query == "" and order in entity.title else "-id").values(*columns)
    first = _preferred(request)
    found = list(ordered.filter(first)[:SHOWN]) if first else []
    if len(found) < SHOWN and (query or not found):
        rest = ordered.exclude(id__in=[row["id"] for row in found]) if found else ordered
        found += rest[: SHOWN - len(found)]
    linked.close(found, [hint] if hint else [], context.actor)
    items = [
        {
            "value": str(row["id"]),
            "text": entity.title_of(row),
            "hint": hint.kind.plain(hint, row, context.reader) if hint else "",
        }
        for row in found
    ]
    if "me" in request.GET and not query:
        items = [
            {"value": "me", "text": _("me"), "hint": ""},
            {"value": "team", "text": _("my team"), "hint": ""},
            *items,
        ]
    return HttpResponse(orjson.dumps(items), content_type="application/json")


def _preferred(request: WorkspaceRequest) -> Q | None:
    """Raises NotFound for what no app has declared."""
    if not (name := request.GET.get("prefer", "")):
        return None
    if name not in extensions.preferred:
        raise NotFound
    found: Q = extensions.preferred[name]()
    return found
