"""Roles: what their holders may do with records and fields."""

import copy

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Role
from sila.platform.access.policy import FIELD_ORDER, REACH_NAMES, VERBS
from sila.platform.access.rules import compile_anew
from sila.platform.activity import log
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.membership import administrators_only
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit import clock

SLUG = "roles"
COMPANY = ("units", "members", "teams")  # only administrators change these, so no role can
OPEN_ON_COMPANY = ("view", "export")


def verbs_of(entity: Entity) -> tuple[str, ...]:
    """The verbs that a role may open on an entity; none on what belongs to another, as lines do to their quote."""
    if entity.belongs_to:
        return ()
    return OPEN_ON_COMPANY if entity.slug in COMPANY else VERBS


def governed() -> list[Entity]:
    """The entities that have rules of their own; a mixed one follows its parts."""
    return [entity for entity in registry if not entity.narrow]


def add_role(name: str, name_en: str = "", *, by: Actor, copy_of: Role | None = None) -> Role:
    """A role without rights, or with those of another. Raises Invalid if the name is taken."""
    administrators_only(None, {}, by)
    role = Role(name=name, name_en=name_en)
    if copy_of:
        role.admin = copy_of.admin
        for name in ("grants", "fields", "layout"):
            setattr(role, name, copy.deepcopy(getattr(copy_of, name)))
    save_role(role, by, new=True)
    log.record(
        "role added",
        by=by,
        entity=SLUG,
        record_id=role.id,
        title=name,
        copy_of=copy_of.name if copy_of else "",
    )
    return role


def rename_role(role: Role, name: str, name_en: str = "", *, by: Actor) -> None:
    administrators_only(role, {}, by)
    before = (role.name, role.name_en)
    role.name, role.name_en = name, name_en
    changes = [
        {"field": field, "old": old, "new": new}
        for field, old, new in zip(("name", "name_en"), before, (name, name_en), strict=True)
        if old != new
    ]
    if changes:
        save_role(role, by)
        log.record("role changed", by=by, entity=SLUG, record_id=role.id, title=name, changes=changes)


def set_reach(role: Role, entity: Entity, verb: str, reach: str, *, by: Actor) -> str:
    """How far the role reaches with the verb; answers the reach before. Raises Invalid."""
    administrators_only(role, {}, by)
    if verb not in verbs_of(entity) or reach not in REACH_NAMES or role.admin:
        raise Invalid({"": _("This cannot be set.")})
    with transaction.atomic():
        role = fresh(role)
        before = reach_name(role, entity.slug, verb)
        role.grants[entity.slug] = {**role.grants.get(entity.slug, {}), verb: reach}
        _follow_parts(role, entity, verb)
        save_role(role, by)
        changes = [{"field": f"{entity.slug}.{verb}", "old": before, "new": reach}]
        log.record("role changed", by=by, entity=SLUG, record_id=role.id, title=role.name, changes=changes)
    return before


def reach_name(role: Role, slug: str, verb: str) -> str:
    return str({**role.grants.get("*", {}), **role.grants.get(slug, {})}.get(verb, "none"))


def _follow_parts(role: Role, entity: Entity, verb: str) -> None:
    """A mixed entity (parties) opens no more than the narrowest of its parts (people, companies…)."""
    if not entity.slice_of:
        return
    parts = [part.slug for part in registry if part.slice_of == entity.slice_of]
    narrowest = min((reach_name(role, slug, verb) for slug in parts), key=REACH_NAMES.__getitem__)
    role.grants[entity.slice_of] = {**role.grants.get(entity.slice_of, {}), verb: narrowest}


def levels_of(entity: Entity, name: str) -> tuple[str, ...]:
    """From closed to open. What nobody types (a formula, a number that is given out) cannot be opened for writing."""
    f = entity.fields.get(name)
    return ("hidden", "read") if f and f.read_only else ("hidden", "read", "write")


def set_field_access(role: Role, entity: Entity, name: str, level: str, *, by: Actor) -> None:
    """Hide a field from the role's holders, or let them only read it. Raises Invalid."""
    administrators_only(role, {}, by)
    if name not in entity.closable() or level not in levels_of(entity, name) or role.admin:
        raise Invalid({"": _("This cannot be set.")})
    with transaction.atomic():
        role = fresh(role)
        rules = dict(role.fields.get(entity.slug, {}))
        before = rules.pop(name, "write")
        if level != levels_of(entity, name)[-1]:
            rules[name] = level
        role.fields[entity.slug] = rules
        if entity.slice_of:
            _follow_hidden(role, entity.slice_of, name)
        save_role(role, by)
        changes = [{"field": f"{entity.slug}.{name}", "old": before, "new": level}]
        log.record("role changed", by=by, entity=SLUG, record_id=role.id, title=role.name, changes=changes)


def _follow_hidden(role: Role, mixed: str, name: str) -> None:
    """In the mixed entity a field is as closed as in the most closed of its parts."""
    parts = [part.slug for part in registry if part.slice_of == mixed]
    level = min((role.fields.get(slug, {}).get(name, "write") for slug in parts), key=FIELD_ORDER.__getitem__)
    rules = {key: value for key, value in role.fields.get(mixed, {}).items() if key != name}
    role.fields[mixed] = rules if level == "write" else {**rules, name: level}


def fresh(role: Role) -> Role:
    found = Role.objects.select_for_update().filter(id=role.id, deleted_at=None).first()
    if found is None:
        raise NotFound
    return found


def save_role(role: Role, by: Actor, *, new: bool = False) -> None:
    role.version += 0 if new else 1
    role.updated_at = clock.now()
    try:
        with transaction.atomic():
            role.save(force_insert=new, force_update=not new)
    except IntegrityError as error:
        raise Invalid({"name": _("Another role already has this name.")}) from error
    compile_anew(role, {}, by)
