"""Rows that make up a record, such as the lines of a deal: those of two records together would count twice, so a merge
keeps those of one, or of all where somebody says so. They are chosen like the value of a field."""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context, Text
from sila.platform.entities.merging.values import TOGETHER, Choices
from sila.platform.entities.models import Operation
from sila.platform.entities.registry import Entity


@dataclass(frozen=True)
class Part:
    """`told`: of these records what they have, in words; those that have nothing are left out. `take(into, sources,
    operation, by)`: the first has the rows of these from now on; gives the fields that follow from them."""

    name: str
    label: Text
    held: Callable[[Collection[UUID]], set[UUID]]
    told: Callable[[Collection[UUID], Context], Mapping[UUID, Any]]
    take: Callable[[Any, Sequence[Any], Operation, Actor], Collection[str]]


parts: dict[str, Part] = {}  # slug -> what its records are made of


def part_chosen(entity: Entity, choices: Choices) -> Choices:
    """The choice of it alone; the others are of fields."""
    part = parts.get(entity.slug)
    return {part.name: choices[part.name]} if part and part.name in choices else {}


def take_part(
    entity: Entity, records: Sequence[Any], choices: Choices, operation: Operation, by: Actor
) -> Collection[str]:
    """The record that stays takes the rows that were chosen, else its own, else the first there are. Gives the fields that
    follow from them; raises Invalid where somebody chose another value of one."""
    part = parts.get(entity.slug)
    held = part.held([record.id for record in records]) if part else set()
    if part is None or not held:
        return ()
    choice = choices.get(part.name) or next(str(record.id) for record in records if record.id in held)
    sources = [record for record in records if choice in (TOGETHER, str(record.id)) and record.id in held]
    if [record.id for record in sources] == [records[0].id]:
        return ()
    before = {str(record.id): copy(record) for record in records}
    decided = part.take(records[0], sources, operation, by)
    text = _("This follows from what was chosen under “%(part)s”.") % {"part": part.label}
    chosen = [name for name in decided if name in choices]
    wrong = [name for name in chosen if getattr(before[choices[name]], name) != getattr(records[0], name)]
    if wrong:
        raise Invalid(dict.fromkeys(wrong, text))
    return decided
