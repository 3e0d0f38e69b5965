"""What a changed tree would move, seen before it is done, and done in the background: in chunks, each a transaction.

Of few records the look is taken at once; of many by a job, whose result stays readable as long as the tree is the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sila.parties.territories.placing import Why, followers, move_some
from sila.parties.territories.tree import RULES, WHERE, placed, tree
from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import current, scope

LOOK, APPLY = "look at territories", "apply territories"
AT_ONCE = 2000  # records of a noun
CHUNK = 1000
EXAMPLES = 3
LIVE = (Job.State.WAITING, Job.State.RUNNING)
SLUG = "territories"


@dataclass
class Moves:
    """What would move from where to where: how many, and the first of them."""

    noun: str
    before: str | None
    now: str | None
    number: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)  # id, title

    def plain(self) -> dict[str, Any]:
        return vars(self)


Found = dict[tuple[str, str | None, str | None], Moves]


def nouns() -> list[Entity]:
    return [registry[slug] for slug in RULES if slug in registry]


def few() -> bool:
    """Whether all records can be looked at while somebody waits."""
    return all(entity.rows()[: AT_ONCE + 1].count() <= AT_ONCE for entity in nouns())


def chunks(entity: Entity, last: str = "") -> Iterator[list[dict[str, Any]]]:
    """The live records that rules may move, with where they stand; each chunk in a query of its own."""
    named = [name for name in WHERE if name in entity.model_fields]
    while True:
        rows = entity.rows().filter(territory_chosen=False).order_by("id")
        rows = rows.filter(id__gt=UUID(last)) if last else rows
        asked = rows.values("id", "territory_id", *entity.title, *named, **tree().columns(entity.slug))
        found = list(asked[:CHUNK])
        if not found:
            return
        yield found
        last = str(found[-1]["id"])


def count(entity: Entity, rows: list[dict[str, Any]], found: Found) -> None:
    """Add what of these rows would move, and what goes along with them."""
    moving = {}
    for row in rows:
        place = tree().place_of(entity.slug, row)
        if place != row["territory_id"]:
            moving[row["id"]] = place
            _add(found, entity, row["territory_id"], place, row["id"], entity.title_of(row))
    for follower in followers:
        if moving and entity.slug in follower.of:
            noun, column = registry[follower.slug], f"{follower.link}_id"
            for row in follower.rows(moving).values("id", "territory_id", column, *noun.title):
                place = moving[row[column]]
                if row["territory_id"] != place:
                    _add(found, noun, row["territory_id"], place, row["id"], noun.title_of(row))


def _add(found: Found, noun: Entity, before: UUID | None, now: UUID | None, each: UUID, title: str) -> None:
    old, new = (str(place) if place else None for place in (before, now))
    moves = found.setdefault((noun.slug, old, new), Moves(noun.slug, old, new))
    moves.number += 1
    if len(moves.examples) < EXAMPLES:
        moves.examples.append((str(each), title))


def in_order(found: Found) -> list[dict[str, Any]]:
    return [moves.plain() for moves in sorted(found.values(), key=lambda each: -each.number)]


def look_now() -> list[dict[str, Any]]:
    found: Found = {}
    for entity in nouns():
        for rows in chunks(entity):
            count(entity, rows, found)
    return in_order(found)


# ---- in the background -----------------------------------------------------------------------------------
def may_apply(by: Actor) -> bool:
    return by.can(SLUG, "edit")


@transaction.atomic
def begin(name: str, *, by: Actor) -> Job:
    """Look at all records, or move them. Raises NotAllowed, Invalid."""
    if not may_apply(by):
        raise NotAllowed
    if under_way():
        raise Invalid({"": _("This is under way already.")})
    return jobs.enqueue(name, f"{current().shape_version}:{clock.now():%Y%m%d%H%M%S%f}", {}, by=by)


def under_way() -> Job | None:
    found: Job | None = Job.objects.filter(name__in=(LOOK, APPLY), state__in=LIVE).order_by("-id").first()
    return found


def last_look() -> Job | None:
    """The newest that is done, if the tree is still the same and nothing was moved since."""
    done = Job.objects.filter(name__in=(LOOK, APPLY), state=Job.State.DONE).order_by("-id").first()
    same = done and done.name == LOOK and done.key.startswith(f"{current().shape_version}:")
    return done if same else None


@jobs.handles(LOOK)
def look(job: jobs.Run) -> dict[str, Any]:
    found: Found = {}
    done = 0
    with scope(job.workspace):
        wanted = nouns()
    for entity in wanted:
        last = ""
        while True:
            with scope(job.workspace):
                rows = next(chunks(entity, last), [])
                count(entity, rows, found)
            if not rows:
                break
            last, done = str(rows[-1]["id"]), done + len(rows)
            job.progress(done)
    return {"moves": in_order(found), "looked": done}


@jobs.handles(APPLY)
def apply(job: jobs.Run) -> dict[str, Any]:
    """A job that was killed goes on where it was."""
    state = job.row.result
    moved, done = int(state.get("moved", 0)), int(state.get("reached", 0))
    with scope(job.workspace):
        wanted = nouns()
    begun = [entity.slug for entity in wanted].index(state["noun"]) if state.get("noun") else 0
    last = state.get("last", "")
    for entity in wanted[begun:]:
        while True:
            with scope(job.workspace), transaction.atomic():
                ids = [row["id"] for row in next(chunks(entity, last), [])]
                moved += move_some(entity.slug, placed(entity.slug, ids), by=job.by, why=Why.TREE)
            if not ids:
                break
            last, done = str(ids[-1]), done + len(ids)
            job.progress(done, None, noun=entity.slug, last=last, moved=moved, reached=done)
        last = ""
    return {"moved": moved + _bring_along(job)}


def _bring_along(job: jobs.Run) -> int:
    """What stands elsewhere than its customer, as before there were territories."""
    moved = 0
    for follower in followers:
        while True:
            with scope(job.workspace), transaction.atomic():
                theirs = F(f"{follower.link}__territory_id")
                rows = registry[follower.slug].rows().filter(territory_chosen=False)
                astray = rows.exclude(**{f"{follower.link}__territory_id": None}).exclude(territory_id=theirs)
                places = dict(
                    astray.order_by("id").values_list("id", f"{follower.link}__territory_id")[:CHUNK]
                )
                number = move_some(follower.slug, places, by=job.by, why=Why.CUSTOMER)
            if not number:
                break
            moved += number
            job.progress(moved)
    return moved
