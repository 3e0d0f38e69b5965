"""Partners hear by mail that something awaits them in the portal: an answer to a registration, a lead to take or decline,
a document, when whoever shares it says so. What it is about stands in the portal, behind the sign-in."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs, log
from sila.platform.activity.mail import send_later
from sila.platform.activity.models import Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes, registry
from sila.platform.kit.text import isolate
from sila.platform.tenancy.current import scope, today
from sila.sales.partners import handing_out
from sila.sales.partners.models import DealRegistration, PartnerDocument, SharedLead
from sila.sales.partners.portal.access import welcome
from sila.sales.partners.portal.models import PortalUser

NOTICE = "portal notice"
SILENT = ("import", "demo")
WORDS = {
    "registrations": (
        noop("%(workspace)s has answered your deal registration"),
        noop("Peace be upon you, %(name)s.\n\nThe answer stands in the portal:\n\n%(address)s\n"),
    ),
    "leads": (
        noop("%(workspace)s shares a lead with you"),
        noop("Peace be upon you, %(name)s.\n\nA shared lead waits for your answer:\n\n%(address)s\n"),
    ),
    "documents": (
        noop("%(workspace)s shares a document with you"),
        noop("Peace be upon you, %(name)s.\n\nA new document stands in the portal:\n\n%(address)s\n"),
    ),
}


def follow_registration(registration: DealRegistration, changes: Changes, by: Actor) -> None:
    """An effect: it was decided."""
    if changes.get("status") == DealRegistration.Status.SUBMITTED:
        _tell("registrations", registration, by)


def follow_share(shared: SharedLead, changes: Changes, by: Actor) -> None:
    """An effect: a lead was offered."""
    if shared.version == 1 and shared.status == SharedLead.Status.OFFERED:
        _tell("leads", shared, by)


@transaction.atomic
def tell_of_document(document: PartnerDocument, *, by: Actor) -> None:
    """By mail to all whom it is meant for and who may come in; the same files once a day. Raises Invalid."""
    document = records.unmoved(registry[handing_out.SLUG], document, by=by)
    if not handing_out.is_read(document):
        raise Invalid({"": _("No partner sees this document now.")})
    files = handing_out.files_of([document.id])
    if not files:
        raise Invalid({"": _("Add a file first.")})
    readers = _readers_of(document).count()
    if not readers:
        raise Invalid({"": _("None of the partners whom it is for has anybody in the portal.")})
    key = f"{files[-1].id} {today()}"
    if Job.objects.filter(name=NOTICE, key=key).exists():
        raise Invalid({"": _("They have been told of it today.")})
    jobs.enqueue(NOTICE, key, _payload("documents", document), by=by)
    title = document.name
    log.record(
        "document_told", by=by, entity=handing_out.SLUG, record_id=document.id, title=title, count=readers
    )


def _tell(about: str, record: DealRegistration | SharedLead, by: Actor) -> None:
    if by.via not in SILENT:
        jobs.enqueue(NOTICE, f"{record.id}.{record.version}", _payload(about, record), by=by)


def _payload(about: str, record: DealRegistration | SharedLead | PartnerDocument) -> dict[str, str]:
    return {"about": about, "id": str(record.id), "partner": str(record.partner_id or "")}


def _readers_of(document: PartnerDocument) -> QuerySet[PortalUser]:
    return PortalUser.objects.filter(welcome(), handing_out.readers_of(document, "partner__"))


@jobs.handles(NOTICE)
def send(job: jobs.Run) -> dict[str, Any]:
    """To each person who may come in, in their language."""
    about = job.payload["about"]
    with scope(job.workspace):
        if about == "documents":
            document = PartnerDocument.objects.get(id=UUID(job.payload["id"]))
            rows, where = _readers_of(document), "documents/"
        else:
            rows = PortalUser.objects.filter(welcome(), partner_id=UUID(job.payload["partner"]))
            where = f"{about}/{job.payload['id']}"
        for user in rows.select_related("tenant"):
            with translation.override(user.language):
                subject, text = words(user, about, where)
            send_later(user.email, subject, text, key=f"{job.row.id}.{user.id}", by=job.by)
        return {"told": len(rows)}


def words(user: PortalUser, about: str, where: str) -> tuple[str, str]:
    """Subject and text, in the language that is set."""
    names = {
        "name": isolate(user.name),
        "workspace": isolate(user.tenant.name),
        "address": f"{settings.ADDRESS}/portal/{user.tenant.slug}/{where}",
    }
    subject, text = WORDS[about]
    return _(subject) % names, _(text) % names
