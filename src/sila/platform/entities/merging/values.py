"""What the record that stays will hold: its own values, what people chose, and for what it lacks the others'."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import LINKS, Field
from sila.platform.entities.registry import OWNERSHIP, STAMPS, Entity
from sila.platform.entities.stored import now

TOGETHER = "all"  # instead of a record: the values of all of them
Choices = Mapping[str, str]  # field -> the id of the record whose value stays, or TOGETHER
EMPTY: tuple[Any, ...] = (None, "", [], ())


def offered(entity: Entity, by: Actor) -> dict[str, Field]:
    """The fields whose value people may choose. A currency goes with its amount."""
    fields = entity.readable(by)
    currencies = {f.currency for f in fields.values()}
    return {name: f for name, f in fields.items() if not f.read_only and name not in {*STAMPS, *currencies}}


def joins(f: Field) -> bool:
    """Whether the values of several records can stand together in the field."""
    return f.kind.name in ("choices", "longtext")


def check(entity: Entity, choices: Choices, ids: Sequence[UUID], by: Actor) -> None:
    """Raises Invalid for a field that may not be chosen, or a record that is none of these."""
    fields, known = offered(entity, by), {str(each) for each in ids}
    wrong = {
        name: _("This field cannot be changed here.") if name not in fields else _("There is no such choice.")
        for name, source in choices.items()
        if name not in fields or not (source in known or (source == TOGETHER and joins(fields[name])))
    }
    if wrong:
        raise Invalid(wrong)


def check_source(choices: Choices, ids: Sequence[UUID]) -> None:
    """Of what the records are made of: those of one of them, or of all. Raises Invalid."""
    known = {*(str(each) for each in ids), TOGETHER}
    if wrong := [name for name, source in choices.items() if source not in known]:
        raise Invalid(dict.fromkeys(wrong, _("There is no such choice.")))


def merged_values(
    entity: Entity, records: Sequence[Any], choices: Choices
) -> tuple[dict[str, Any], set[str]]:
    """Field -> value of the first record, which stays; and which of them nobody chose: they only fill a gap."""
    by_id, fields = {str(record.id): record for record in records}, entity.fields
    currencies = {f.currency for f in fields.values()}
    values: dict[str, Any] = {}
    filled = set()
    for name, f in fields.items():
        if f.read_only or name in {*STAMPS, *currencies}:
            continue
        source = by_id.get(choices.get(name, "")) or _first_with(f, records)
        together = choices.get(name) == TOGETHER or (name not in choices and joins(f))
        values[name] = _together(f, records) if together else now(f, source)
        if not together and f.currency and not f.custom and source is not records[0]:
            values[f.currency] = getattr(source, f.currency)
        if name not in choices:
            filled |= {name, f.currency}
    return {name: _but_for(fields[name], value, by_id) for name, value in values.items()}, filled


def _first_with(f: Field, records: Sequence[Any]) -> Any:
    return next((record for record in records if now(f, record) not in EMPTY), records[0])


def _together(f: Field, records: Sequence[Any]) -> Any:
    held = [now(f, record) for record in records if now(f, record) not in EMPTY]
    if f.kind.name == "choices":
        return list(dict.fromkeys(value for values in held for value in values))
    text = "\n\n".join(dict.fromkeys(str(value).strip() for value in held))
    return text if f.max_length is None or len(text) <= f.max_length else (held[0] if held else "")


def _but_for(f: Field, value: Any, merged: Mapping[str, Any]) -> Any:
    """A record does not lead to itself."""
    return None if f.kind.name in LINKS and str(value) in merged else value


def fullest(entity: Entity, records: Sequence[Any], by: Actor) -> Any:
    """The record that says most, which is offered to stay; of equals the oldest."""
    fields = [f for name, f in offered(entity, by).items() if name not in OWNERSHIP]

    def filled(record: Any) -> int:
        return sum(now(f, record) not in EMPTY for f in fields)

    return min(records, key=lambda record: (-filled(record), str(record.id)))
