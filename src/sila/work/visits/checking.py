"""Verbs on the spot: I am here, and what came of it. Said twice, or from two phones, it counts once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import as_choices, registry
from sila.platform.kit import clock
from sila.platform.kit.coordinates import Spot
from sila.work.actions import complete, plan, reschedule
from sila.work.models import Activity, ActivityLink
from sila.work.visits.habits import habits_of
from sila.work.visits.models import VisitCheck

Outcome = VisitCheck.Outcome
VISITS = "visits"
FIELDS = (  # what the menu of a visit and the API ask for when it is over
    Field(
        "outcome",
        KINDS["choice"],
        gettext_lazy("Outcome"),
        required=True,
        choices=as_choices(Outcome.choices),
    ),
    Field("note", KINDS["longtext"], pgettext_lazy("label", "Note"), max_length=400),
    Field("until", KINDS["datetime"], gettext_lazy("Postponed to")),
)


@transaction.atomic
def check_in(
    visit: Activity, *, by: Actor, place: Spot | None = None, accuracy: int | None = None
) -> VisitCheck:
    """They are there. `place` and `accuracy` (in metres) are kept only if they want it in their habits. Who is there already
    stays so. Raises NotFound, NotAllowed, Invalid."""
    visit = _mine(visit, by)
    here = _here(visit)
    if here is not None:
        return here
    if visit.status != Activity.Status.OPEN:
        raise Invalid({"": _("This is not open any more.")})
    keeps = place is not None and habits_of(by.member_id).keeps_place
    kept = {"place": str(place), "accuracy": accuracy} if keeps else {}
    check: VisitCheck = VisitCheck.objects.create(
        visit_id=visit.id, member_id=by.member_id, arrived_at=clock.now(), **kept
    )
    log.record("checked_in", by=by, entity=VISITS, record_id=visit.id, title=visit.subject)
    return check


@transaction.atomic
def check_out(
    visit: Activity,
    *,
    by: Actor,
    outcome: str,
    note: str = "",
    until: datetime | None = None,
    next_kind: str = "",
    next_subject: str = "",
    next_when: datetime | None = None,
) -> VisitCheck:
    """What came of it. `until`: when it is put off to. What is next is planned on the same records. Said again of a visit
    that is over, it changes nothing. Raises NotFound, NotAllowed, Invalid."""
    visit = _mine(visit, by)
    check = _here(visit)
    if check is None:
        return _over(visit)
    _refuse_wrong(outcome, until, next_subject, next_when)
    check.outcome, check.left_at = outcome, max(clock.now(), check.arrived_at)
    check.save(update_fields=["outcome", "left_at"])
    said = _said(outcome, note)
    log.record("checked_out", by=by, entity=VISITS, record_id=visit.id, title=visit.subject, text=said)
    if outcome == Outcome.POSTPONED and until is not None:
        reschedule(visit, by=by, to=until)
    else:
        complete(visit, by=by, outcome=said)
    if next_subject and next_when:
        _plan_next(visit, next_kind or Activity.Kind.TASK, next_subject, next_when, by)
    return check


def latest(visit: Activity) -> VisitCheck | None:
    """Of the times that somebody was there for it."""
    found: VisitCheck | None = VisitCheck.objects.filter(visit_id=visit.id).order_by("-arrived_at").first()
    return found


def _mine(visit: Activity, by: Actor) -> Activity:
    """As it is now, locked: of two phones the second waits for the first."""
    now: Activity = records.get(registry[VISITS], visit.id, by=by, lock=True)
    if not by.may(VISITS, "edit", now):
        raise NotAllowed
    return now


def _here(visit: Activity) -> VisitCheck | None:
    found: VisitCheck | None = VisitCheck.objects.filter(visit_id=visit.id, left_at=None).first()
    return found


def _over(visit: Activity) -> VisitCheck:
    last = latest(visit)
    if last is None:
        raise Invalid({"": _("Check in first.")})
    return last


def _refuse_wrong(outcome: str, until: datetime | None, subject: str, when: datetime | None) -> None:
    errors: dict[str, str] = {}
    if outcome not in Outcome.values:
        errors["outcome"] = _("Say what came of the visit.")
    if outcome == Outcome.POSTPONED and (until is None or until <= clock.now()):
        errors["until"] = _("Choose a moment that is still to come.")
    if bool(subject) != bool(when):
        errors["next_when" if subject else "next_subject"] = _("What is next needs a subject and a moment.")
    if errors:
        raise Invalid(errors)


def _said(outcome: str, note: str) -> str:
    label = str(Outcome(outcome).label)
    return f"{label}: {note}"[:500] if note else label


def _plan_next(visit: Activity, kind: str, subject: str, when: datetime, by: Actor) -> None:
    about = list(ActivityLink.objects.filter(activity_id=visit.id).values_list("entity", "record_id"))
    moment = "due_at" if kind == Activity.Kind.TASK else "starts_at"
    values: dict[str, Any] = {"subject": subject, moment: when}
    plan(kind, values, by=by, about=about, owner_id=visit.owner_id)
