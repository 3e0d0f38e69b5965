"""What waits to go for ever: the trash of every noun, and the fields that are hidden."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.customfields.models import CustomField
from sila.platform.entities import purge_jobs
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.listing import COUNT_LIMIT
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, fragment
from sila.platform.entities.views.fields import given_values
from sila.platform.kit.numbers import format_number
from sila.project.administration.actions.workspace import change_workspace
from sila.project.administration.door import admin_page, controls, read_form
from sila.project.administration.navigation import sections
from sila.project.administration.views.fields import row_of
from sila.project.administration.vocabulary import entity_label


@admin_page
def page(request: HttpRequest, context: Context) -> HttpResponse:
    fields, errors = _fields(), {}
    start: Any = {"purge_days": context.actor.workspace.purge_days}
    if request.method == "POST":
        try:
            change_workspace(read_form(request, fields, context), by=context.actor)
            messages.success(request, _("Saved."))
            return redirect(request.path)
        except Invalid as error:
            errors, start = error.errors, given_values(request.POST, {f.name: f for f in fields})
    base = f"/w/{context.reader.slug}/"
    shown = {
        "title": _("Trash"),
        "fields": controls(fields, start, context, errors),
        "nouns": [
            {"label": noun.plural, "icon": noun.icon, "url": f"{base}{noun.slug}/trash"}
            for noun in registry
            if noun.trashable and not noun.narrow
        ],
        "hidden": _hidden(context),
    }
    answer = {"sections": sections(context, "trash"), "page": shown}
    return fragment(request, "administration/trash.html", answer, status=422 if errors else 200)


def _fields() -> list[Field]:
    return [
        Field(
            "purge_days",
            KINDS["number"],
            _("Delete for ever after (days)"),
            help=_(
                "Counted from the day on which a record went into the trash. Empty: nothing goes by itself."
            ),
            extra={"integer": True, "min": purge_jobs.LEAST_DAYS, "max": 3650},
        )
    ]


def _hidden(context: Context) -> list[dict[str, Any]]:
    base = f"/w/{context.reader.slug}/settings/fields/"
    rows = (
        CustomField.objects.exclude(deleted_at=None).filter(purged_at=None).order_by("entity", "order", "id")
    )
    return [
        {
            "label": str(row),
            "noun": entity_label(row.entity),
            "kind": row.get_kind_display(),
            "count": _carrying(row, context),
            "show_url": f"{base}{row.id}/show",
            "purge_url": f"{base}{row.id}/purge",
        }
        for row in rows
    ]


def _carrying(row: CustomField, context: Context) -> str:
    number = purge_jobs.carrying(row)
    text = format_number(min(number, COUNT_LIMIT), digits=context.reader.digits)
    return f"{text}+" if number > COUNT_LIMIT else text


@require_POST
@admin_page
def purge_field(request: HttpRequest, context: Context, field_id: UUID) -> HttpResponse:
    row = row_of(field_id)
    if row.deleted_at is None:
        raise Invalid({"": _("Hide the field first.")})
    purge_jobs.purge_field(row, by=context.actor)
    return done(_("Deleted for ever: %(title)s") % {"title": row})
