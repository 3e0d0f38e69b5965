"""Whoever gets the leads of a form is told of what it held: nobody looks for what they do not know of."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy, ngettext

from sila.platform.activity.models import Event
from sila.platform.entities.listing import address_of
from sila.platform.entities.registry import registry
from sila.platform.kit.numbers import format_number
from sila.platform.notifications.kinds import Batch, Kind, Line, Told, declare
from sila.platform.notifications.models import Mail, Notification
from sila.sales.leads.capture.models import FormSubmission

SLUG, FORMS = "form-submissions", "lead-forms"


def held(batch: Batch) -> Iterator[Told]:
    """As something about the form, so that a flood of spam rings once: one question for all of them."""
    sent = {
        event.record_id: event for event in batch.events if event.entity == SLUG and event.kind == "created"
    }
    if not sent:
        return
    kept = FormSubmission.objects.filter(id__in=sent, state=FormSubmission.State.HELD, deleted_at=None)
    rows = list(kept.values_list("id", "form_id", "form__assign_to_id"))
    makers = _makers({form for _submission, form, member in rows if not member})
    for submission, form, member in rows:
        if member := member or makers.get(form):
            yield Told(sent[submission], member, FORMS, form)


def _makers(forms: set[UUID]) -> dict[UUID | None, UUID | None]:
    """Who made those whose leads go to nobody by name."""
    made = Event.objects.filter(record_id__in=forms, entity=FORMS, kind="created") if forms else ()
    return {event.record_id: event.member_id for event in made}


def say(line: Line) -> Any:
    number = len(line.events)
    words = ngettext("held one submission for review", "held %(count)s submissions for review", number)
    return words % {"count": format_number(number, digits=line.context.reader.digits)}


def where(notification: Notification, slug: str) -> str:
    """All that this form holds."""
    return address_of(registry[SLUG], "held", slug, f"form:any:{notification.record_id}")


declare(
    Kind(
        "held",
        gettext_lazy("Held submissions"),
        gettext_lazy("A form whose leads I get, or that I made, holds something that may be spam."),
        icon="shield-question",
        find=held,
        say=say,
        url=where,
        mail=Mail.DAILY,
    ),
    before="changed",
)
