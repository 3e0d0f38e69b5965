"""The sharing dialog of a record."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.access.explain import grants_on
from sila.platform.access.models import ShareGrant
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.sharing import TARGETS, fields, share, unshare
from sila.platform.entities.views.door import fragment
from sila.platform.entities.views.fields import given_values, title_of
from sila.platform.entities.views.records import own_entity
from sila.project.administration.door import controls, member_page, read_form


@member_page
def dialog(request: HttpRequest, context: Context, slug: str, record_id: UUID) -> HttpResponse:
    entity, record = _record(slug, record_id, context)
    if request.method != "POST":
        wanted = request.GET.get("member", "")
        known = bool(wanted and title_of(fields()["member"], wanted, context))
        return _show(request, context, entity, record, {"level": "view", "member": wanted} if known else None)
    asked = _fields()
    try:
        values = read_form(request, asked, context)
        share(entity, record, by=context.actor, **values)
    except Invalid as error:
        given = given_values(request.POST, {f.name: f for f in asked})
        return _show(request, context, entity, record, given, error.errors)
    return _show(request, context, entity, record, said=_("Shared."))


@require_POST
@member_page
def remove(
    request: HttpRequest, context: Context, slug: str, record_id: UUID, grant_id: UUID
) -> HttpResponse:
    entity, record = _record(slug, record_id, context)
    unshare(entity, record, grant_id, by=context.actor)
    return _show(request, context, entity, record, said=_("No longer shared."))


def _record(slug: str, record_id: UUID, context: Context) -> tuple[Entity, Any]:
    """The record, for someone who may edit it."""
    entity = registry.get(slug)
    if entity is None or not entity.shown_to(context.actor):
        raise NotFound
    record = actions.get(entity, record_id, by=context.actor)
    entity = own_entity(entity, record)
    if not entity.owned or not context.actor.may(entity.slug, "edit", record):
        raise NotAllowed
    return entity, record


def _fields() -> list[Field]:
    return list(fields().values())


def _show(
    request: HttpRequest,
    context: Context,
    entity: Entity,
    record: Any,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    said: str = "",
) -> HttpResponse:
    base = f"/w/{context.reader.slug}/{entity.slug}/{record.id}/share"
    grants = [_line(grant, base, context) for grant in grants_on(entity.slug, record.id)]
    known = {f.name for f in _fields()}
    return fragment(
        request,
        "administration/_share.html",
        {
            "share": {
                "title": entity.title_of(record),
                "url": base,
                "grants": grants,
                "said": said,
                "fields": controls(_fields(), given or {"level": "view"}, context, errors),
                "errors": [text for name, text in (errors or {}).items() if name not in known],
            }
        },
        status=422 if errors else 200,
    )


def _line(grant: ShareGrant, base: str, context: Context) -> dict[str, Any]:
    reader = context.reader
    target = next(getattr(grant, name) for name in TARGETS if getattr(grant, f"{name}_id"))
    until = ""
    if grant.expires_at:
        last = (grant.expires_at - timedelta(seconds=1)).astimezone(reader.tz).date()
        until = reader.day(last, calendar=reader.calendar)
    icon = "user" if grant.member_id else "users-group" if grant.team_id else "sitemap"
    ended = grant.expires_at is not None and grant.expires_at <= timezone.now()
    return {
        "name": str(target),
        "icon": icon,
        "level": grant.get_level_display(),
        "until": until,
        "ended": ended,
        "by": str(grant.granted_by or ""),
        "remove_url": f"{base}/{grant.id}/remove",
    }
