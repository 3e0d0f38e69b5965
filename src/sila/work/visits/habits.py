"""What a member's days of visits begin with."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.work.visits.models import VisitHabits

NAMES = ("start_at", "end_at", "minutes", "between", "quiet_days", "office", "keeps_place")


def habits_of(member_id: UUID | None) -> VisitHabits:
    """Those that were kept, or the usual ones, which are not kept yet."""
    kept: VisitHabits | None = VisitHabits.objects.filter(member_id=member_id).first()
    return kept or VisitHabits(member_id=member_id)


@transaction.atomic
def set_habits(*, by: Actor, **values: Any) -> VisitHabits:
    """One's own. Raises NotAllowed, Invalid."""
    if by.member_id is None or by.read_only:
        raise NotAllowed
    if values["end_at"] <= values["start_at"]:
        raise Invalid({"end_at": _("The day ends after it begins.")})
    kept, _made = VisitHabits.objects.update_or_create(
        member_id=by.member_id, defaults={name: values[name] for name in NAMES}
    )
    found: VisitHabits = kept
    return found
