"""The search for duplicates over the stored base: all of it, or what somebody has touched. It fills DuplicatePair.

Nothing is merged. What people decided about a pair stays as it is, whatever is found again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import batched
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from sila.parties import automatic
from sila.parties.duplicates import PROFILE_COLUMNS, profile_of_row
from sila.parties.matching import (
    MATCH,
    STRONG,
    Found,
    Match,
    Pair,
    Profile,
    by_a_third,
    compare,
    find_pairs,
)
from sila.parties.matching import keys as keys_of
from sila.parties.models import ContactPoint, DuplicatePair, Party
from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.activity.models import Job
from sila.platform.entities.merging import merged
from sila.platform.entities.registry import Changes
from sila.platform.kit import clock
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.platform.tenancy.writing import read_once

EVERYTHING, TOUCHED = "look for duplicates", "look for duplicates of the touched"
KINDS = ("person", "organization")
WAIT = timedelta(seconds=10)  # what is touched within it is looked at together
UNDECIDED = (DuplicatePair.Decision.OPEN, DuplicatePair.Decision.LATER)
COMPARED = frozenset((*PROFILE_COLUMNS, "organization"))
NIGHT = (2, 3, 4)  # hours
MOST_AT_NIGHT = 300_000  # records
BATCH = 500
CROWD = 2_000  # touched records, from which on all are looked through
AT_ONCE = 100  # touched records, between two signs of life
MOST, MOST_NEAR = 5_000, 50  # records that are near a batch; longer forms of one name


# ---- everything --------------------------------------------------------------------------------------
def begin(*, by: Actor) -> Job:
    """Look through the whole base, in the background; the search that is under way, if there is one."""
    return under_way() or jobs.enqueue(EVERYTHING, str(uuid7()), {}, by=by)


def begin_nightly() -> None:
    """Looked at each minute: at night, by the clock of each workspace, once, if somebody touched anybody since the last
    night. Whoever has more people than fit into memory at ease is looked at as they are touched."""
    in_each_workspace(_begin_at_night)


def _begin_at_night(workspace: Workspace) -> None:
    now = clock.now().astimezone(ZoneInfo(workspace.timezone))
    live = Party.objects.filter(kind__in=KINDS, deleted_at=None)
    if now.hour in NIGHT and live.filter(updated_at__gte=now - timedelta(days=1)).exists():
        by = Actor.system(workspace, "job")
        jobs.enqueue(EVERYTHING, f"night {now.date()}", {"most": MOST_AT_NIGHT}, by=by)


def under_way() -> Job | None:
    return Job.objects.filter(name=EVERYTHING, state__in=(Job.State.WAITING, Job.State.RUNNING)).first()


@jobs.handles(EVERYTHING)
def look_through_everything(job: jobs.Run) -> dict[str, Any]:
    started, found = clock.now(), 0
    if _too_many(job, job.payload.get("most")):
        return {}
    with scope(job.workspace):
        apart = told_apart()
    for kind in KINDS:
        profiles = _all_profiles(job, kind)
        told = partial(_tell, job, len(profiles))
        for some in batched(find_pairs(profiles, apart=apart, told=told), BATCH, strict=False):
            with scope(job.workspace), transaction.atomic():
                found += keep(kind, some, told_apart())
    with scope(job.workspace), transaction.atomic():
        DuplicatePair.objects.filter(decision="", found_at__lt=started).delete()
    return {"found": found, "merged": sum(automatic.merge_certain(job, kind) for kind in KINDS)}


def _too_many(job: jobs.Run, most: int | None) -> bool:
    """To be looked through without being asked. Whoever asks for the search by hand gets it."""
    with scope(job.workspace):
        live = Party.objects.filter(kind__in=KINDS, deleted_at=None)
        return most is not None and live[: most + 1].count() > most


def _tell(job: jobs.Run, total: int, done: int) -> None:
    job.progress(done, total)


def _all_profiles(job: jobs.Run, kind: str) -> list[Profile]:
    """Read by key and in steps, so that no transaction is long and the job's lease is renewed."""
    profiles: list[Profile] = []
    last: UUID | None = None
    while True:
        with scope(job.workspace):
            rows = Party.objects.filter(kind=kind, deleted_at=None).order_by("id")
            some = profiles_of((rows.filter(id__gt=last) if last else rows)[: BATCH * 10])
        profiles += some
        if len(some) < BATCH * 10:
            return profiles
        last = some[-1].id
        job.progress(0, len(profiles))


