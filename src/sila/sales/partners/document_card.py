"""What a partner may read in the portal, on the partner's page: fetched when the page is there."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.actor import Actor
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities import extensions
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import workspace_view
from sila.sales.partners.handing_out import SLUG, meant_for
from sila.sales.partners.models import Partner, PartnerDocument
from sila.sales.partners.rules import PARTNERS

SHOWN = 8


def panel(partner: Partner, context: Context) -> list[dict[str, Any]]:
    if not context.actor.can(SLUG, "view"):
        return []
    shown = _around(partner, context)
    if partner.told.get("documents"):
        shown |= {"lazy": f"/w/{context.reader.slug}/partner/{partner.id}/documents", "note": "…"}
    return [shown]


@require_GET
@workspace_view
def shown(request: WorkspaceRequest, context: Context, partner_id: UUID) -> HttpResponse:
    partner: Partner = records.get(registry[PARTNERS], partner_id, by=context.actor)
    if not context.actor.can(SLUG, "view"):
        raise NotAllowed
    rows = registry[SLUG].visible_to(context.actor).filter(meant_for(partner)).order_by("-id")[:SHOWN]
    group = _around(partner, context) | {"items": [_item(row, context) for row in rows]}
    return render(request, "entities/_related_group.html", {"group": group})


def _around(partner: Partner, context: Context) -> dict[str, Any]:
    noun, slug = registry[SLUG], context.reader.slug
    may_add = context.actor.can(SLUG, "create") and partner.active
    return {
        "key": "documents",
        "label": noun.plural,
        "icon": noun.icon,
        "url": noun.url(slug),
        "add_url": noun.url(slug, tail=f"new?partner={partner.id}") if may_add else "",
        "add_label": _("Share a document"),
        "items": [],
    }


def _item(row: PartnerDocument, context: Context) -> dict[str, Any]:
    until = _("until %(day)s") % {"day": context.reader.day(row.until)} if row.until else ""
    return {
        "title": row.name,
        "icon": "file",
        "url": registry[SLUG].url(context.reader.slug, row.id),
        "hint": " · ".join(filter(None, (str(row.get_audience_display()), until))),
    }


def has_documents(entity: Entity) -> Any:
    if entity.slug != PARTNERS:
        return None
    rows = PartnerDocument.objects.filter(status=PartnerDocument.Status.SHARED, deleted_at=None)
    return Exists(rows.filter(Q(partner_id=OuterRef("id")) | Q(partner_id__isnull=True)))


def links(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    """Over the list of partners."""
    noun = registry[SLUG]
    if entity.slug != PARTNERS or not actor.can(noun.slug, "view"):
        return []
    return [{"label": noun.plural, "url": noun.url(actor.workspace.slug), "icon": noun.icon}]


extensions.marks["documents"] = has_documents
extensions.list_links.append(links)
