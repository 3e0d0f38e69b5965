"""The bell: how many there are, the panel, the page, reading them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.views.door import fragment, workspace_view
from sila.platform.kit.ids import uuid_in
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate, unmarked
from sila.platform.notifications import actions, showing
from sila.platform.notifications.kinds import kind_of, kinds
from sila.platform.notifications.models import Notification
from sila.platform.notifications.preferences import my_wishes

PANEL, PAGE = 30, 40
MOST = 99


def unread_count(context: Context) -> int:
    """Counted up to a hundred: one query of a small index."""
    unread = actions.mine(context.actor).filter(read_at=None).order_by()
    return int(unread.values("id")[: MOST + 1].count())


def _number(count: int, context: Context) -> str:
    return format_number(min(count, MOST), digits=context.reader.digits) + ("+" if count > MOST else "")


@require_GET
@workspace_view
def count(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """What the page asks now and then: how many, and the newest that came since the last time."""
    number = unread_count(context)
    newest = actions.mine(context.actor).filter(read_at=None).first() if number else None
    since = request.GET.get("since", "")
    answer = {
        "unread": number,
        "shown": _number(number, context) if number else "",
        "newest": str(newest.id) if newest else since,
        "text": "",
    }
    if newest and since and str(newest.id) > since and not my_wishes(context.actor).is_quiet(timezone.now()):
        answer["text"] = spoken(newest, context)
    return JsonResponse(answer)


def spoken(row: Notification, context: Context) -> str:
    """In one line of plain text."""
    for shown in showing.show([row], context):
        said = unmarked(shown.text)
        head = f"{isolate(shown.who)} {said}" if shown.who else said
        return f"{isolate(shown.title)}: {head}" if shown.title else head
    return ""


@require_GET
@workspace_view
def panel(request: WorkspaceRequest, context: Context) -> HttpResponse:
    return fragment(request, "notifications/_panel.html", _panel(context))


def _panel(context: Context) -> dict[str, Any]:
    """The newest unread, then as many read ones as there is room for."""
    mine = actions.mine(context.actor)
    rows = list(mine.filter(read_at=None)[:PANEL])
    rows += list(mine.exclude(read_at=None)[: PANEL - len(rows)]) if len(rows) < PANEL else []
    base = f"/w/{context.reader.slug}/notifications/"
    return {
        "panel": {
            "groups": showing.grouped(showing.show(rows, context)),
            "unread": any(row.read_at is None for row in rows),
            "base": base,
            "settings_url": f"/w/{context.reader.slug}/settings/notifications/",
        }
    }


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    chosen, only_unread = request.GET.get("kind", ""), "unread" in request.GET
    rows = actions.mine(context.actor)
    if kind_of(chosen):
        rows = rows.filter(kind=chosen)
    if only_unread:
        rows = rows.filter(read_at=None)
    if before := uuid_in(request.GET.get("before", "")):
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    base = f"/w/{context.reader.slug}/notifications/"
    query = "&".join([*([f"kind={chosen}"] if kind_of(chosen) else []), *(["unread"] if only_unread else [])])
    return fragment(
        request,
        "notifications/_items.html" if before else "notifications/page.html",
        {
            "page": {
                "title": _("Notifications"),
                "base": base,
                "items": showing.show(found, context),
                "filters": _filters(base, chosen, only_unread),
                "unread_url": _address(base, chosen, not only_unread),
                "only_unread": only_unread,
                "more_url": f"{base}?{query}&before={found[-1].id}" if more else "",
                "settings_url": f"/w/{context.reader.slug}/settings/notifications/",
            }
        },
    )


def _filters(base: str, chosen: str, only_unread: bool) -> list[dict[str, Any]]:
    everything = {
        "label": _("All"),
        "icon": "inbox",
        "url": _address(base, "", only_unread),
        "active": not chosen,
    }
    return [
        everything,
        *(
            {
                "label": kind.label,
                "icon": kind.icon,
                "url": _address(base, kind.key, only_unread),
                "active": kind.key == chosen,
            }
            for kind in kinds()
        ),
    ]


def _address(base: str, kind: str, only_unread: bool) -> str:
    parts = [*([f"kind={kind}"] if kind else []), *(["unread"] if only_unread else [])]
    return base + ("?" + "&".join(parts) if parts else "")


@require_GET
@workspace_view
def open_one(request: WorkspaceRequest, context: Context, notification_id: UUID) -> HttpResponse:
    """Read, and on to what it is about."""
    row = actions.opened(context.actor, notification_id)
    shown = showing.show([row], context)
    return redirect(shown[0].url if shown and shown[0].url else f"/w/{context.reader.slug}/notifications/")


@require_POST
@workspace_view
def read(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """One, as `id` says (with `unread`: not yet after all), or all; the panel as it is then."""
    one = uuid_in(request.POST.get("id", ""))
    if one is None and "id" in request.POST:
        raise NotFound
    if one and "unread" in request.POST:
        actions.mark_unread(context.actor, one)
    else:
        actions.mark_read(context.actor, [one] if one else None)
    if "page" in request.POST:
        return HttpResponse(status=204, headers={"HX-Trigger": '{"sila:refresh": {}, "sila:bell": {}}'})
    response = fragment(request, "notifications/_panel.html", _panel(context))
    response.headers["HX-Trigger"] = '{"sila:bell": {}}'
    return response
