"""What the current workspace works out, in which order, and who must be told when something changes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.customfields.models import CustomField
from sila.platform.entities import listing, own, through
from sila.platform.entities.computed.names import Finder, Step, fields_of, steps_of
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, LINKS, Context, Field
from sila.platform.entities.leading import hung_on
from sila.platform.entities.quality import rules
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.formula import Formula, Problem, Type, Unknown, check, parse
from sila.platform.tenancy.current import current

Place = tuple[str, str]  # a noun and a field of it
SPAN = "minutes"
HOW = ("count", "sum", "min", "max", "avg")
LIVES = "deleted_at"  # changes as a record comes, goes into the trash or comes out of it
MERGED = "id"  # which record it is: others may have become it


class Circular(ValueError):
    """A field would depend on itself; the text says over which fields."""


@dataclass(frozen=True)
class Rollup:
    """Rows of `noun` whose `link` leads here, counted, or one of their fields put together."""

    noun: Entity
    link: Field
    how: str
    field: Field | None
    conditions: tuple[listing.Condition, ...] = ()
    ways: tuple[tuple[Step, ...], ...] = ()  # of each condition, from the row to the field that it asks for

    @property
    def names(self) -> set[str]:
        """The fields of a row that it depends on."""
        measured = set(self.field.extra.get("span", (self.field.name,))) if self.field else set()
        currency = {self.field.currency} if self.field and self.field.currency else set()
        return {LIVES, self.link.name, *measured, *currency, *(way[0].field.name for way in self.ways)}


@dataclass
class Computed:
    """One field that is worked out. `problem`: why it cannot be any more; its values then stay as they are."""

    row: CustomField
    noun: Entity
    field: Field
    formula: Formula | None = None
    rollup: Rollup | None = None
    problem: str = ""

    @property
    def key(self) -> str:
        return self.field.name

    @property
    def breach(self) -> bool:
        """No field that people see, but a rule: it says yes where a record breaks it."""
        return rules.is_rule(self.row)

    @property
    def place(self) -> Place:
        return self.noun.slug, self.key

    @property
    def nightly(self) -> bool:
        """Whether its values can change though no record does: by the day, or by an exchange rate."""
        if self.formula:
            return self.formula.of_today or any(
                steps_of(self.noun, path)[-1].field.currency for path in self.formula.paths
            )
        rollup = self.rollup
        if rollup is None:
            return False
        money = bool(rollup.field and rollup.field.currency)
        return money or any(each.operator == "within" for each in rollup.conditions)


@dataclass(frozen=True)
class Follower:
    """A field of `noun` that is worked out from these fields of a record over these links; each is a link with the
    noun that has it. Of a roll-up they begin at the rows that it counts."""

    noun: Entity
    key: str
    links: tuple[Step, ...]
    names: frozenset[str]
    rollup: Rollup | None = None


@dataclass
class Plan:
    computed: list[Computed] = field(default_factory=list)
    of: dict[str, list[Computed]] = field(default_factory=dict)  # in the order in which they are worked out
    followers: dict[str, list[Follower]] = field(default_factory=dict)
    totals: dict[str, list[Computed]] = field(default_factory=dict)  # by the noun of their rows

    def watched(self, noun: Entity) -> set[str]:
        """The fields of the noun that something of another record depends on."""
        if noun.slug not in self.followers and noun.slug not in self.totals:
            return set()
        rollups = (total.rollup for total in self.totals.get(noun.slug, ()))
        followed = (follower.names for follower in self.followers.get(noun.slug, ()))
        return set().union(*(rollup.names for rollup in rollups if rollup), *followed)


def current_plan() -> Plan:
    shape = own.shape()
    if shape.plan is None:
        shape.plan = made_of([*shape.computed, *rules.as_fields()])
    plan: Plan = shape.plan
    return plan


def made_of(rows: Iterable[CustomField]) -> Plan:
    plan = Plan([understood(row) for row in rows if row.entity in registry])
    for computed in _in_order(plan.computed):
        plan.of.setdefault(computed.noun.slug, []).append(computed)
        for follower in _followers(computed):
            for part in parts(follower[0]):
                plan.followers.setdefault(part, []).append(follower[1])
        if computed.rollup:
            for part in parts(computed.rollup.noun):
                plan.totals.setdefault(part, []).append(computed)
    return plan


def parts(noun: Entity) -> list[str]:
    """Under which nouns the records of this one are saved."""
    return [noun.slug, *(part.slug for part in noun.slices())] if noun.narrow else [noun.slug]


def understood(row: CustomField) -> Computed:
    noun = registry[row.entity]
    computed = Computed(row, noun, own.field_of(row, None))
    try:
        if row.kind == CustomField.Kind.FORMULA:
            computed.formula = check(parse(row.rule["formula"]), Finder(noun))
            if computed.breach and computed.formula.type != Type.BOOL:
                raise Unknown(_("A rule is a condition: it says yes or no."))
        else:
            computed.rollup = rollup_of(noun, row.rule)
    except (Problem, Unknown, Invalid) as error:
        computed.problem = "; ".join(error.errors.values()) if isinstance(error, Invalid) else str(error)
    return computed


def rollup_of(noun: Entity, rule: Mapping[str, Any]) -> Rollup:
    """Raises Unknown for what is hidden or gone, Invalid for a condition that is none."""
    other = registry.get(str(rule.get("noun")))
    fields = fields_of(other) if other else {}
    links = fields | {f.name: f for each, f in hung_on(noun) if each is other}
    link, name = links.get(str(rule.get("link"))), str(rule.get("field") or "")
    measured = (fields | spans_of(other)).get(name) if other else None
    how = str(rule.get("how"))
    if other is None or link is None or not leads_to(link, noun) or (measured is None and how != "count"):
        raise Unknown(_("What this roll-up looks at is hidden or gone."))
    texts = rule.get("conditions") or []
    conditions = tuple(listing.Condition.read(str(text)) for text in texts)
    ways = tuple(_way_to(other, condition) for condition in conditions)
    return Rollup(other, link, how, measured if how != "count" else None, conditions, ways)


def conditional(noun: Entity) -> dict[str, Field]:
    """What conditions may ask of the rows of a roll-up and of what they link to. How good a record is follows from all
    the rest, so it is not among it."""
    fields, behind = noun.fields, through.reached(noun.fields, system_context().actor)
    near = {name: f for name, f in fields.items() if name not in noun.marks}
    return near | {f.name: f for f in behind if not _of_marks(fields, f.name)}


def _of_marks(fields: Mapping[str, Field], name: str) -> bool:
    link, _mark, inner = name.partition(through.MARK)
    return inner in registry[fields[link].to].marks


def _way_to(noun: Entity, condition: listing.Condition) -> tuple[Step, ...]:
    """Raises Unknown, Invalid."""
    context = system_context()
    listing.condition_q(noun.fields, condition, context)
    steps = []
    for name in condition.field.split(through.MARK):
        f = noun.fields[name]
        if name in noun.marks:
            raise Unknown(_("“%(name)s” cannot be a condition of a roll-up.") % {"name": f.label})
        steps.append(Step(noun, f))
        noun = registry[f.to] if f.kind.name in LINKS else noun
    return tuple(steps)


def spans_of(noun: Entity) -> dict[str, Field]:
    """How long something took, of what begins and ends: a number that a roll-up can add up, and nothing stores."""
    ends = ("starts_at", "ends_at")
    if not all(hasattr(noun.model, name) for name in ends):
        return {}
    return {SPAN: Field(SPAN, KINDS["number"], _lazy("Minutes"), extra={"span": ends})}


def leads_to(link: Field, noun: Entity) -> bool:
    return link.kind.name in LINKS and link.to in (noun.slug, noun.slice_of)


def system_context() -> Context:
    workspace = current()
    return Context(Actor.system(workspace), Reader.of(workspace))


# ---- what depends on what ----------------------------------------------------------------------------
def inputs(computed: Computed) -> Iterator[Place]:
    """All that the field is worked out from."""
    for path in computed.formula.paths if computed.formula else ():
        for step in steps_of(computed.noun, path):
            yield from ((part, step.field.name) for part in parts(step.noun))
    if computed.rollup:
        for name in computed.rollup.names:
            yield from ((part, name) for part in parts(computed.rollup.noun))
        for step in (step for way in computed.rollup.ways for step in way):
            yield from ((part, step.field.name) for part in parts(step.noun))


def _followers(computed: Computed) -> Iterator[tuple[Entity, Follower]]:
    """(a noun on the way, who follows its field): of `party.owner.name` both the party's owner and the name."""
    for path in computed.formula.paths if computed.formula else ():
        steps = steps_of(computed.noun, path)
        for far in range(1, len(steps)):
            links, step = tuple(steps[:far]), steps[far]
            yield step.noun, Follower(computed.noun, computed.key, links, frozenset({step.field.name}))
    if computed.rollup:
        yield from _followers_of_rows(computed, computed.rollup)