def profiles_of(parties: "QuerySet[Party]") -> list[Profile]:
    """Two queries: the rows, and the phones and addresses that they have besides the first."""
    rows = list(parties.values(*PROFILE_COLUMNS))
    if not rows:
        return []
    more: dict[UUID, list[tuple[str, str]]] = {}
    points = ContactPoint.objects.filter(primary=False, kind__in=("phone", "email"))
    if len(rows) <= BATCH:
        points = points.filter(party_id__in=[row["id"] for row in rows])
    else:  # they come in the order of their ids
        points = points.filter(party_id__gte=rows[0]["id"], party_id__lte=rows[-1]["id"])
    for party_id, kind, norm in points.values_list("party_id", "kind", "norm"):
        more.setdefault(party_id, []).append((kind, norm))
    return [profile_of_row(row, more.get(row["id"], ())) for row in rows]


# ---- what was touched --------------------------------------------------------------------------------
def look_again(party: Party, changes: Changes, by: Actor) -> None:
    """An effect of every save. One job waits for all that is touched within a few seconds, so that an import of
    thousands makes one and not thousands."""
    if party.version > 1 and not COMPARED & changes.keys():
        return
    since = int(party.updated_at.timestamp()) // WAIT.seconds * WAIT.seconds
    read_once(("duplicates", since), partial(_await, since, by))


def _await(since: int, by: Actor) -> Job:
    begin = datetime.fromtimestamp(since, UTC)
    return jobs.enqueue(TOUCHED, str(since), {"since": begin.isoformat()}, by=by, run_at=begin + WAIT * 1.2)


@jobs.handles(TOUCHED)
def look_at_the_touched(job: jobs.Run) -> dict[str, Any]:
    since, found, done = datetime.fromisoformat(job.payload["since"]), 0, 0
    touched = {kind: _touched(job, kind, since) for kind in KINDS}
    if sum(map(len, touched.values())) > CROWD and not _too_many(job, MOST_AT_NIGHT):
        _look_through_soon(job, since)
        return {"later": True}
    for kind, ids in touched.items():
        for some in batched(ids, AT_ONCE, strict=False):
            with scope(job.workspace):
                found += look_at(kind, some)
            done += len(some)
            job.progress(done)
    return {"found": found, "merged": sum(automatic.merge_certain(job, kind) for kind in KINDS)}


def _touched(job: jobs.Run, kind: str, since: datetime) -> list[UUID]:
    """What is touched later has a job of its own."""
    with scope(job.workspace):
        rows = Party.objects.filter(kind=kind, deleted_at=None)
        rows = rows.filter(updated_at__gte=since, updated_at__lt=since + WAIT)
        return list(rows.order_by("updated_at", "id").values_list("id", flat=True))


def _look_through_soon(job: jobs.Run, since: datetime) -> None:
    """After an import of thousands the whole base is quicker than one after the other. A search that waits already
    will see these too; one that runs may not."""
    with scope(job.workspace), transaction.atomic():
        if not Job.objects.filter(name=EVERYTHING, state=Job.State.WAITING).exists():
            soon, most = clock.now() + WAIT * 6, {"most": MOST_AT_NIGHT}
            jobs.enqueue(EVERYTHING, f"after {since.isoformat()}", most, by=job.by, run_at=soon)


def look_at(kind: str, ids: Sequence[UUID]) -> int:
    """Find the pairs of these records anew; how many there are. Pairs that are no more and undecided go.

    Reading and comparing take their time and lock nothing; only what came of it is one transaction.
    """
    started = clock.now()
    live = Party.objects.filter(kind=kind, deleted_at=None)
    touched = profiles_of(live.filter(id__in=ids))
    near = profiles_of(live.filter(id__in=_near(kind, live.filter(id__in=ids), touched)))
    apart = told_apart()
    pairs = list(_compared(touched, near))
    pairs += by_a_third([*pairs, *_further(kind, pairs)], apart)
    with transaction.atomic():
        found = keep(kind, pairs, apart)
        stale = DuplicatePair.objects.filter(decision="", found_at__lt=started)
        stale.filter(first_id__in=ids).delete()
        stale.filter(second_id__in=ids).delete()
    return found


