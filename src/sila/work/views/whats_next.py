"""The form that asks what is next, and the buttons that answer it at once."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context, parse_all
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, workspace_view
from sila.platform.entities.views.fields import dialog, given_values
from sila.work import whats_next
from sila.work.following import plan_next
from sila.work.models import Activity


def _record(slug: str, record_id: UUID, context: Context) -> tuple[Entity, Any]:
    """Raises NotFound; NotAllowed for those who may not change it."""
    entity = registry.get(slug)
    if entity is None or not entity.tended:
        raise NotFound
    record = records.get(entity, record_id, by=context.actor)
    if not context.actor.may(entity.slug, "edit", record):
        raise NotAllowed
    return entity, record


@workspace_view
def ask(request: WorkspaceRequest, context: Context, slug: str, record_id: UUID) -> HttpResponse:
    entity, record = _record(slug, record_id, context)
    fields, errors = whats_next.fields(), {}
    given = whats_next.begins(entity, record, context)
    if request.method == "POST":
        given = given_values(request.POST, fields)
        try:
            plan_next(entity.slug, record.id, by=context.actor, **parse_all(fields, given, context))
            return done(_("Planned."))
        except Invalid as error:
            errors = error.errors
    return dialog(
        request,
        _("What is next?"),
        fields,
        given,
        context,
        action=request.path,
        submit=_("Plan it"),
        errors=errors,
    )


@require_POST
@workspace_view
def soon(request: WorkspaceRequest, context: Context, slug: str, record_id: UUID, when: str) -> HttpResponse:
    """A call tomorrow, or in a week: one click."""
    entity, record = _record(slug, record_id, context)
    if when not in whats_next.DAYS:
        raise NotFound
    moment = whats_next.morning(whats_next.DAYS[when], context.reader, context.actor.workspace.weekend)
    subject = whats_next.subject_of(entity, record)
    plan_next(entity.slug, record.id, by=context.actor, kind=Activity.Kind.CALL, subject=subject, when=moment)
    return done(_("Planned: %(when)s") % {"when": context.reader.moment(moment)})
