"""What a lead's score comes to.

    score = round(sum of points_r · 0.5 ^ (age_r / half_life_r)), not below 0 and not above 100

over the rules r that the lead meets. age_r, in days, counts from the newest activity of the kind that the rule names, and
for a rule of conditions alone from the moment at which the lead came. Without a half-life points stay whole. (Exponential
decay: https://en.wikipedia.org/wiki/Half-life#Formulas_for_half-life_in_exponential_decay)
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from sila.platform.access.actor import Actor
from sila.platform.entities import conditions
from sila.platform.entities.computed.keeping import catch_up
from sila.platform.entities.computed.plan import current_plan
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.writing import read_once
from sila.sales.leads.models import Lead
from sila.sales.leads.scoring.models import ScoringRule
from sila.work.models import Activity, ActivityLink

LEAST, MOST = 0, 100
DAY = timedelta(days=1)
ANY = ScoringRule.Happened.ANY
Latest = dict[tuple[UUID, str], datetime]  # (lead, kind of activity) -> when the newest was done


@dataclass(frozen=True)
class Reason:
    """What one rule adds: `at` is the moment from which its age counts, `worth` what the points come to now."""

    rule: UUID
    points: int
    at: datetime
    worth: float

    def kept(self) -> dict[str, Any]:
        return {
            "rule": str(self.rule),
            "points": self.points,
            "at": self.at.isoformat(),
            "worth": round(self.worth, 1),
        }


@dataclass(frozen=True)
class Scored:
    """A lead with the score that it should have; `changed`: it has another one now, or for other reasons."""

    lead: Lead
    changed: bool


def active_rules() -> list[ScoringRule]:
    def read() -> list[ScoringRule]:
        return list(ScoringRule.objects.filter(active=True, deleted_at=None).order_by("id"))

    return read_once("scoring rules", read)


def worth(rule: ScoringRule, age: timedelta) -> float:
    """Points after a time, in points."""
    if not rule.half_life:
        return float(rule.points)
    return float(rule.points * 0.5 ** (max(age, timedelta()) / DAY / rule.half_life))


def score_some(ids: Collection[UUID], rules: list[ScoringRule], now: datetime) -> list[Scored]:
    """What is to be written of these leads: two queries, however many rules."""
    columns = conditions.meeting("leads", {f"rule_{n}": rule.conditions for n, rule in enumerate(rules)})
    known = ("id", "created_at", "score", "score_reasons", "scored_at")
    rows = list(Lead.objects.filter(id__in=ids).values(*known, **columns))
    latest = _latest([row["id"] for row in rows], rules)
    scored = []
    for row in rows:
        met = [rule for n, rule in enumerate(rules) if row.get(f"rule_{n}")]
        reasons = list(_reasons(row, met, latest, now))
        score = min(MOST, max(LEAST, round(sum(reason.worth for reason in reasons))))
        kept = [reason.kept() for reason in reasons]
        changed = (score, kept) != (row["score"], row["score_reasons"])
        if changed or row["scored_at"] is None:
            lead = Lead(id=row["id"], score=score, score_reasons=kept, scored_at=now)
            scored.append(Scored(lead, changed))
    return scored


def _latest(ids: Collection[UUID], rules: Iterable[ScoringRule]) -> Latest:
    """When each kind of work was last done with each lead."""
    kinds = {rule.happened for rule in rules if rule.happened}
    if not kinds or not ids:
        return {}
    links = ActivityLink.objects.filter(
        entity="leads",
        record_id__in=ids,
        activity__status=Activity.Status.DONE,
        activity__deleted_at=None,
        activity__done_at__isnull=False,
    )
    if ANY not in kinds:
        links = links.filter(activity__kind__in=kinds)
    found: Latest = {}
    rows = links.order_by().values_list("record_id", "activity__kind").annotate(last=Max("activity__done_at"))
    for lead_id, kind, last in rows:
        found[lead_id, kind] = last
        found[lead_id, ANY] = max(last, found.get((lead_id, ANY), last))
    return found


def _reasons(
    row: dict[str, Any], rules: Iterable[ScoringRule], latest: Latest, now: datetime
) -> Iterable[Reason]:
    for rule in rules:
        at = latest.get((row["id"], rule.happened)) if rule.happened else row["created_at"]
        if at is None or (rule.within_days is not None and now - at > rule.within_days * DAY):
            continue
        yield Reason(rule.id, rule.points, at, worth(rule, now - at))


def score_one(lead: Lead, *, by: Actor) -> None:
    """After a save: the lead is in the database by now."""
    rules = active_rules()
    if rules or lead.score or lead.score_reasons:
        scored = score_some([lead.id], rules, clock.now())
        write(scored, by=by)
        for now in scored:
            lead.score, lead.score_reasons = now.lead.score, now.lead.score_reasons
            lead.scored_at = now.lead.scored_at


def write(scored: list[Scored], *, by: Actor) -> None:
    """Nobody has touched the leads: version and time stay, as of all that is worked out. What follows from a score does."""
    columns = ["score", "score_reasons", "scored_at"]
    Lead.objects.bulk_update([each.lead for each in scored], columns, batch_size=500)
    changed = [each.lead.id for each in scored if each.changed]
    plan = current_plan()
    if changed and (plan.of.get("leads") or plan.watched(registry["leads"])):
        catch_up(registry["leads"], changed, by=by)
