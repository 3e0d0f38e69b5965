"""The workspace's settings, one form a page."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import get_timezone_location
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.models import Member, OrgUnit
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Choice, Context, Field, Unreadable
from sila.platform.entities.registry import as_choices
from sila.platform.entities.views.door import fragment
from sila.platform.entities.views.fields import given_values
from sila.platform.kit.date_input import parse_date
from sila.platform.kit.money import CURRENCIES
from sila.platform.kit.months import WEEKDAY_LABELS
from sila.platform.kit.numbers import INVISIBLE
from sila.platform.kit.text import bdi
from sila.platform.tenancy.models import Workspace
from sila.project.administration.actions.workspace import change_workspace, set_logo
from sila.project.administration.colors import brand_css, contrast
from sila.project.administration.door import admin_page, controls, member_page, read_form
from sila.project.administration.navigation import sections
from sila.project.administration.pictures import MOST_BYTES, TYPES

ARAB = (
    "SA",
    "AE",
    "KW",
    "QA",
    "BH",
    "OM",
    "YE",
    "IQ",
    "JO",
    "SY",
    "LB",
    "PS",
    "EG",
    "SD",
    "LY",
    "TN",
    "DZ",
    "MA",
    "MR",
    "SO",
    "DJ",
    "KM",
)


@admin_page
def general(request: HttpRequest, context: Context) -> HttpResponse:
    workspace, fields = context.actor.workspace, general_fields(context)
    errors: dict[str, str] = {}
    shown = _start(workspace)
    if request.method == "POST":
        try:
            change_workspace(_values(read_form(request, fields, context)), by=context.actor)
            messages.success(request, _("Saved."))
            return redirect(request.path)
        except Invalid as error:
            errors, shown = error.errors, given_values(request.POST, {f.name: f for f in fields})
    page = {
        "title": _("General"),
        "fields": controls(fields, shown, context, errors),
        "errors": errors,
        "multipart": False,
    }
    return _page(request, context, "general", page, errors)


def _page(
    request: HttpRequest, context: Context, key: str, page: dict[str, Any], errors: dict[str, str]
) -> HttpResponse:
    return fragment(
        request,
        "administration/settings.html",
        {"sections": sections(context, key), "page": page},
        status=422 if errors else 200,
    )


def general_fields(context: Context) -> list[Field]:
    week = tuple(Choice(str(day), label) for day, label in enumerate(WEEKDAY_LABELS))
    choice = KINDS["choice"]
    column = Workspace._meta.get_field

    def of_model(name: str) -> Field:
        return Field(
            name, choice, column(name).verbose_name, choices=as_choices(column(name).choices), required=True
        )

    return [
        Field("name", KINDS["text"], _("Name"), required=True, max_length=120),
        of_model("language"),
        Field(
            "country",
            choice,
            _("Country"),
            choices=_countries(context.reader.language),
            required=True,
            help=_("A new country brings its own week and weekend."),
        ),
        Field("timezone", choice, _("Time zone"), choices=zones(get_language()), required=True),
        Field(
            "currency",
            choice,
            _("Base currency"),
            choices=_currencies(context.reader.language),
            required=True,
        ),
        of_model("tax_rounding"),
        of_model("calendar"),
        of_model("digits"),
        Field("week_start", choice, _("Week starts on"), choices=week, required=True),
        Field("weekend", KINDS["choices"], _("Weekend"), choices=week),
        Field(
            "holidays",
            KINDS["longtext"],
            _("Holidays"),
            help=format_html(_("One date a line, like {example}."), example=bdi("2026-09-23", "ltr")),
            max_length=5000,
        ),
    ]


@cache
def zones(language: str) -> tuple[Choice, ...]:
    """By their names, in Arabic with the city in front: «الرياض · Asia/Riyadh»."""
    names = {name: name.replace("_", " ") for name in sorted(available_timezones()) if "/" in name}
    arabic = language == "ar"
    return tuple(Choice(name, _with_city(name, shown) if arabic else shown) for name, shown in names.items())


def _with_city(zone: str, shown: str) -> str:
    city = get_timezone_location(zone, locale="ar", return_city=True)
    return shown if city.isascii() else f"{city} · {shown}"


@cache
def _countries(language: str) -> tuple[Choice, ...]:
    """The Arab countries first, then all others by name."""
    names = Locale.parse(language).territories
    codes = [
        code
        for code in names
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB")
    ]
    others = sorted((code for code in codes if code not in ARAB), key=lambda code: names[code])
    return tuple(Choice(code, names[code]) for code in (*ARAB, *others))


@cache
def _currencies(language: str) -> tuple[Choice, ...]:
    names = Locale.parse(language).currencies
    return tuple(Choice(code, f"{names.get(code, code)} ({code})") for code in CURRENCIES)


def _start(workspace: Workspace) -> dict[str, Any]:
    names = ("name", "language", "country", "timezone", "currency", "tax_rounding", "calendar", "digits")
    return {
        **{name: getattr(workspace, name) for name in names},
        "week_start": str(workspace.week_start),
        "weekend": [str(day) for day in workspace.weekend],
        "holidays": "\n".join(workspace.holidays),
    }


def _values(parsed: dict[str, Any]) -> dict[str, Any]:
    return {
        **parsed,
        "week_start": int(parsed["week_start"]),
        "weekend": sorted(int(day) for day in parsed["weekend"]),
        "holidays": _holidays(parsed["holidays"]),
    }


def _holidays(text: str) -> list[str]:
    days: set[date] = set()
    for line in filter(str.strip, text.splitlines()):
        try:
            days.add(parse_date(line.translate(INVISIBLE).strip(), order="dmy", calendar="gregorian"))
        except (ValueError, Unreadable) as error:
            raise Invalid({"holidays": str(error)}) from error
    return [day.isoformat() for day in sorted(days)]


# ---- logo and colour -------------------------------------------------------------------------------
@admin_page
def brand(request: HttpRequest, context: Context) -> HttpResponse:
    workspace = context.actor.workspace
    fields = [Field("color", KINDS["text"], _("Colour"), max_length=7)]
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _save_brand(request, context)
            messages.success(request, _("Saved."))
            return redirect(request.path)
        except Invalid as error:
            errors = error.errors
    color = request.POST.get("color", workspace.color)
    page = {
        "title": _("Logo and colour"),
        "fields": controls(fields, {"color": color}, context, errors),
        "errors": errors,
        "brand": {
            "color": workspace.color,
            "logo_url": f"/w/{workspace.slug}/logo" if workspace.logo else "",
            "note": _contrast_note(workspace.color),
            "logo_error": errors.get("logo", ""),
            "picked": workspace.color or "#0b6270",
        },
        "multipart": True,
    }
    return _page(request, context, "brand", page, errors)


def _save_brand(request: HttpRequest, context: Context) -> None:
    color = request.POST.get("color", "").strip().lower()
    if request.POST.get("no_color"):
        color = ""
    if color and not _is_color(color):
        raise Invalid({"color": _("Write the colour as #0b6270.")})
    picture = request.FILES.get("logo")
    if picture is not None and (picture.size or 0) > MOST_BYTES:
        raise Invalid({"logo": _("The picture may have at most %(size)s kB.") % {"size": MOST_BYTES // 1000}})
    if picture is not None:
        set_logo(picture.read(), by=context.actor)
    elif request.POST.get("no_logo"):
        set_logo(None, by=context.actor)
    change_workspace({"color": color}, by=context.actor)


def _is_color(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(letter in "0123456789abcdef" for letter in text[1:])


def _contrast_note(color: str) -> str:
    """What Sila does about a colour that cannot be read on white."""
    if not color or contrast(color, "#ffffff") >= 4.5:
        return ""
    ratio = {"ratio": f"{contrast(color, '#ffffff'):.1f}"}
    return (
        _(
            "On white this colour has a contrast of %(ratio)s; 4.5 is needed. Text and buttons use a darker shade of it."
        )
        % ratio
    )


@require_GET
@member_page
def brand_stylesheet(request: HttpRequest, context: Context) -> HttpResponse:
    """The accent of the workspace, named by its colour, so that it can be kept."""
    color = context.actor.workspace.color
    css = brand_css(color) if _is_color(color) else ""
    return HttpResponse(
        css, content_type="text/css; charset=utf-8", headers={"Cache-Control": "private, max-age=86400"}
    )


@require_GET
@member_page
def logo(request: HttpRequest, context: Context) -> Any:
    name = context.actor.workspace.logo
    path = Path(settings.MEDIA_ROOT) / name
    if not name or not path.exists():
        raise Http404
    kind = TYPES[path.suffix.lstrip(".")]
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=300",
    }
    return FileResponse(path.open("rb"), content_type=kind, headers=headers)


# ---- units, pipelines ------------------------------------------------------------------------------
@require_GET
@admin_page
def units(request: HttpRequest, context: Context) -> HttpResponse:
    base = f"/w/{context.reader.slug}/units/"
    rows = list(OrgUnit.objects.filter(deleted_at=None).order_by("name"))
    counts = dict(
        Member.objects.filter(Q(deleted_at=None), active=True, unit_id__isnull=False)
        .values_list("unit_id")
        .annotate(number=Count("id"))
    )
    page = {
        "title": _("Units"),
        "tree": _tree(rows, None, counts, base),
        "new_url": f"{base}new",
        "list_url": base,
    }
    return fragment(
        request, "administration/units.html", {"sections": sections(context, "units"), "page": page}
    )


def _tree(
    rows: list[OrgUnit], parent: UUID | None, counts: dict[UUID, int], base: str
) -> list[dict[str, Any]]:
    return [
        {
            "name": str(unit),
            "kind": unit.get_kind_display(),
            "url": f"{base}{unit.id}/",
            "members": counts.get(unit.id, 0),
            "below": _tree(rows, unit.id, counts, base),
        }
        for unit in rows
        if unit.parent_id == parent
    ]
