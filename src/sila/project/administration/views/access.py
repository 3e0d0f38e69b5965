"""The access page: what each role opens, which fields it closes, and why somebody may or may not."""

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.models import MemberRole, Role
from sila.platform.access.policy import REACH_LABELS, REACH_NAMES, VERB_LABELS, VERBS
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, fragment, toast
from sila.project.administration.actions import roles as verbs
from sila.project.administration.door import admin_page, dialog
from sila.project.administration.views.why import why_panel

LEVELS = {  # of a field, with its icon; nouns in Arabic, for a field has a gender and these stand beside many
    "hidden": (pgettext_lazy("access", "Hidden"), "eye-off"),
    "read": (_lazy("Read only"), "eye"),
    "write": (_lazy("Read and write"), "pencil"),
}


@require_GET
@admin_page
def page(request: HttpRequest, context: Context) -> HttpResponse:
    roles = _roles()
    role = _chosen(request.GET.get("role", ""), roles)
    tab = "fields" if request.GET.get("tab") == "fields" else "roles"
    entity = registry.get(request.GET.get("entity", "")) or verbs.governed()[0]
    base = f"/w/{context.reader.slug}/access/"
    here = f"{base}?role={role.id}"
    return fragment(
        request,
        "administration/access.html",
        {
            "access": {
                "roles": [_role_line(each, role, base, tab) for each in roles],
                "role": role,
                "count": role.holders,
                "tabs": [
                    {"label": label, "url": f"{here}&tab={key}", "active": key == tab}
                    for key, label in (("roles", _("Roles")), ("fields", _("Fields")))
                ],
                "tab": tab,
                "base": base,
                "new_url": f"{base}roles/new",
                "rename_url": f"{base}roles/{role.id}/name",
                "copy_url": f"{base}roles/new?copy={role.id}",
                "legend": [(int(reach), reach.label) for reach in REACH_LABELS],
                "verbs": [VERB_LABELS[verb] for verb in VERBS],
                "rows": _matrix(role, base) if tab == "roles" else [],
                "fields": _field_rules(role, entity, base) if tab == "fields" else None,
                "hidden": _hidden(role),
            },
            "why": why_panel(request, context) if tab == "roles" else None,
        },
    )


def _roles() -> list[Any]:
    counts = dict(
        MemberRole.objects.filter(member__active=True, member__deleted_at=None)
        .values_list("role_id")
        .annotate(number=Count("id"))
    )
    roles = list(Role.objects.filter(deleted_at=None).order_by("-admin", "created_at", "id"))
    for role in roles:
        role.holders = counts.get(role.id, 0)  # type: ignore[attr-defined]
    return roles


def _chosen(text: str, roles: list[Any]) -> Any:
    plain = next((role for role in roles if not role.admin), roles[0])
    return next((role for role in roles if str(role.id) == text), plain)


def _role_line(role: Any, chosen: Any, base: str, tab: str) -> dict[str, Any]:
    hint = _("Everything") if role.admin else _("Closes fields") if any(role.fields.values()) else ""
    return {
        "name": str(role),
        "hint": hint,
        "count": role.holders,
        "url": f"{base}?role={role.id}&tab={tab}",
        "active": role.id == chosen.id,
    }


def _matrix(role: Role, base: str) -> list[dict[str, Any]]:
    return [_matrix_row(role, each, base) for each in verbs.governed() if verbs.verbs_of(each)]


def _matrix_row(role: Role, entity: Entity, base: str) -> dict[str, Any]:
    return {
        "label": entity.plural,
        "icon": entity.icon,
        "cells": [_cell(role, entity, verb, base) for verb in VERBS],
    }


def _cell(role: Role, entity: Entity, verb: str, base: str) -> dict[str, Any] | None:
    if role.admin or verb not in verbs.verbs_of(entity):
        name = "all" if role.admin else "none"
        return {"fixed": True, "level": int(REACH_NAMES[name]), "label": REACH_NAMES[name].label}
    reach = REACH_NAMES[verbs.reach_name(role, entity.slug, verb)]
    return {
        "level": int(reach),
        "label": reach.label,
        "url": f"{base}roles/{role.id}/reach/{entity.slug}/{verb}",
        "name": f"{entity.plural} · {VERB_LABELS[verb]}",
    }


