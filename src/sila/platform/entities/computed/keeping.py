"""What the verbs call so that computed fields stay right: before a record is written, and after.

A record's own formulas are worked out with each save of it. What other records make of it follows in the same
transaction if they are few; if they are many, in the background (see work.py).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import extensions, index
from sila.platform.entities.computed import totals as totals_of
from sila.platform.entities.computed import work
from sila.platform.entities.computed.plan import LIVES, Computed, Follower, Plan, Rollup, current_plan
from sila.platform.entities.computed.values import Sight, hold, preload, worked_out
from sila.platform.entities.leading import HANGS, leading, led_from, rows_hanging
from sila.platform.entities.quality.grading import grade, worked_out_in
from sila.platform.entities.registry import Entity
from sila.platform.entities.stored import now
from sila.platform.tenancy.writing import read_once, rows_wait, when_written

FEW = 200  # records that follow at once
FEW_ROWS = 2_000  # that a roll-up is made of at once
Held = dict[str, Any]  # field -> value


@dataclass
class Watch:
    """A record before it is written, and what of it others depend on."""

    entity: Entity
    record: Any
    by: Actor
    before: Held | None = None  # None: it is new, or comes back from the trash
    new: bool = False
    settled: set[str] = field(default_factory=set)  # the computed fields that have another value now

    def spread(self) -> None:
        """Call it when the record is written, in the same transaction."""
        plan = current_plan()
        if not plan.watched(self.entity):
            return
        after = {} if self.record.deleted_at else _held(self.entity, self.record, plan.watched(self.entity))
        before = self.before or {}
        if self.before is None or self.record.deleted_at:  # it comes or goes: what it says is the same
            changed = {LIVES}
        else:
            changed = {name for name, value in after.items() if before.get(name) != value}
        if changed:
            ends = _ends(plan, self.entity, (before, after), [self.record.id])
            touched = Touched(self.entity, {self.record.id: changed}, ends, new=self.new)
            if rows_wait():
                _later(touched, by=self.by, plan=plan)
            else:
                follow(touched, by=self.by, plan=plan)


@dataclass(frozen=True)
class Touched:
    """Records of a noun with the fields that have changed, and where their links lead or led: roll-up -> records."""

    entity: Entity
    names: dict[UUID, set[str]]
    ends: dict[str, set[UUID]]
    new: bool = False  # nothing links to them yet


def settle(entity: Entity, record: Any, *, by: Actor, before: bool = False) -> Watch:
    """Work out the record's own formulas, and its score, before it is written. `before`: it is in the database."""
    plan, watch = current_plan(), Watch(entity, record, by, new=record._state.adding)
    if before and (names := plan.watched(entity)):
        watch.before = _written(entity, record, names)
    if computed := plan.of.get(entity.slug):
        sight = Sight()
        watch.settled = _fill(computed, record, sight, {}, new=record._state.adding)
        if sight.missed:
            work.again(entity, [record.id], by=by)
        elif sight.behind and rows_wait():
            _look_again(entity, record.id, by=by)
    grade(entity, record)
    return watch


def _fill(
    computed: Iterable[Computed], record: Any, sight: Sight, totals: Mapping[str, Any], *, new: bool = False
) -> set[str]:
    """Put the values into the record; the fields that have another one now."""
    changed = set()
    for each in computed:
        if each.formula:
            value = worked_out(each, record, sight)
            value = (value or None) if each.breach else value  # kept where it is broken only
        elif each.key in totals:
            value = totals[each.key]
        elif new:
            value = totals_of.none_of(each, sight)
        else:
            continue
        if record.custom.get(each.key) != value:
            record.custom = {**record.custom, each.key: value}
            changed.add(each.key)
    return changed


def _written(entity: Entity, record: Any, names: Iterable[str]) -> Held:
    stored = entity.rows(trashed=True).filter(id=record.id).first()
    return _held(entity, stored, names) if stored else {}


def _held(entity: Entity, record: Any, names: Iterable[str]) -> Held:
    fields = entity.fields
    return {
        name: now(fields[name], record)
        if name in fields
        else getattr(record, f"{name}_id", getattr(record, name, None))
        for name in names
    }


