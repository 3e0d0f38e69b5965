"""Rules that records must not break: a formula that holds where something is wrong, and what is said then.

A rule is a computed yes-or-no of the record that nobody sees as a field: the verbs and the background keep it right as
they do formulas (computed/), through links and by night. Where it says yes, the record's `custom` and the side table
hold its key. It refuses what is being saved only where that touches what it reads.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomField
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.quality.models import QualityRule
from sila.platform.entities.quality.plan import active_rules
from sila.platform.entities.registry import Entity

if TYPE_CHECKING:
    from sila.platform.entities.computed.plan import Computed

KIND = "formula"
_asked: ContextVar[bool] = ContextVar("rules are asked", default=True)


@contextmanager
def unasked() -> Iterator[None]:
    """Inside, no rule refuses: what takes a decision of before further, or back, is not stopped half way. The records
    are marked as ever and stand in the worklist."""
    token = _asked.set(False)
    try:
        yield
    finally:
        _asked.reset(token)


def as_field(rule: QualityRule) -> CustomField:
    """The field that it would be, for what keeps computed fields right."""
    row = CustomField(
        entity=rule.entity,
        key=rule.key,
        kind=KIND,
        label=rule.message,
        label_en=rule.message_en,
        rule={"formula": rule.formula, "shown": "bool", "breach": True},
        version=rule.version,
    )
    row.id = rule.id
    return row


def as_fields() -> list[CustomField]:
    return [as_field(rule) for rule in active_rules()]


def is_rule(row: CustomField) -> bool:
    return bool(row.rule.get("breach"))


def index_fields(entity: Entity) -> list[Field]:
    """What the side table holds besides the own fields: the keys of rules that a record breaks."""
    return [
        Field(name=rule.key, kind=KINDS["bool"], label="", custom=True)
        for rule in active_rules()
        if rule.entity == entity.slug
    ]


def sound(entity: Entity) -> "list[Computed]":
    """The rules that are on and can be asked: what one reads may be hidden or gone."""
    from sila.platform.entities.computed.plan import current_plan

    return [each for each in current_plan().of.get(entity.slug, ()) if each.breach]


def broken_by(entity: Entity, custom: Mapping[str, Any]) -> "list[Computed]":
    """Those that a record with these own values breaks."""
    return [each for each in sound(entity) if custom.get(each.key)]


def refuse_broken(entity: Entity, record: Any, changed: Collection[str] | None, *, by: Actor) -> None:
    """Raises Invalid for the rules that this record breaks, of those that read something that has changed (None: the
    record is new, so all). The message stands at its field where the actor may see that."""
    broken = broken_by(entity, record.custom) if _asked.get() else []
    asked = [each for each in broken if changed is None or reads(each) & set(changed)]
    if not asked:
        return
    rules = {rule.key: rule for rule in active_rules()}
    seen, errors = entity.readable(by), dict[str, str]()
    for rule in (rules[each.key] for each in asked if rules[each.key].refuses):
        place = rule.field if rule.field in seen else ""
        errors[place] = f"{errors[place]} {rule}" if place in errors else str(rule)
    if errors:
        raise Invalid(errors)


def reads(computed: "Computed") -> set[str]:
    """The record's own fields that it looks at; of a way over a link, the link."""
    return {path[0] for path in computed.formula.paths} if computed.formula else set()


def told_to(computed: "Computed", actor: Actor) -> bool:
    """Whether the actor may know that the rule is broken: all that it reads is open to them."""
    from sila.platform.entities.computed.names import steps_of

    paths = computed.formula.paths if computed.formula else ()
    steps = (step for path in paths for step in steps_of(computed.noun, path))
    return all(step.field.name in step.noun.readable(actor) for step in steps)
