"""What counts in the current workspace: the weights of a noun's fields, its days, its rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sila.platform.entities import own
from sila.platform.entities.kinds import LINKS, Field
from sila.platform.entities.quality.models import QualityPlan, QualityRule
from sila.platform.entities.registry import STAMPS, Entity, registry

STALE_DAYS = 180
MUST, REACH, LED, SHOWN, MOST = (
    3,
    3,
    2,
    1,
    5,
)  # weights: required, a way to reach them, owner or link, shown in lists
REACHABLE = ("phone", "email")


@dataclass(frozen=True)
class Measure:
    """By what a noun's records are graded."""

    weights: Mapping[str, int]
    stale_days: int  # 0: nothing grows stale

    @cached_property
    def full(self) -> int:
        return sum(self.weights.values())


@dataclass
class Declared:
    """What the workspace has said; read once for each of its shapes, when somebody asks."""

    plans: dict[str, QualityPlan] = field(default_factory=dict)
    rules: dict[str, list[QualityRule]] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)


def declared() -> Declared:
    shape = own.shape()
    if shape.quality is None:
        shape.quality = _read()
    found: Declared = shape.quality
    return found


def _read() -> Declared:
    found = Declared({plan.entity: plan for plan in QualityPlan.objects.defer("spread")})
    for rule in QualityRule.objects.filter(deleted_at=None).order_by("id"):
        found.rules.setdefault(rule.entity, []).append(rule)
    return found


def graded(entity: Entity) -> bool:
    """Whether the noun's records have a score: those that people own, but for work that is done and over."""
    return entity.owned and entity.narrow is None and bool(entity.marks)


def graded_nouns() -> list[Entity]:
    return [entity for entity in registry if graded(entity)]


# ---- completeness ------------------------------------------------------------------------------------
def countable(entity: Entity) -> dict[str, Field]:
    """The fields that may count: those that people fill in and that can be empty."""
    currencies = {f.currency for f in entity.fields.values()}
    left_out = {*entity.title[:1], *STAMPS, *currencies, "source"}
    return {
        name: f
        for name, f in entity.fields.items()
        if not f.read_only
        and name not in left_out
        and f.kind.name not in ("bool", "repetition", "conditions")
    }


def usual_weights(entity: Entity) -> dict[str, int]:
    """What follows from the declaration: what must be filled in, ways to reach them, who looks after it, and what the
    noun's list shows. A field that begins with a value says nothing by being filled in."""
    return {
        name: weight
        for name, f in countable(entity).items()
        if (weight := _usual(entity, f)) and f.default in (None, "")
    }


def _usual(entity: Entity, f: Field) -> int:
    if f.required:
        return MUST
    if f.name not in (*entity.listed, *entity.begun_with, "owner"):
        return 0
    if f.kind.name in REACHABLE:
        return REACH
    return LED if f.kind.name in LINKS else SHOWN


def measure_of(entity: Entity) -> Measure:
    """The usual weights and days with the workspace's differences; nothing of a noun without a score."""
    if not graded(entity):
        return Measure({}, 0)
    known = declared().measures
    if entity.slug not in known:
        plan = declared().plans.get(entity.slug)
        fields = countable(entity)
        weights = usual_weights(entity) | (plan.weights if plan else {})
        days = STALE_DAYS if plan is None or plan.stale_days is None else plan.stale_days
        kept = {name: weight for name, weight in weights.items() if weight and name in fields}
        known[entity.slug] = Measure(kept, days)
    return known[entity.slug]


def difference(entity: Entity, weights: Mapping[str, int]) -> dict[str, int]:
    """Of the wanted weights those that are not the usual ones."""
    usual = usual_weights(entity)
    return {name: weight for name, weight in weights.items() if weight != usual.get(name, 0)}


# ---- rules -------------------------------------------------------------------------------------------
def active_rules() -> list[QualityRule]:
    return [
        rule
        for rules in declared().rules.values()
        for rule in rules
        if rule.active and rule.entity in registry
    ]
