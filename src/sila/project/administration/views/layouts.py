"""How each role sees pages, lists, short forms and the menu."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.models import Role
from sila.platform.entities import layouts
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, fragment
from sila.platform.entities.views.records import sections_of
from sila.project.administration.actions.layouts import set_layout
from sila.project.administration.actions.roles import governed
from sila.project.administration.door import admin_page
from sila.project.administration.navigation import sections

Lines = list[dict[str, Any]]


@require_GET
@admin_page
def page(request: HttpRequest, context: Context) -> HttpResponse:
    roles = list(Role.objects.filter(deleted_at=None).order_by("-admin", "created_at", "id"))
    role = next((each for each in roles if str(each.id) == request.GET.get("role")), roles[-1])
    noun = registry.get(request.GET.get("entity", ""))
    base = f"/w/{context.reader.slug}/settings/layout/"
    slug = noun.slug if noun and not noun.narrow else layouts.MENU
    here = f"{base}{role.id}/{slug}/"
    shown = {
        "title": _("Layout"),
        "role": role,
        "roles": [
            {
                "label": str(each),
                "url": f"{base}?role={each.id}&entity={slug}",
                "active": each is role,
                "differs": bool(each.layout),
            }
            for each in roles
        ],
        "nouns": [_menu_chip(role, slug, base), *(_chip(each, role, slug, base) for each in governed())],
        "noun": noun if slug != layouts.MENU else None,
        "cards": _noun_cards(noun, role, here) if noun and slug != layouts.MENU else [_menu_card(role, here)],
    }
    return fragment(
        request, "administration/layout.html", {"sections": sections(context, "layout"), "page": shown}
    )


def _chip(noun: Entity, role: Role, slug: str, base: str) -> dict[str, Any]:
    return {
        "label": noun.plural,
        "icon": noun.icon,
        "url": f"{base}?role={role.id}&entity={noun.slug}",
        "active": noun.slug == slug,
        "differs": noun.slug in role.layout,
    }


def _menu_chip(role: Role, slug: str, base: str) -> dict[str, Any]:
    return {
        "label": _("Menu"),
        "icon": "menu-2",
        "url": f"{base}?role={role.id}",
        "active": slug == layouts.MENU,
        "differs": layouts.MENU in role.layout,
    }


# ---- what there is to arrange ----------------------------------------------------------------------
def _noun_cards(noun: Entity, role: Role, here: str) -> Lines:
    change, fields = role.layout.get(noun.slug, {}), noun.fields
    writable = {name: f for name, f in fields.items() if not f.read_only}
    return [
        {
            **_card("page", _("Page and form"), "layout-list", change, here),
            "sections": _page_sections(noun, fields, change.get("page", {})),
        },
        {
            **_card("columns", _("Columns of the list"), "columns-3", change, here),
            **_lines(fields, layouts.arranged(noun.listed, change.get("columns", {})), noun.title[:1]),
        },
        {
            **_card("quick", _("Short form"), "bolt", change, here),
            **_lines(
                writable,
                layouts.arranged(noun.begun_with, change.get("quick", {})),
                layouts.required(writable),
            ),
        },
    ]


def _card(part: str, label: str, icon: str, change: Mapping[str, Any], here: str) -> dict[str, Any]:
    return {"part": part, "label": label, "icon": icon, "differs": part in change, "url": f"{here}{part}"}


def _page_sections(noun: Entity, fields: Mapping[str, Field], change: Mapping[str, Any]) -> Lines:
    default = sections_of(noun, fields)
    arranged = layouts.rearranged(default, change, set()) if change else default
    dropped = set(change.get("drop", ()))
    return [
        {
            "key": key,
            "label": label,
            "fields": [
                _line(fields[name], name not in dropped, fields[name].required)
                for name in names
                if name in fields
            ],
        }
        for key, (label, names) in zip(layouts.keys_of(arranged), arranged.items(), strict=True)
    ]


def _lines(fields: Mapping[str, Field], chosen: Iterable[str], fixed: Iterable[str]) -> dict[str, Lines]:
    """Those that are chosen, in their order, then all others."""
    names, always = [name for name in chosen if name in fields], set(fixed)
    return {
        "lines": [_line(fields[name], True, name in always) for name in names],
        "more": [_line(f, False, False) for name, f in fields.items() if name not in names],
    }


def _line(f: Field, shown: bool, fixed: bool) -> dict[str, Any]:
    return {"name": f.name, "label": f.label, "shown": shown, "fixed": fixed}


def _menu_card(role: Role, here: str) -> dict[str, Any]:
    change, nouns = role.layout.get(layouts.MENU, {}), in_menu()
    chosen = layouts.arranged(list(nouns), change.get(layouts.MENU, {}))
    lines = [
        {"name": slug, "label": nouns[slug].plural, "icon": nouns[slug].icon, "shown": slug in chosen}
        for slug in [
            *(slug for slug in chosen if slug in nouns),
            *(slug for slug in nouns if slug not in chosen),
        ]
    ]
    return {**_card(layouts.MENU, _("Menu"), "menu-2", change, here), "lines": lines, "more": []}


def in_menu() -> dict[str, Entity]:
    return {entity.slug: entity for entity in registry if entity.menu}


# ---- saving ----------------------------------------------------------------------------------------
@require_POST
@admin_page
def save(request: HttpRequest, context: Context, role_id: UUID, slug: str, part: str) -> HttpResponse:
    role = Role.objects.filter(id=role_id, deleted_at=None).first()
    noun = registry.get(slug)
    if role is None or (slug != layouts.MENU and (noun is None or noun.narrow)):
        raise NotFound
    change: dict[str, Any] = {}
    if "reset" not in request.POST:
        change = _change(noun, part, request.POST.getlist("line"), set(request.POST.getlist("shown")))
    set_layout(role, slug, part, change, by=context.actor)
    return done(close=False)


def _change(noun: Entity | None, part: str, lines: list[str], shown: set[str]) -> dict[str, Any]:
    """Raises Invalid for a name that is none."""
    if noun is None:
        return dict(layouts.difference(list(in_menu()), _known([n for n in lines if n in shown], in_menu())))
    if part == "page":
        return _page_change(noun, lines, shown)
    default = {"columns": noun.listed, "quick": noun.begun_with}.get(part, ())
    wanted = _known([name for name in lines if name in shown], noun.fields)
    return dict(layouts.difference(default, wanted))


def _known(names: list[str], known: Mapping[str, Any]) -> list[str]:
    if any(name not in known for name in names):
        raise Invalid({"": _("There is no such field.")})
    return names


def _page_change(noun: Entity, lines: list[str], shown: set[str]) -> dict[str, Any]:
    """The lines are sections (`#key`), each followed by its fields."""
    default, wanted, at = sections_of(noun, noun.fields), {}, ""
    for line in lines:
        if line.startswith("#"):
            at = line[1:]
            wanted[at] = []
        elif at in wanted:
            wanted[at] += _known([line], noun.fields)
    if not set(wanted) <= set(layouts.keys_of(default)):
        raise Invalid({"": _("There is no such field.")})
    must = layouts.required(noun.fields)
    dropped = [name for names in wanted.values() for name in names if name not in shown and name not in must]
    return layouts.page_difference(default, wanted, dropped)
