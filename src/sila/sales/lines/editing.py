"""All lines of a document at once, as its editor has them: read, tried out, saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.stored import put, replaced
from sila.sales.lines.models import PricedLine, Summed
from sila.sales.lines.summing import MOST_LINES, complete, sum_up

TYPED = (
    "product",
    "name",
    "name_en",
    "details",
    "measure",
    "quantity",
    "price",
    "discount",
    "tax_kind",
    "cost",
)
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """The lines of a document as somebody typed them; `errors` by the place of the line, then by field."""

    lines: list[PricedLine]
    errors: dict[int, dict[str, str]]
    gone: list[PricedLine]


def read(
    paper: Summed,
    rows: Sequence[tuple[str, Values]],
    *,
    noun: Entity,
    link: str,
    known: Sequence[PricedLine],
    context: Context,
) -> Draft:
    """`rows`: the id of a line that is there, or anything else for a new one, with what was typed. Saves nothing, but
    works out every line and the sums of the document. A line that cannot be read stays out of the sums."""
    if len(rows) > MOST_LINES:
        raise Invalid({"": _("A document has at most %(most)d lines.") % {"most": MOST_LINES}})
    there = {str(line.id): line for line in known}
    lines, errors = [], {}
    for place, (key, values) in enumerate(rows):
        line = there.pop(key, None) or noun.model(**{link: paper})
        wrong = _fill(line, paper, values, noun, context)
        line.order = place + 1
        lines.append(line)
        if wrong:
            errors[place] = wrong
    sum_up(paper, [line for place, line in enumerate(lines) if place not in errors])
    return Draft(lines, errors, list(there.values()))


def _fill(line: PricedLine, paper: Summed, values: Values, noun: Entity, context: Context) -> dict[str, str]:
    """Set what was typed; gives what was wrong with it."""
    line.currency = paper.currency
    fields = noun.readable(context.actor)
    typed = {
        name: value
        for name, value in values.items()
        if name in TYPED and name in fields and not fields[name].read_only
    }
    try:
        parsed = records.parse_values(noun, typed, _in(paper.currency, context), record=line)
        changes = replaced(noun, line, parsed)
        for name in changes:
            put(fields[name], line, parsed[name])
        complete(line, paper, changes, context.actor)
    except Invalid as error:
        return {name: str(text) for name, text in error.errors.items()}
    return {}


def _in(currency: str, context: Context) -> Context:
    return Context(context.actor, context.reader, currency=currency)


def save(draft: Draft, *, noun: Entity, by: Actor) -> None:
    """Write them in one go. Call it in a transaction, with the document locked. Raises Invalid where a line is wrong."""
    if draft.errors:
        raise Invalid({"": _("Some lines need another look.")})
    for line in draft.gone:
        records.mark_away(line, by)
    fresh = [line for line in draft.lines if line._state.adding]
    noun.model._default_manager.bulk_create(fresh)
    kept = [line for line in [*draft.lines, *draft.gone] if line not in fresh]
    if kept:
        columns = [
            f.name for f in noun.model._meta.concrete_fields if f.name not in ("tenant", "id", "created_at")
        ]
        noun.model._default_manager.bulk_update(kept, columns)
