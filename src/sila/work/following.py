"""The next activity about a record, as small dialogs ask for it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import as_choices
from sila.work.actions import plan
from sila.work.models import Activity


def next_fields(prefix: str = "") -> tuple[Field, ...]:
    """Kind, subject and moment. `prefix`: of their names, where they stand among others."""
    kinds = as_choices([pair for pair in Activity.Kind.choices if pair[0] != Activity.Kind.NOTE])
    label = gettext_lazy("Next activity")
    return (
        Field(f"{prefix}kind", KINDS["choice"], label, required=True, choices=kinds),
        Field(f"{prefix}subject", KINDS["text"], gettext_lazy("Subject"), required=True, max_length=200),
        Field(f"{prefix}when", KINDS["datetime"], gettext_lazy("When"), required=True),
    )


def plan_next(
    slug: str, record_id: UUID, *, by: Actor, kind: str, subject: str, when: datetime, note: str = ""
) -> Activity:
    """`when` is when a task is due, and when anything else begins."""
    moment = "due_at" if kind == Activity.Kind.TASK else "starts_at"
    return plan(kind, {"subject": subject, moment: when, "body": note}, by=by, about=[(slug, record_id)])
