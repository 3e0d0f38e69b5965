"""Partners hear by mail that something awaits them in the portal: an answer to a registration, a lead to take or decline.
What it is about stands in the portal, behind the sign-in."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.mail import send_later
from sila.platform.entities.registry import Changes
from sila.platform.kit.text import isolate
from sila.platform.tenancy.current import scope
from sila.sales.partners.models import DealRegistration, SharedLead
from sila.sales.partners.portal.access import welcome
from sila.sales.partners.portal.models import PortalUser

NOTICE = "portal notice"
SILENT = ("import", "demo")


def follow_registration(registration: DealRegistration, changes: Changes, by: Actor) -> None:
    """An effect: it was decided."""
    if changes.get("status") == DealRegistration.Status.SUBMITTED:
        _tell("registrations", registration, by)


def follow_share(shared: SharedLead, changes: Changes, by: Actor) -> None:
    """An effect: a lead was offered."""
    if shared.version == 1 and shared.status == SharedLead.Status.OFFERED:
        _tell("leads", shared, by)


def _tell(about: str, record: Any, by: Actor) -> None:
    if by.via in SILENT:
        return
    payload = {"about": about, "id": str(record.id), "partner": str(record.partner_id)}
    jobs.enqueue(NOTICE, f"{record.id}.{record.version}", payload, by=by)


@jobs.handles(NOTICE)
def send(job: jobs.Run) -> dict[str, Any]:
    """To each person of the partner who may come in, in their language."""
    with scope(job.workspace):
        rows = PortalUser.objects.filter(welcome(), partner_id=UUID(job.payload["partner"]))
        for user in rows.select_related("tenant"):
            with translation.override(user.language):
                subject, text = words(user, job.payload["about"], job.payload["id"])
            send_later(user.email, subject, text, key=f"{job.row.id}.{user.id}", by=job.by)
        return {"told": len(rows)}


def words(user: PortalUser, about: str, record_id: str) -> tuple[str, str]:
    """Subject and text, in the language that is set."""
    names = {
        "name": isolate(user.name),
        "workspace": isolate(user.tenant.name),
        "address": f"{settings.ADDRESS}/portal/{user.tenant.slug}/{about}/{record_id}",
    }
    if about == "leads":
        subject = _("%(workspace)s shares a lead with you")
        text = _("Peace be upon you, %(name)s.\n\nA shared lead waits for your answer:\n\n%(address)s\n")
    else:
        subject = _("%(workspace)s has answered your deal registration")
        text = _("Peace be upon you, %(name)s.\n\nThe answer stands in the portal:\n\n%(address)s\n")
    return subject % names, text % names
