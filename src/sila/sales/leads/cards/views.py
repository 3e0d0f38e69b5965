"""A business card becomes the beginning of a lead: what it says stands in the form, and a person saves it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import extensions
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment, workspace_view
from sila.sales.leads.cards import reading

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


@workspace_view
def card(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """GET: the page that takes a file or a picture. POST: on to the form, filled in. A picture is read by the browser, which
    sends the words of the code."""
    leads = registry["leads"]
    if not context.actor.can("leads", "create"):
        raise NotAllowed
    error = ""
    if request.method == "POST":
        try:
            values = _said(request)
            fields = leads.readable(context.actor)
            known = {
                name: value for name, value in values.items() if name in fields and not fields[name].read_only
            }
            return redirect(leads.url(context.reader.slug, tail=f"new?{urlencode(known)}"))
        except Invalid as refused:
            error = "; ".join(refused.errors.values())
    shown = {"error": error, "back": {"url": leads.url(context.reader.slug), "label": leads.plural}}
    return fragment(request, "sales/card.html", {"card": shown}, status=422 if error else 200)


def _said(request: WorkspaceRequest) -> dict[str, str]:
    """Raises Invalid."""
    if code := request.POST.get("code", ""):
        return reading.read(code)
    file = request.FILES.get("file")
    if file is None:
        raise Invalid({"file": _("Choose a card, or a picture of its code.")})
    data = file.read(reading.MOST + 1)
    if data.startswith(PICTURES):
        raise Invalid({"file": _("No code was found in this picture.")})
    return reading.read_file(data)


def link_over_lists(entity: Entity, actor: Any) -> list[dict[str, Any]]:
    if entity.slug != "leads" or not actor.can("leads", "create"):
        return []
    return [{"label": _("Business card"), "url": f"/w/{actor.workspace.slug}/lead-card", "icon": "qrcode"}]


extensions.list_links.append(link_over_lists)