def _field_rules(role: Role, entity: Entity, base: str) -> dict[str, Any]:
    rules = role.fields.get(entity.slug, {})
    rows = [
        {
            "label": label,
            "name": name,
            "level": _level(levels, "write" if role.admin else rules.get(name, "write")),
            "levels": [(level, *LEVELS[level]) for level in levels],
            "url": f"{base}roles/{role.id}/fields/{entity.slug}/{name}",
        }
        for name, label in entity.closable().items()
        for levels in [verbs.levels_of(entity, name)]
    ]
    return {
        "entity": entity,
        "rows": rows,
        "entities": [
            {
                "label": each.plural,
                "icon": each.icon,
                "active": each is entity,
                "url": f"{base}?role={role.id}&tab=fields&entity={each.slug}",
            }
            for each in verbs.governed()
        ],
    }


def _level(levels: tuple[str, ...], rule: str) -> str:
    """What the rule comes to: nothing is more open than the field itself."""
    return rule if rule in levels else levels[-1]


def _hidden(role: Role) -> list[str]:
    return [
        f"{registry[slug].plural}: {names[name]}"
        for slug, rules in role.fields.items()
        if slug in registry and not registry[slug].narrow
        for names in [registry[slug].closable()]
        for name, level in rules.items()
        if level == "hidden" and name in names
    ]


# ---- changing --------------------------------------------------------------------------------------
@admin_page
def reach(request: HttpRequest, context: Context, role_id: UUID, slug: str, verb: str) -> HttpResponse:
    """GET: the reaches to choose from. POST: set one; the toast offers the way back."""
    role, entity = _role(role_id), _entity(slug)
    if request.method != "POST":
        now = verbs.reach_name(role, slug, verb)
        return fragment(
            request,
            "administration/_reaches.html",
            {
                "title": f"{entity.plural} · {VERB_LABELS.get(verb, verb)}",
                "url": request.path,
                "reaches": [
                    {
                        "name": found.name.lower(),
                        "level": int(found),
                        "label": found.label,
                        "active": found.name.lower() == now,
                    }
                    for found in REACH_LABELS
                ],
            },
        )
    wanted = request.POST.get("reach") or request.GET.get("reach", "")
    before = verbs.set_reach(role, entity, verb, wanted, by=context.actor)
    response = HttpResponse(status=204)
    return toast(response, _("Saved."), undo_url=f"{request.path}?reach={before}", **{"sila:refresh": {}})


@require_POST
@admin_page
def field_rule(request: HttpRequest, context: Context, role_id: UUID, slug: str, name: str) -> HttpResponse:
    verbs.set_field_access(
        _role(role_id), _entity(slug), name, request.POST.get("level", ""), by=context.actor
    )
    return done()


@admin_page
def new_role(request: HttpRequest, context: Context) -> HttpResponse:
    """Empty, or a copy of another role (?copy=)."""
    text = request.GET.get("copy", "")
    source = next((role for role in _roles() if str(role.id) == text), None)

    def save(values: dict[str, Any]) -> HttpResponse:
        role = verbs.add_role(values["name"], values["name_en"], by=context.actor, copy_of=source)
        response = done(_("Added: %(title)s") % {"title": role})
        response.headers["HX-Redirect"] = f"/w/{context.reader.slug}/access/?role={role.id}"
        return response

    title = _("Copy of the role “%(role)s”") % {"role": source} if source else _("New role")
    return dialog(request, context, title=title, fields=_name_fields(), submit=_("Save"), save=save)


@admin_page
def rename(request: HttpRequest, context: Context, role_id: UUID) -> HttpResponse:
    role = _role(role_id)
    return dialog(
        request,
        context,
        title=_("Rename the role"),
        fields=_name_fields(),
        submit=_("Save"),
        start={"name": role.name, "name_en": role.name_en},
        save=lambda values: verbs.rename_role(role, values["name"], values["name_en"], by=context.actor),
    )


def _name_fields() -> list[Field]:
    return [
        Field("name", KINDS["text"], _("Name"), required=True, max_length=120),
        Field("name_en", KINDS["text"], _("Name in English"), max_length=120),
    ]


def _role(role_id: UUID) -> Role:
    role = Role.objects.filter(id=role_id, deleted_at=None).first()
    if role is None:
        raise NotFound
    return role


def _entity(slug: str) -> Entity:
    entity = registry.get(slug)
    if entity is None or entity.narrow:
        raise NotFound
    return entity
