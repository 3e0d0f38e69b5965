"""Whoever looks after a partner is told what the partner's people do in the portal."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy

from sila.platform.notifications.builtin import say_events
from sila.platform.notifications.kinds import Batch, Kind, Told, declare
from sila.platform.notifications.models import Mail
from sila.sales.partners.models import DealRegistration, SharedLead

MODELS = {"deal-registrations": DealRegistration, "shared-leads": SharedLead}


def found(batch: Batch) -> Iterator[Told]:
    """Registrations and answers: one query for each of the two nouns, and only if there are any."""
    events = [event for event in batch.events if event.via == "portal" and event.entity in MODELS]
    owners: dict[UUID, UUID] = {}
    for slug, model in MODELS.items():
        ids = [event.record_id for event in events if event.entity == slug]
        if ids:
            rows = model._default_manager.filter(id__in=ids).exclude(partner__owner_id=None)
            owners |= dict(rows.values_list("id", "partner__owner_id"))
    for event in events:
        if event.record_id in owners:
            yield Told(event, owners[event.record_id], event.entity, event.record_id)


declare(
    Kind(
        "partners",
        gettext_lazy("Partners in the portal"),
        gettext_lazy("A partner that I look after registers a deal, or answers about a shared lead."),
        icon="heart-handshake",
        find=found,
        say=say_events,
        mail=Mail.NOW,
    ),
    before="assigned",
)
