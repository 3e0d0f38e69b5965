"""Mappings that people keep under a name: offered when a file with the same headings comes again, to everybody who
imports this noun in the workspace."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.importing.guessing import column_key
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.targets import targets
from sila.platform.entities.models import SavedMapping
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.text import clean_text

MOST = 100  # of one noun
_GIVEN = {f.name for f in fields(Mapping)}


@dataclass(frozen=True)
class Applied:
    """A kept mapping as it fits a file, and what of it does not."""

    mapping: Mapping
    remarks: list[str]


# ---- finding -----------------------------------------------------------------------------------------
def mappings_of(entity: Entity, *, removed: bool = False) -> QuerySet[SavedMapping]:
    kept = SavedMapping.objects.filter(entity=entity.slug, deleted_at__isnull=not removed)
    return kept.select_related("owner").order_by("name", "id")


def named(entity: Entity, name: str) -> SavedMapping:
    """Raises Invalid with the names that there are."""
    kept = {each.name: each for each in mappings_of(entity)}
    if name.strip() not in kept:
        raise Invalid(
            {
                "mapping": _("There is no saved mapping “%(name)s” here; there are: %(names)s.")
                % {"name": name[:60], "names": ", ".join(kept) or "–"}
            }
        )
    return kept[name.strip()]


def offered(kept: Iterable[SavedMapping], header: list[str]) -> SavedMapping | None:
    """The one that was last changed of those made for these headings, in whichever order they stand."""
    same = [each for each in kept if _headings(each.headings) == _headings(header)]
    return max(same, key=lambda each: each.updated_at, default=None)


def _headings(header: list[str]) -> list[str]:
    return sorted(map(column_key, header))


def applied(kept: SavedMapping, entity: Entity, by: Actor, header: list[str]) -> Applied:
    """For this file. A column whose field is gone, or closed to the actor, is left out, and so is one that the file
    does not have; each is told. What chooses rows or names records by a missing column is left for the check."""
    said = Mapping(**{name: value for name, value in kept.mapping.items() if name in _GIVEN})
    open_fields = {name for name, f in targets(entity, by).items() if not f.read_only}
    gone = _("The column “%(column)s” is left out: the field that the mapping names is not here any more.")
    missing = _("The file has no column “%(name)s”.")
    unknown = _("“%(name)s” is not here any more, so the mapping does not fill it.")
    spelt = {column_key(column): column for column in header}
    columns: dict[str, str] = dict.fromkeys(header, "")
    remarks = []
    for column, target in said.columns.items():
        here = column if column in columns else spelt.get(column_key(column), "")
        if target and not here:
            remarks.append(missing % {"name": column[:60]})
        elif target and target not in open_fields:
            remarks.append(gone % {"column": column[:60]})
        elif target:
            columns[here] = target
    for given in (said.constants, said.templates):
        for name in [name for name in given if name not in open_fields]:
            del given[name]
            remarks.append(unknown % {"name": name})
    said.columns = columns
    said.values = {column: words for column, words in said.values.items() if column in columns}
    return Applied(said, remarks)


# ---- keeping -----------------------------------------------------------------------------------------
def keep(entity: Entity, name: str, mapping: dict[str, Any], header: list[str], *, by: Actor) -> SavedMapping:
    """Under this name, in place of what one's own held under it. Raises NotAllowed, Invalid."""
    if by.read_only:
        raise NotAllowed
    name = _checked(name)
    values = mapping | {
        "columns": {column: target for column, target in mapping["columns"].items() if target}
    }
    try:
        return _keep(entity, name, values, header, by)
    except IntegrityError:  # somebody else has kept one under this name just now
        return _keep(entity, name, values, header, by)


def _keep(entity: Entity, name: str, values: dict[str, Any], header: list[str], by: Actor) -> SavedMapping:
    with transaction.atomic():
        there = mappings_of(entity).filter(name=name).first()
        if there is None and mappings_of(entity).count() >= MOST:
            message = _("There are %(count)s saved mappings here already: remove one first.")
            raise Invalid({"save_as": message % {"count": MOST}})
        if there is not None and not may_change(there, by):
            raise Invalid({"save_as": _taken(there)})
        kept = there or SavedMapping(entity=entity.slug, name=name, owner_id=by.member_id)
        kept.mapping, kept.headings = values, header
        _save(kept, by)
    return kept


def change(kept: SavedMapping, *, by: Actor, **values: Any) -> None:
    """Rename it, or bring it back with deleted_at=None. Raises NotAllowed, Invalid."""
    if not may_change(kept, by):
        raise NotAllowed
    if "name" in values:
        values["name"] = _checked(values["name"])
    name = values.get("name", kept.name)
    with transaction.atomic():
        others = mappings_of(registry[kept.entity]).exclude(id=kept.id)
        if (there := others.filter(name=name).first()) and not values.get("deleted_at"):
            raise Invalid({"name": _taken(there)})
        for field, value in values.items():
            setattr(kept, field, value)
        try:
            with transaction.atomic():
                _save(kept, by)
        except IntegrityError as error:  # the other one came between
            others = mappings_of(registry[kept.entity]).exclude(id=kept.id)
            raise Invalid({"name": _taken(others.get(name=name))}) from error


def remove(kept: SavedMapping, *, by: Actor) -> None:
    """`change` with deleted_at=None brings it back. Raises NotAllowed."""
    change(kept, by=by, deleted_at=timezone.now())


def may_change(kept: SavedMapping, by: Actor) -> bool:
    return not by.read_only and (by.is_admin or kept.owner_id == by.member_id)


def _save(kept: SavedMapping, by: Actor) -> None:
    kept.version += 1
    kept.updated_at = timezone.now()
    kept.save()
    log.record("mapping saved", by=by, entity=kept.entity, record_id=kept.id, title=kept.name)


def _checked(name: str) -> str:
    most = SavedMapping._meta.get_field("name").max_length or 0
    try:
        name = clean_text(name, max_length=most)
    except InvalidInput:
        name = ""
    if not name:
        message = _("The name of a mapping has 1 to %(most)s characters.") % {"most": most}
        raise Invalid({"save_as": message})
    return name


def _taken(kept: SavedMapping) -> str:
    return _("There is a saved mapping “%(name)s” already, of %(owner)s.") % {
        "name": kept.name,
        "owner": kept.owner or _("the system"),
    }
