"""Who is told of approvals: those who can decide, then whoever asked."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy

from sila.platform.notifications.builtin import say_events
from sila.platform.notifications.kinds import Batch, Kind, Told, declare
from sila.platform.notifications.models import Mail
from sila.work.approvals.actions import State, deciders
from sila.work.approvals.kinds import Approver, kind_of
from sila.work.approvals.models import Approval

DECIDED = ("approval_given", "approval_refused")


def asked(batch: Batch) -> Iterator[Told]:
    """Those who can decide what waits; that they see the record is asked when it is written."""
    events = [event for event in batch.of_records if event.kind == "approval_asked"]
    ids = [UUID(event.payload["approval"]) for event in events]
    waiting = {row.id: row for row in Approval.objects.filter(id__in=ids, state=State.WAITING)} if ids else {}
    for event in events:
        approval = waiting.get(UUID(event.payload["approval"]))
        kind = kind_of(approval.kind) if approval else None
        if approval is None or kind is None:
            continue
        whom = Approver(approval.approver_id, approval.role_id)
        for member in deciders(kind, whom, approval.facts):
            if member and member != approval.asked_by_id:
                yield Told(event, member, event.entity, event.record_id)


def decided(batch: Batch) -> Iterator[Told]:
    for event in batch.of_records:
        if event.kind in DECIDED and event.payload.get("asked_by"):
            yield Told(event, UUID(event.payload["asked_by"]), event.entity, event.record_id)


declare(
    Kind(
        "approval asked",
        gettext_lazy("Approval asked"),
        gettext_lazy("Somebody asks for an approval that I can give."),
        icon="rubber-stamp",
        find=asked,
        say=say_events,
        mail=Mail.NOW,
    ),
    before="changed",
)
declare(
    Kind(
        "approval decided",
        gettext_lazy("Approval decided"),
        gettext_lazy("What I asked for was approved or refused."),
        icon="circle-check",
        find=decided,
        say=say_events,
        mail=Mail.NOW,
    ),
    before="changed",
)