def _near(kind: str, rows: "QuerySet[Party]", touched: Sequence[Profile]) -> set[UUID]:
    """Who has a phone, an e-mail or a name of theirs, or the short or the long form of a name: each on an index."""
    live = Party.objects.filter(kind=kind, deleted_at=None)
    norms = {norm for profile in touched for norm in (*profile.phones, *profile.emails)}
    points = ContactPoint.objects.filter(norm__in=norms, party__kind=kind, party__deleted_at=None)
    found = set(points.values_list("party_id", flat=True)[:MOST])
    names = list(rows.values_list("name_fold", "name_key"))
    keys = {form for _fold, key in names for form in _short_forms(key)}
    for same in (Q(name_fold__in={fold for fold, _key in names}), Q(name_key__in=keys)):
        found |= set(live.filter(same).values_list("id", flat=True)[:MOST])
    for begin, end in {(key.split()[0], key.split()[-1]) for _fold, key in names if " " in key}:
        # the range lets the index serve, in any collation; the rest says what is meant
        reach = live.filter(name_key__gte=begin, name_key__lt=f"{begin}zzzz")
        longer = reach.filter(name_key__startswith=f"{begin} ", name_key__endswith=f" {end}")
        found |= set(longer.values_list("id", flat=True)[:MOST_NEAR])
    return found


def _short_forms(key: str) -> set[str]:
    """«محمد العتيبي» and «محمد سعد العتيبي» of a name of four parts."""
    words = key.split()
    return {key, *(" ".join((*words[:kept], words[-1])) for kept in range(1, len(words) - 1))} - {""}


def _compared(touched: Sequence[Profile], near: Iterable[Profile]) -> Iterator[Found]:
    """The touched against the near; in a batch of hundreds only those that share a key."""
    blocks: dict[str, list[Profile]] = {}
    for profile in near:
        for key in keys_of(profile):
            blocks.setdefault(key, []).append(profile)
    seen = set()
    for profile in touched:
        for other in {each.id: each for key in keys_of(profile) for each in blocks.get(key, ())}.values():
            pair = frozenset((profile.id, other.id))
            if len(pair) == 2 and pair not in seen:
                seen.add(pair)
                match = compare(profile, other)
                if match.score >= MATCH:
                    yield profile, other, match


def _further(kind: str, pairs: Iterable[Found]) -> Iterator[Found]:
    """The stored pairs of those that are one with the touched: a third may hold them together with whom they lead to."""
    strong = [(a, b) for a, b, match in pairs if match.score >= STRONG]
    met = {profile.id: profile for pair in strong for profile in pair}
    stored = DuplicatePair.objects.filter(
        Q(first_id__in=met) | Q(second_id__in=met), kind=kind, decision__in=UNDECIDED, score__gte=STRONG
    )
    rows = list(stored.values_list("first_id", "second_id", "score")[:MOST]) if met else []
    beyond = {each for row in rows for each in row[:2]} - met.keys()
    live = Party.objects.filter(kind=kind, deleted_at=None, id__in=beyond)
    known = met | {profile.id: profile for profile in (profiles_of(live) if beyond else ())}
    for first, second, score in rows:
        if first in known and second in known:
            yield known[first], known[second], Match(score, ())


def keep(kind: str, found: Iterable[Found], apart: frozenset[Pair]) -> int:
    """Write the pairs, or their new score; what was decided stays, also of what was merged into one of them."""
    rows = [_row(kind, *each) for each in found if frozenset((each[0].id, each[1].id)) not in apart]
    DuplicatePair.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["tenant", "first_id", "second_id"],
        update_fields=["score", "reasons", "found_at"],
        batch_size=BATCH,
    )
    return len(rows)


def told_apart() -> frozenset[Pair]:
    """What people said is not the same. Where a record went, there goes what was said of it."""
    said = DuplicatePair.objects.filter(decision=DuplicatePair.Decision.DIFFERENT)
    pairs = list(said.values_list("first_id", "second_id"))
    now = merged.roots({each for pair in pairs for each in pair})
    return frozenset(frozenset((now.get(a, a), now.get(b, b))) for a, b in pairs)


def _in_order(a: UUID, b: UUID) -> tuple[UUID, UUID]:
    return (a, b) if a < b else (b, a)


def _row(kind: str, a: Profile, b: Profile, match: Match) -> DuplicatePair:
    first, second = _in_order(a.id, b.id)
    reasons = [[reason.code, round(reason.bits, 1)] for reason in match.reasons]
    return DuplicatePair(
        kind=kind, first_id=first, second_id=second, score=match.score, reasons=reasons, found_at=clock.now()
    )