def _followers_of_rows(computed: Computed, rollup: Rollup) -> Iterator[tuple[Entity, Follower]]:
    """A condition holds of what a row links to as it is, while that lives; one that names a record holds of those that
    went into it as well."""
    for way in rollup.ways:
        for far in range(1, len(way)):
            names = frozenset({LIVES, way[far].field.name})
            yield way[far].noun, Follower(computed.noun, computed.key, way[:far], names, rollup)
        if way[-1].field.kind.name == "link":
            target, names = registry[way[-1].field.to], frozenset({MERGED})
            yield target, Follower(computed.noun, computed.key, way, names, rollup)


def _in_order(all_of_them: list[Computed]) -> list[Computed]:
    """Each after those of the same record that it reads. What goes in a circle cannot be worked out."""
    by_place = {computed.place: computed for computed in all_of_them}
    ordered: list[Computed] = []
    done: set[Place] = set()

    def visit(computed: Computed) -> None:
        if computed.place not in done:
            done.add(computed.place)
            for place in inputs(computed):
                if place in by_place:
                    visit(by_place[place])
            if not computed.problem:
                ordered.append(computed)

    for computed in all_of_them:
        visit(computed)
    return ordered


def refuse_circles(new: Computed) -> None:
    """Raises Circular if the field would depend on itself, over whatever others."""
    known = {computed.place: computed for computed in current_plan().computed} | {new.place: new}
    seen: set[Place] = set()

    def follow(computed: Computed, way: list[Computed]) -> None:
        for place in set(inputs(computed)):
            if place == new.place:
                names = " ← ".join(str(each.row) for each in [*way, new])
                raise Circular(_("This goes in a circle: %(names)s.") % {"names": names})
            if place in known and place not in seen:
                seen.add(place)
                follow(known[place], [*way, known[place]])

    follow(new, [new])


def users_of(slug: str, key: str) -> list[Computed]:
    """Who reads this field."""
    return [each for each in current_plan().computed if (slug, key) in set(inputs(each))]
