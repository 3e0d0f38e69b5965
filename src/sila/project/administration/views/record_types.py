"""The nouns that the workspace makes."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.models import Role
from sila.platform.customfields import record_types as verbs
from sila.platform.customfields.models import CustomField, RecordType
from sila.platform.entities.computed.verbs import catch_up_with
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import KINDS, Choice, Context, Field
from sila.platform.entities.views.door import done, fragment
from sila.platform.kit.text import listed
from sila.project.administration.door import admin_page, dialog
from sila.project.administration.navigation import sections


def icons() -> tuple[Choice, ...]:
    """The drawings to choose from, each with what it shows."""
    return (
        Choice("folder", _("Folder"), "icon"),
        Choice("building", _("Building"), "icon"),
        Choice("home", _("House"), "icon"),
        Choice("map-pin", _("Place"), "icon"),
        Choice("car", _("Car"), "icon"),
        Choice("truck", _("Truck"), "icon"),
        Choice("tool", _("Tool"), "icon"),
        Choice("device-laptop", _("Device"), "icon"),
        Choice("package", _("Parcel"), "icon"),
        Choice("file-text", _("Document"), "icon"),
        Choice("certificate", _("Certificate"), "icon"),
        Choice("receipt", _("Receipt"), "icon"),
        Choice("credit-card", _("Card"), "icon"),
        Choice("calendar-event", _("Appointment"), "icon"),
        Choice("school", _("Education"), "icon"),
        Choice("stethoscope", _("Health"), "icon"),
        Choice("paw", _("Animal"), "icon"),
        Choice("plant", _("Plant"), "icon"),
        Choice("plane", _("Journey"), "icon"),
        Choice("heart-handshake", _("Partnership"), "icon"),
        Choice("star", _("Star"), "icon"),
        Choice("flag", _("Flag"), "icon"),
    )


@require_GET
@admin_page
def page(request: HttpRequest, context: Context) -> HttpResponse:
    base, access = f"/w/{context.reader.slug}/settings/record-types/", f"/w/{context.reader.slug}/access/"
    nouns = list(RecordType.objects.order_by("order", "id"))
    fields = Counter(
        CustomField.objects.filter(entity__startswith=RecordType.PREFIX, deleted_at=None).values_list(
            "entity", flat=True
        )
    )

    roles = list(Role.objects.filter(admin=False, deleted_at=None).order_by("created_at", "id"))

    def lines(*, hidden: bool) -> list[dict[str, Any]]:
        chosen = [noun for noun in nouns if (noun.deleted_at is not None) == hidden]
        return [
            _line(noun, base, context)
            | {"fields": fields[noun.slug], "seen_by": _seen_by(noun.slug, roles), "access_url": access}
            for noun in chosen
        ]

    shown = {
        "title": _("Record types"),
        "nouns": lines(hidden=False),
        "hidden": lines(hidden=True),
        "new_url": f"{base}new",
        "order_url": f"{base}order",
    }
    return fragment(
        request,
        "administration/record_types.html",
        {"sections": sections(context, "record-types"), "page": shown},
    )


def _seen_by(slug: str, roles: list[Role]) -> str:
    """The roles that see its records, or what is missing: a new type is closed until somebody opens it."""
    open_to = [str(role) for role in roles if role.reach(slug, "view") != "none"]
    return listed(open_to) if open_to else _("Administrators alone")


def _line(noun: RecordType, base: str, context: Context) -> dict[str, Any]:
    return {
        "id": noun.id,
        "label": str(noun),
        "other": noun.plural if str(noun) != noun.plural else noun.plural_en,
        "icon": noun.icon,
        "url": f"/w/{context.reader.slug}/{noun.slug}/",
        "fields_url": f"/w/{context.reader.slug}/settings/fields/?entity={noun.slug}",
        "edit_url": f"{base}{noun.id}/",
        "hide_url": f"{base}{noun.id}/hide",
        "show_url": f"{base}{noun.id}/show",
    }


def _fields() -> list[Field]:
    return [
        Field("label", KINDS["text"], _("One of them, in Arabic"), required=True, max_length=80),
        Field("plural", KINDS["text"], _("Many of them, in Arabic"), required=True, max_length=80),
        Field("label_en", KINDS["text"], _("One of them, in English"), max_length=80),
        Field("plural_en", KINDS["text"], _("Many of them, in English"), max_length=80),
        Field(
            "icon",
            KINDS["choice"],
            _("Icon"),
            choices=icons(),
            required=True,
            extra={"widget": "icons"},
        ),
    ]


@admin_page
def new(request: HttpRequest, context: Context) -> HttpResponse:
    """Its fields come next: the answer leads to their page."""

    def save(values: dict[str, Any]) -> HttpResponse:
        noun = verbs.add_type(values.pop("label"), values.pop("plural"), by=context.actor, **values)
        fields_url = f"/w/{context.reader.slug}/settings/fields/?entity={noun.slug}"
        return HttpResponse(status=204, headers={"HX-Redirect": fields_url})

    return dialog(
        request,
        context,
        title=_("New record type"),
        fields=_fields(),
        submit=_("Save and add fields"),
        save=save,
        start={"icon": "folder"},
    )


@admin_page
def edit(request: HttpRequest, context: Context, type_id: UUID) -> HttpResponse:
    noun, fields = _row(type_id), _fields()

    def save(values: dict[str, Any]) -> None:
        verbs.change_type(noun, by=context.actor, **values)

    return dialog(
        request,
        context,
        title=str(noun),
        fields=fields,
        submit=_("Save"),
        save=save,
        start={f.name: getattr(noun, f.name) for f in fields},
    )


@require_POST
@admin_page
def hide(request: HttpRequest, context: Context, type_id: UUID) -> HttpResponse:
    noun = _row(type_id)
    verbs.hide_type(noun, by=context.actor)
    return done(
        _("Hidden: %(title)s") % {"title": noun},
        undo_url=f"/w/{context.reader.slug}/settings/record-types/{noun.id}/show",
    )


@require_POST
@admin_page
def show(request: HttpRequest, context: Context, type_id: UUID) -> HttpResponse:
    noun = _row(type_id)
    verbs.show_type(noun, by=context.actor)
    catch_up_with(noun.slug, by=context.actor)
    return done(_("Shown again: %(title)s") % {"title": noun})


@require_POST
@admin_page
def order(request: HttpRequest, context: Context) -> HttpResponse:
    known = {str(noun.id): noun for noun in RecordType.objects.filter(deleted_at=None)}
    wanted = request.POST.getlist("id")
    if sorted(wanted) != sorted(known):
        raise Invalid({"": _("This record was not found.")})
    verbs.order_types([known[type_id] for type_id in wanted], by=context.actor)
    return done(close=False)


def _row(type_id: UUID) -> RecordType:
    noun = RecordType.objects.filter(id=type_id).first()
    if noun is None:
        raise NotFound
    return noun
