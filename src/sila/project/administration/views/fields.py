"""The fields that the workspace adds to its nouns."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.customfields import actions as verbs
from sila.platform.customfields.models import CustomField
from sila.platform.entities import calendars, own
from sila.platform.entities.computed import verbs as computed_verbs
from sila.platform.entities.computed import work
from sila.platform.entities.computed.plan import current_plan
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import KINDS, LINKS, Choice, Context, Field, Unreadable
from sila.platform.entities.registry import STAMPS, Entity, as_choices, registry
from sila.platform.entities.views.door import done, fragment
from sila.project.administration.choice_rows import ChoiceRows, stored
from sila.project.administration.door import admin_page, dialog
from sila.project.administration.navigation import sections
from sila.work.models import Activity

ROOM_IN_LIST = 6  # columns; with more of them the first ones are cut on a laptop
COMPUTED = (CustomField.Kind.FORMULA, CustomField.Kind.ROLLUP)  # they have pages of their own


@require_GET
@admin_page
def page(request: HttpRequest, context: Context) -> HttpResponse:
    entities = extendable()
    entity = next(
        (each for each in entities if each.slug == request.GET.get("entity", "people")), entities[0]
    )
    base = f"/w/{context.reader.slug}/settings/fields/"
    rows = list(CustomField.objects.filter(entity=entity.slug, purged_at=None).order_by("order", "id"))
    states = _states(entity)
    shown = {
        "title": _("Own fields"),
        "entity": entity,
        "entities": [
            {
                "label": each.plural,
                "icon": each.icon,
                "url": f"{base}?entity={each.slug}",
                "active": each is entity,
            }
            for each in entities
        ],
        "fields": [_line(row, base) | states.get(row.key, {}) for row in rows if row.deleted_at is None],
        "working": any("working" in state for state in states.values()),
        "url": f"{base}?entity={entity.slug}",
        "hidden": [_line(row, base) for row in rows if row.deleted_at is not None],
        "new_url": f"{base}new?entity={entity.slug}",
        "formula_url": f"{base}formula/new?entity={entity.slug}",
        "rollup_url": f"{base}rollup/new?entity={entity.slug}",
        "order_url": f"{base}order?entity={entity.slug}",
        "dates": list(_markable(entity).values()),
        "dates_url": f"{base}dates?entity={entity.slug}",
    }
    return fragment(
        request, "administration/fields.html", {"sections": sections(context, "fields"), "page": shown}
    )


def _markable(entity: Entity) -> dict[str, Field]:
    """The dates of the code that can stand in calendars: those by which the noun has one. Birthdays come round: they
    stand among the occasions. What is done on a day stands in calendars anyway."""
    if not entity.owned or entity.model is Activity:
        return {}
    dated = calendars.fields_of(entity, entity.fields)
    return {f.name: f for f in dated if not f.custom and f.name not in (*STAMPS, "birth_date")}


@require_POST
@admin_page
def dates(request: HttpRequest, context: Context) -> HttpResponse:
    """Which of the noun's dates stand in everybody's calendar."""
    entity = next((each for each in extendable() if each.slug == request.GET.get("entity")), None)
    if entity is None:
        raise NotFound
    chosen = set(request.POST.getlist("date"))
    for name, f in _markable(entity).items():
        verbs.mark_date(entity.slug, name, str(f.label), by=context.actor, marked=name in chosen)
    return done(_("Saved."))


DATED = (CustomField.Kind.DATE, CustomField.Kind.DATETIME)
COUNTED = (CustomField.Kind.NUMBER, CustomField.Kind.MONEY)


def extendable() -> list[Entity]:
    return [entity for entity in registry if not entity.narrow]


def _states(entity: Entity) -> dict[str, dict[str, Any]]:
    """Of computed fields: how far their values are worked out, or why they cannot be any more."""
    computed = [each for each in current_plan().computed if each.noun.slug == entity.slug]
    running = work.running(computed) if computed else {}
    states: dict[str, dict[str, Any]] = {each.key: {"problem": each.problem} for each in computed}
    for key, job in running.items():
        states[key]["working"] = {"done": job.progress, "total": job.total or 0}
    return states


def _line(row: CustomField, base: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "label": str(row),
        "other": row.label if str(row) != row.label else row.label_en,
        "kind": row.get_kind_display(),
        "required": row.required,
        "help": row.help,
        "choices": len(row.choices),
        "edit_url": f"{base}{row.id}/" if not row.computed else "",
        "page_url": f"{base}{row.kind}/{row.id}/" if row.computed else "",
        "hide_url": f"{base}{row.id}/hide",
        "show_url": f"{base}{row.id}/show",
    }


@admin_page
def new(request: HttpRequest, context: Context) -> HttpResponse:
    entity = next((each for each in extendable() if each.slug == request.GET.get("entity")), None)
    if entity is None:
        raise NotFound

    def save(values: dict[str, Any]) -> None:
        values["choices"] = (
            stored([], values["choices"] or []) if values["kind"] in verbs.WITH_CHOICES else []
        )
        values["to"] = (values["to"] or "") if values["kind"] == "link" else ""
        values["unique"] = values["unique"] and values["kind"] in verbs.CAN_BE_UNIQUE
        values["in_diary"] = values["in_diary"] and values["kind"] in DATED
        values["total"] = (values["total"] or "") if values["kind"] in COUNTED else ""
        as_it_will_be = CustomField(key="", **{"entity": entity.slug} | values)
        values["default"] = _default(as_it_will_be, values["default"], context)
        try:
            verbs.add_field(
                entity.slug, values.pop("label"), kind=values.pop("kind"), by=context.actor, **values
            )
        except verbs.Incomplete as error:
            raise Invalid({error.missing: _("This field is required.")}) from error

    def begin() -> dict[str, Any]:
        kept = {name: request.POST.get(name, "") for name in ("group", "group_en")}
        return {"kind": "text", "in_list": room_in_list(entity), **kept}

    return dialog(
        request,
        context,
        title=_("New field: %(noun)s") % {"noun": entity.plural},
        fields=_asked_of_new(),
        submit=_("Save"),
        save=save,
        start=begin(),
        again=begin,
    )


def _asked_of_new() -> list[Field]:
    """What the dialog asks of a new field."""
    typed = (each for each in CustomField.Kind.choices if each[0] not in COMPUTED)
    return [
        *_names(),
        Field("kind", KINDS["choice"], _("Kind"), choices=as_choices(typed), required=True),
        _choices_field(),
        _to_field(),
        *_placing(),
        *_beyond(),
        diary_field(),
        total_field(),
    ]


def room_in_list(entity: Entity) -> bool:
    """Whether a new field is offered as a column: a list of a few columns takes it, a full one only by the tick."""
    return len(entity.listed) < ROOM_IN_LIST


@admin_page
def edit(request: HttpRequest, context: Context, field_id: UUID) -> HttpResponse:
    row = row_of(field_id)
    if row.computed:
        return redirect(f"/w/{context.reader.slug}/settings/fields/{row.kind}/{row.id}/")
    fields = [*_names(), *([_choices_field()] if row.kind in verbs.WITH_CHOICES else []), *_placing()]
    fields += [f for f in _beyond() if f.name != "unique" or row.kind in verbs.CAN_BE_UNIQUE]
    fields += [diary_field()] if row.kind in DATED else []
    fields += [total_field()] if row.kind in COUNTED else []
    start = {f.name: getattr(row, f.name) for f in fields} | {"default": _default_text(row, context)}
    return dialog(
        request,
        context,
        title=f"{row} · {row.get_kind_display()}",
        fields=fields,
        submit=_("Save"),
        start=start,
        save=lambda values: _change(row, values, context),
    )


def _change(row: CustomField, values: dict[str, Any], context: Context) -> None:
    if "choices" in values:
        values["choices"] = stored(row.choices, values["choices"] or [])
    wanted = CustomField(key="", kind=row.kind, to=row.to, choices=values.get("choices", row.choices))
    values["default"] = _default(wanted, values["default"], context)
    try:
        verbs.change_field(row, by=context.actor, **values)
    except verbs.Alike as error:
        text = _("Records share values already (%(count)s): make them differ first.") % {"count": error.count}
        raise Invalid({"unique": text}) from error
    except verbs.Incomplete as error:
        raise Invalid({error.missing: _("This field is required.")}) from error


def _names() -> list[Field]:
    return [
        Field("label", KINDS["text"], _("Name in Arabic"), required=True, max_length=80),
        Field("label_en", KINDS["text"], _("Name in English"), max_length=80),
    ]


def _placing() -> list[Field]:
    return [
        Field("help", KINDS["text"], _("Help"), max_length=200),
        Field(
            "group",
            KINDS["text"],
            _("Group in Arabic"),
            max_length=80,
            help=_("Fields of one group stand together."),
        ),
        Field("group_en", KINDS["text"], _("Group in English"), max_length=80),
        Field("required", KINDS["bool"], _("Required")),
        Field(
            "in_list",
            KINDS["bool"],
            _("Show in the list"),
            help=_("A column of the list for everybody; people can still choose their own."),
        ),
        Field("in_quick", KINDS["bool"], _("In the short form")),
    ]


def _beyond() -> list[Field]:
    return [
        Field(
            "default",
            KINDS["text"],
            _("Default"),
            help=_("What a new record holds unless something else is given."),
        ),
        Field("unique", KINDS["bool"], _("No two records alike")),
    ]


def diary_field() -> Field:
    return Field(
        "in_diary",
        KINDS["bool"],
        _("In everybody's calendar"),
        help=_("Of a date: it stands in the calendar of whoever owns the record, and in its feed."),
    )


def total_field() -> Field:
    return Field(
        "total",
        KINDS["choice"],
        _("In totals"),
        choices=as_choices(CustomField.Total.choices),
        help=_(
            "Of a number: what groups of a list tell of it. Left empty, ratios show their average, all else its sum."
        ),
    )


def _default(row: CustomField, typed: str | None, context: Context) -> Any:
    """The default as records store it. Raises Invalid."""
    if not typed or row.kind in LINKS:
        return None
    f = own.field_of(row, None)
    try:
        return replace(f, required=False).parse(typed, context)
    except Unreadable as error:
        raise Invalid({"default": str(error)}) from error


def _default_text(row: CustomField, context: Context) -> str:
    """As a person types it."""
    if row.default is None:
        return ""
    f = own.field_of(row, None)
    stored: dict[str, Any] = {"custom": {row.key: row.default}}
    cell = f.kind.cell(f, stored, context.reader)
    return "" if cell is None else str(cell)


def _choices_field() -> Field:
    return Field("choices", ChoiceRows(), _("Choices"), extra={"wide": True})


def _to_field() -> Field:
    nouns = tuple(Choice(each.slug, each.plural) for each in registry)
    return Field("to", KINDS["choice"], _("Links to"), choices=nouns)


@require_POST
@admin_page
def hide(request: HttpRequest, context: Context, field_id: UUID) -> HttpResponse:
    row = row_of(field_id)
    computed_verbs.hide(row, by=context.actor)
    return done(
        _("Hidden: %(title)s") % {"title": row},
        undo_url=f"/w/{context.reader.slug}/settings/fields/{row.id}/show",
    )


@require_POST
@admin_page
def show(request: HttpRequest, context: Context, field_id: UUID) -> HttpResponse:
    row = row_of(field_id)
    computed_verbs.show(row, by=context.actor)
    return done(_("Shown again: %(title)s") % {"title": row})


@require_POST
@admin_page
def order(request: HttpRequest, context: Context) -> HttpResponse:
    try:
        ids = [UUID(text) for text in request.POST.getlist("id")]
        verbs.order_fields(request.GET.get("entity", ""), ids, by=context.actor)
    except ValueError as error:
        raise Invalid({"": _("This record was not found.")}) from error
    return done(close=False)


def row_of(field_id: UUID) -> CustomField:
    row = CustomField.objects.filter(id=field_id, purged_at=None).first()
    if row is None:
        raise NotFound
    return row