def _ends(
    plan: Plan, entity: Entity, sides: Iterable[Held], hanging: Collection[UUID]
) -> dict[str, set[UUID]]:
    """Whose roll-ups these records are or were a part of: by their links, and by the rows by which they hang there."""
    ends: dict[str, set[UUID]] = {}
    for total in plan.totals.get(entity.slug, ()):
        assert total.rollup is not None
        link = total.rollup.link
        if hangs := link.extra.get("hangs"):
            rows = rows_hanging(link).filter(**{f"{hangs.link}_id__in": hanging})
            ends[total.key] = set(rows.values_list("record_id", flat=True))
        else:
            ends[total.key] = {UUID(str(side[link.name])) for side in sides if side.get(link.name)}
    return ends


# ---- rows that are written together ----------------------------------------------------------------
def _later(touched: Touched, *, by: Actor, plan: Plan) -> None:
    """What follows from many new rows is brought right at once, when they are written."""
    about = touched.entity.slug, touched.new
    all_of_them = read_once(("touched", about), lambda: Touched(touched.entity, {}, {}, new=touched.new))
    for each, names in touched.names.items():
        all_of_them.names.setdefault(each, set()).update(names)
    for key, ids in touched.ends.items():
        all_of_them.ends.setdefault(key, set()).update(ids)
    when_written(("spread", about), partial(follow, all_of_them, by=by, plan=plan))


def _look_again(entity: Entity, record_id: UUID, *, by: Actor) -> None:
    """A row of the same batch may change what this one has looked up."""
    ids: set[UUID] = read_once(("looked up", entity.slug), set)
    ids.add(record_id)
    when_written(("look again", entity.slug), partial(recompute, entity, ids, by=by))


# ---- what follows ----------------------------------------------------------------------------------
def follow(touched: Touched, *, by: Actor, plan: Plan) -> None:
    """Bring right what depends on these records."""
    slug = touched.entity.slug
    for follower in plan.followers.get(slug, ()) if not touched.new else ():
        ids = [each for each, names in touched.names.items() if follower.names & names]
        if ids:
            _few_or_many(follower, ids, by)
    changed = set().union(*touched.names.values())
    for total in plan.totals.get(slug, ()):
        assert total.rollup is not None
        ends = touched.ends.get(total.key, set())
        if ends and changed & total.rollup.names:
            _roll_up(total.noun, total.key, total.rollup, ends, by)


def _roll_up(noun: Entity, key: str, rollup: Rollup, ids: Collection[UUID], by: Actor) -> None:
    rows = totals_of.rows_behind(rollup, ids).order_by().values("id")[: FEW_ROWS + 1]
    if len(ids) > FEW or rows.count() > FEW_ROWS:
        work.again(noun, ids, by=by, total=key)
    else:
        recompute(noun, ids, by=by, totals={key})


def _few_or_many(follower: Follower, ids: Sequence[UUID], by: Actor) -> None:
    rows = list(those_behind(follower, ids).order_by().values_list("id", flat=True)[: FEW + 1])
    if len(rows) > FEW:
        for each in ids:
            work.follow_link(follower, each, by=by)
    elif rows and follower.rollup:
        _roll_up(follower.noun, follower.key, follower.rollup, rows, by)
    elif rows:
        recompute(follower.noun, rows, by=by)


def those_behind(follower: Follower, ids: Iterable[Any]) -> QuerySet[Any]:
    """The records that are worked out from these: which lead to them over the links, or whose rows do."""
    found: Any = ids
    rows: Any = None
    for step in reversed(follower.links):
        rows = step.noun.rows().filter(leading(step.field, found))
        found = rows.order_by().values("id")
    if follower.rollup:
        return follower.noun.rows(trashed=True).filter(id__in=led_from(follower.rollup.link, found))
    return rows


