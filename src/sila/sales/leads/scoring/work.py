"""When scores are worked out: with each save of a lead, a minute after work with it, each night, and for all leads when a
rule changes."""

from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.activity.models import Event
from sila.platform.entities import conditions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.kit import clock
from sila.platform.kit.ids import uuid7_at
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.platform.tenancy.writing import rows_wait
from sila.sales.leads.models import Lead
from sila.sales.leads.scoring.models import ScoringLook, ScoringRule
from sila.sales.leads.scoring.working import active_rules, score_one, score_some, write
from sila.work.models import Activity, ActivityLink

ALL, NIGHT, NEW = "score all leads", "score leads by night", "score new leads"
BATCH, FEW = 1000, 300
AGAIN = timedelta(minutes=2)  # events of long transactions come up late: they are looked at again
WORK = [f"{kind}s" for kind in Activity.Kind.values]


# ---- rules -----------------------------------------------------------------------------------------------
def tidy(rule: ScoringRule, changes: Changes, by: Actor) -> None:
    if not -100 <= rule.points <= 100:
        raise Invalid({"points": _("Points go from -100 to 100.")})
    if rule.half_life == 0:
        raise Invalid({"half_life": _("At least one day.")})
    if {"score"} & conditions.fields_in("leads", rule.conditions):
        raise Invalid({"conditions": _("A rule cannot ask for the score that it makes.")})


def begin(rule: ScoringRule, changes: Changes, by: Actor) -> None:
    """An effect of rules."""
    score_anew(rule, by)


def score_anew(rule: ScoringRule, by: Actor) -> None:
    """After a rule changed, went into the trash or came back: few leads at once, many in the background."""
    ids = list(Lead.objects.filter(deleted_at=None).values_list("id", flat=True)[: FEW + 1])
    if len(ids) > FEW:
        jobs.enqueue(ALL, f"{rule.id}:{rule.version}", {}, by=by)
    else:
        write(score_some(ids, active_rules(), clock.now()), by=by)


def follow_save(lead: Lead, changes: Changes, by: Actor) -> None:
    """An effect of leads. Those of an import are scored together when they are all there."""
    if not rows_wait():
        score_one(lead, by=by)


# ---- in the background -----------------------------------------------------------------------------------
@jobs.handles(ALL)
def score_all(job: jobs.Run) -> dict[str, Any]:
    return _walk(job, {})


@jobs.handles(NIGHT)
def by_night(job: jobs.Run) -> dict[str, Any]:
    """Of the open leads: what was worth much yesterday is worth less today."""
    return _walk(job, {"status__in": Lead.OPEN})


@jobs.handles(NEW)
def score_new(job: jobs.Run) -> dict[str, Any]:
    return _walk(job, {"scored_at": None})


def _walk(job: jobs.Run, which: dict[str, Any]) -> dict[str, Any]:
    """In batches, each a transaction; a job that was killed goes on where it was."""
    last, done = job.row.result.get("last", ""), int(job.row.result.get("reached", 0))
    while True:
        with scope(job.workspace), transaction.atomic():
            rows = Lead.objects.filter(deleted_at=None, **which).order_by("id")
            rows = rows.filter(id__gt=UUID(last)) if last else rows
            ids = list(rows.values_list("id", flat=True)[:BATCH])
            write(score_some(ids, active_rules(), clock.now()), by=job.by)
        if not ids:
            return {"scored": done}
        last, done = str(ids[-1]), done + len(ids)
        job.progress(done, None, last=last, reached=done)


def look_everywhere() -> None:
    """Looked at each minute."""
    in_each_workspace(look)


def look(workspace: Workspace) -> None:
    by, rules = Actor.system(workspace, "job"), active_rules()
    if not rules:
        return
    jobs.once_a_day(NIGHT, by=by)
    now = clock.now()
    with transaction.atomic():
        seen, _new = ScoringLook.objects.get_or_create(defaults={"until": now})
        for ids in batched(_worked_with(seen.until - AGAIN), BATCH):
            write(score_some(ids, rules, now), by=by)
        ScoringLook.objects.filter(id=seen.id).update(until=now)
        if Lead.objects.filter(deleted_at=None, scored_at=None).exists():
            jobs.enqueue(NEW, f"{now:%Y-%m-%d %H:%M}", {}, by=by)


def _worked_with(since: datetime) -> set[UUID]:
    """The leads that something was done with, or whose work was changed or thrown away."""
    events = Event.objects.filter(id__gte=uuid7_at(since), entity__in=WORK)
    links, found = ActivityLink.objects.filter(entity="leads"), set[UUID]()
    for work in batched(set(events.values_list("record_id", flat=True)), BATCH):
        found.update(links.filter(activity_id__in=work).values_list("record_id", flat=True))
    return found
