"""What the clock brings up about people: days that come near, facts to remember. Each is told once."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from sila.parties.calendar import next_occurrence
from sila.parties.duplicates import SLUGS
from sila.parties.models import ImportantDate, PartyFact
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.activity.looks import in_each_workspace
from sila.platform.kit import clock

AT_ONCE = 500


def remind_everyone() -> None:
    """Looked at each minute. Running twice reminds once."""
    in_each_workspace(lambda workspace: _remind(Actor.system(workspace, "job")))


def _remind(by: Actor) -> None:
    roll_on(by)
    remind_of_facts(by)


def roll_on(by: Actor) -> int:
    """Days that have passed come back next year. How many did."""
    today = clock.now().date()
    passed = list(ImportantDate.objects.filter(next_on__lt=today)[:AT_ONCE])
    for row in passed:
        ImportantDate.objects.filter(id=row.id).update(next_on=next_occurrence(row.day, row.calendar, today))
    return len(passed)


def remind_of_facts(by: Actor) -> int:
    due = PartyFact.objects.filter(remind_at__lte=clock.now()).select_related("party")
    return sum(_tell(fact, by) for fact in due.order_by("remind_at")[:AT_ONCE])


@transaction.atomic
def _tell(fact: PartyFact, by: Actor) -> bool:
    mine = PartyFact.objects.filter(id=fact.id, remind_at=fact.remind_at).update(remind_at=None)
    if mine:
        party = fact.party
        readers = [str(fact.member_id), str(party.owner_id)]
        log.record(
            "reminder",
            by=by,
            entity=SLUGS[party.kind],
            record_id=party.id,
            title=party.name,
            text=fact.key,
            **({"only_for": readers} if fact.sensitivity == PartyFact.Sensitivity.PRIVATE else {}),
            member=str(fact.member_id or party.owner_id or ""),
        )
    return bool(mine)


def near_dates(owner: UUID | None, *, days: int = 60) -> list[ImportantDate]:
    """The days of this owner's people that are near enough to be reminded of, soonest first: one query."""
    today = clock.now().date()
    soon = ImportantDate.objects.filter(
        next_on__gte=today,
        next_on__lte=today + timedelta(days=days),
        party__owner_id=owner,
        party__deleted_at=None,
    )
    rows = soon.select_related("party").order_by("next_on")[:50]
    return [row for row in rows if row.next_on - timedelta(days=row.remind_days) <= today]