def recompute(
    entity: Entity,
    ids: Collection[UUID],
    *,
    by: Actor,
    totals: set[str] | None = None,
    patient: bool = False,
) -> None:
    """Work these records out anew and write what differs; of their roll-ups only `totals` (None: none of them)."""
    held = hold(entity.model, set(ids), share=False, patient=patient)
    if held != set(ids):
        work.again(entity, set(ids) - held, by=by, total="all" if totals else "")
    plan, sight = current_plan(), Sight(patient=patient)
    computed = plan.of.get(entity.slug, [])
    records = list(entity.rows(trashed=True).filter(id__in=held))
    preload(sight, computed, records)
    wanted = [each for each in computed if each.rollup and each.key in (totals or ())]
    sums = {each.key: totals_of.totals(each, held, sight) for each in wanted}
    changed: dict[UUID, set[str]] = {}
    before = {record.id: record.custom for record in records}
    lost = unreachable(entity, held)
    for record in records:
        mine = {key: values[record.id] for key, values in sums.items()}
        names = _fill(computed, record, sight, mine)
        if grade(entity, record, unreachable=record.id in lost) or names:
            changed[record.id] = names
    if sight.missed:
        work.again(entity, held, by=by)
    different = [record for record in records if record.id in changed]
    if different:
        _write(entity, different, changed)
        _spread_on(plan, entity, different, changed, before, by)


def unreachable(entity: Entity, ids: Collection[UUID]) -> set[UUID]:
    """Those whose way of contact does not work, as the apps say that keep such ways."""
    found: set[UUID] = set()
    return found.union(*(source(entity, ids) for source in extensions.unreachable)) if ids else found


def catch_up(entity: Entity, ids: Collection[UUID], *, by: Actor) -> None:
    """These records were written past the verbs, as when very many links are moved at once: work them out, and what
    depends on them. Where such a link led before is for the caller to name as well."""
    plan = current_plan()
    recompute(entity, ids, by=by, totals={each.key for each in plan.of.get(entity.slug, ()) if each.rollup})
    if names := plan.watched(entity):
        sides = [_held(entity, record, names) for record in entity.rows().filter(id__in=ids)]
        ends = _ends(plan, entity, sides, ids)
        follow(Touched(entity, dict.fromkeys(ids, names), ends), by=by, plan=plan)


def hung(entity: Entity, ids: Collection[UUID], *, by: Actor) -> None:
    """These records hang on others from now on, by rows of a side table (leading.Hanging)."""
    plan = current_plan()
    if any(total.rollup and "hangs" in total.rollup.link.extra for total in plan.totals.get(entity.slug, ())):
        touched = Touched(entity, {each: {HANGS} for each in ids}, _ends(plan, entity, (), ids), new=True)
        follow(touched, by=by, plan=plan)


def _write(entity: Entity, records: list[Any], changed: Mapping[UUID, set[str]]) -> None:
    """The values, their side table, and what search knows. Nobody has touched the records: version and time stay."""
    entity.model._default_manager.bulk_update(records, worked_out_in(entity), batch_size=500)
    live = [record for record in records if record.deleted_at is None]
    keys = set().union(*changed.values())
    if not keys:
        return
    CustomValue.objects.filter(record_id__in=[record.id for record in live], field__in=keys).delete()
    CustomValue.objects.bulk_create(
        (value for record in live for value in index.custom_values(entity, record) if value.field in keys),
        batch_size=500,
    )
    if entity.search and any(key in keys and f.kind.searchable for key, f in entity.own_fields.items()):
        index.rewrite(entity, live)


def _spread_on(
    plan: Plan,
    entity: Entity,
    records: list[Any],
    changed: Mapping[UUID, set[str]],
    before: Mapping[UUID, Held],
    by: Actor,
) -> None:
    watched = plan.watched(entity)
    names = {each: found & watched for each, found in changed.items() if found & watched}
    if not names:
        return
    links = {total.rollup.link.name for total in plan.totals.get(entity.slug, ()) if total.rollup}
    ends: dict[str, set[UUID]] = {}
    for record in records:
        if record.id in names and record.deleted_at is None:
            for key, ids in _ends(plan, entity, [_held(entity, record, links)], [record.id]).items():
                ends.setdefault(key, set()).update(ids)
    follow(Touched(entity, names, ends), by=by, plan=plan)
