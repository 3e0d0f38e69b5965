"""Adding work from a record's page or from the day: a note, a call that was made, a task, a meeting."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, fragment, toast, workspace_view
from sila.platform.entities.views.fields import form_field, given_values
from sila.platform.entities.views.records import own_entity, timeline_context
from sila.platform.kit.text import isolate, listed
from sila.platform.notifications.mentions import mention
from sila.work.actions import log, plan
from sila.work.models import Activity
from sila.work.panels import COMPOSED, FIELDS, composer, composer_fields

LOGGED = ("note", "call")  # these have happened; tasks and meetings are still to come


@workspace_view
def compose(request: WorkspaceRequest, context: Context, kind: str) -> HttpResponse:
    if kind not in COMPOSED:
        raise NotFound
    entity, record = _record(request.GET.get("on", ""), context)
    if request.method != "POST":
        if entity and "form" in request.GET:
            return _form(request, kind, entity, record, context)
        return _dialog(request, kind, context)
    return _add(request, kind, entity, record, context)


def _form(
    request: WorkspaceRequest, kind: str, entity: Entity, record: Any, context: Context
) -> HttpResponse:
    """Of a tab of the composer."""
    if not context.actor.can(f"{kind}s", "create"):
        raise NotAllowed
    tab = composer(kind, entity, record, context, chosen=True)
    return fragment(request, "entities/_composer.html", {"tab": tab})


def _record(on: str, context: Context) -> tuple[Entity | None, Any]:
    """The record that `slug:id` names. Raises NotFound for one that is not there or not seen."""
    if not on:
        return None, None
    slug, _colon, text = on.partition(":")
    entity = registry.get(slug)
    try:
        record_id = UUID(text)
    except ValueError as error:
        raise NotFound from error
    if entity is None:
        raise NotFound
    return entity, records.get(entity, record_id, by=context.actor)


def _add(
    request: WorkspaceRequest, kind: str, entity: Entity | None, record: Any, context: Context
) -> HttpResponse:
    fields = registry[f"{kind}s"].readable(context.actor)
    given = given_values(request.POST, {name: fields[name] for name in FIELDS[kind] if name in fields})
    about = [(entity.slug, record.id)] if entity else _chosen(request, context)
    try:
        with transaction.atomic():
            activity = _write(kind, given, about, context)
            unreached = _mention(request, activity, entity, record, context)
    except Invalid as error:
        if entity is None:
            return _dialog(request, kind, context, given, error.errors)
        return _timeline(request, entity, record, context, failed=(kind, given, error.errors))
    said = _("Added: %(title)s") % {"title": registry[f"{kind}s"].name}
    if entity is None:
        return done(said)
    answer = _timeline(request, entity, record, context)
    return _ask_to_share(answer, unreached, entity, record, context) if unreached else toast(answer, said)


def _mention(
    request: WorkspaceRequest, activity: Activity, entity: Entity | None, record: Any, context: Context
) -> list[Member]:
    """The colleagues who are named in a note and may not see the record."""
    ids = request.POST.getlist("mention")
    if activity.kind != Activity.Kind.NOTE or not ids:
        return []
    about = (own_entity(entity, record), record) if entity else None
    return mention(registry["notes"], activity, activity.body, ids, by=context.actor, about=about)


def _ask_to_share(
    answer: HttpResponse, unreached: list[Member], entity: Entity, record: Any, context: Context
) -> HttpResponse:
    """Tell the writer, who may open the record to them: the dialog to share it comes up, already filled in."""
    names = listed(isolate(str(member)) for member in unreached)
    said = _("May not see this record, and was told nothing: %(names)s") % {"names": names}
    entity = own_entity(entity, record)
    if not (entity.owned and context.actor.may(entity.slug, "edit", record)):
        return toast(answer, said, kind="bad")
    url = entity.url(context.reader.slug, record.id, f"share?member={unreached[0].id}")
    return toast(answer, said, kind="bad", **{"sila:share": {"url": url}})


def _write(kind: str, given: dict[str, Any], about: list[tuple[str, UUID]], context: Context) -> Activity:
    values = dict(given)
    if kind == "note":
        first_line = values.get("body", "").strip().partition("\n")[0]
        values["subject"] = first_line[:80].strip()
        if not values["subject"]:
            raise Invalid({"body": _("This field is required.")})
    if kind not in LOGGED:
        return plan(kind, values, by=context.actor, about=about)
    outcome = values.pop("outcome", "")
    return log(kind, values, by=context.actor, about=about, outcome=outcome)


def _chosen(request: WorkspaceRequest, context: Context) -> list[tuple[str, UUID]]:
    """The person or company picked in the dialog."""
    text = request.POST.get("about", "")
    if not text:
        return []
    parties = registry["parties"]
    party = _record(f"parties:{text}", context)[1]
    return [(parties.narrow(party), party.id)] if parties.narrow else []


def _timeline(
    request: WorkspaceRequest,
    entity: Entity,
    record: Any,
    context: Context,
    failed: tuple[str, Any, Any] | None = None,
) -> HttpResponse:
    shown = timeline_context(request, entity, record, context, "")
    if failed:
        kind, given, errors = failed
        for tab in shown["composer"] or []:
            tab["chosen"] = tab["key"] == kind
            if tab["chosen"]:
                tab["fields"] = composer_fields(kind, context, given, errors)
    return fragment(request, "entities/_timeline.html", shown, status=422 if failed else 200)


def _dialog(
    request: WorkspaceRequest,
    kind: str,
    context: Context,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    entity = registry[f"{kind}s"]
    if not context.actor.can(entity.slug, "create"):
        raise NotAllowed
    about = Field("about", KINDS["link"], _("With"), to="parties", title_columns=("name",))
    blank = {"custom": {}, "about_id": None, "about__name": ""}
    stage_form = {
        "title": _("Log a call") if kind == "call" else entity.name,
        "action": request.get_full_path(),
        "values": [],
        "errors": [text for name, text in (errors or {}).items() if name not in FIELDS[kind]],
        "submit": _("Save"),
        "fields": [form_field(about, blank, context), *composer_fields(kind, context, given, errors)],
    }
    return fragment(
        request, "entities/_stage_dialog.html", {"stage_form": stage_form}, status=422 if errors else 200
    )
