"""Documents that partners may read: whom each is for, for how long, and that it can be withdrawn."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sila.documents.models import File
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Changes, registry
from sila.platform.kit.folding import fold
from sila.platform.tenancy.current import today
from sila.sales.partners.models import Partner, PartnerDocument

SLUG = "partner-documents"
Audience, Status = PartnerDocument.Audience, PartnerDocument.Status


def derive(document: PartnerDocument, changes: Changes, by: Actor) -> None:
    document.name_fold = fold(document.name)[:200]
    wanted = {Audience.ONE: "partner", Audience.TIER: "tier"}.get(Audience(document.audience), "")
    given = {"partner": bool(document.partner_id), "tier": bool(document.tier)}
    if wanted and not given[wanted]:
        raise Invalid({wanted: _("Say whom it is for.")})
    for name, said in given.items():
        if said and name != wanted:
            raise Invalid({name: _("It is for others: leave this empty, or choose differently who sees it.")})


def meant_for(partner: Partner) -> Q:
    """What a partner may read today."""
    theirs = Q(audience=Audience.ONE, partner_id=partner.id)
    tier = Q(audience=Audience.TIER, tier=partner.tier)
    lasting = Q(until__isnull=True) | Q(until__gte=today())
    return Q(status=Status.SHARED) & lasting & (theirs | tier | Q(audience=Audience.ALL))


def is_read(document: PartnerDocument) -> bool:
    """Whether any partner may read it today."""
    lasts = document.until is None or document.until >= today()
    return document.status == Status.SHARED and document.deleted_at is None and lasts


def readers_of(document: PartnerDocument, path: str = "") -> Q:
    """From its side: the partners who may read it today. `path`: the way to them."""
    if not is_read(document):
        return Q(pk__in=())
    if document.audience == Audience.ALL:
        return Q()
    one = document.audience == Audience.ONE
    return Q(**({f"{path}id": document.partner_id} if one else {f"{path}tier": document.tier}))


@transaction.atomic
def withdraw(document: PartnerDocument, *, by: Actor) -> PartnerDocument:
    """From here on it is as if it had never been there."""
    return _enter(document, Status.WITHDRAWN, "document_withdrawn", by)


@transaction.atomic
def share_again(document: PartnerDocument, *, by: Actor) -> PartnerDocument:
    return _enter(document, Status.SHARED, "document_shared", by)


def _enter(document: PartnerDocument, status: str, kind: str, by: Actor) -> PartnerDocument:
    document = records.unmoved(registry[SLUG], document, by=by)
    if document.status == status:
        raise Invalid({"": _("It is so already.")})
    records.enter(registry[SLUG], document, {"status": status}, by=by, kind=kind)
    return document


# ---- its files -----------------------------------------------------------------------------------------
def files_of(documents: list[UUID]) -> list[File]:
    """The files that hang on them, the first added first."""
    rows = File.objects.filter(entity=SLUG, record_id__in=documents, deleted_at=None)
    return list(rows.order_by("id")) if documents else []


def note_download(document: PartnerDocument, file: File, *, by: Actor) -> None:
    """Who took which file along stands in the timeline of the document."""
    more = {"text": file.name, "file": str(file.id)}
    log.record("document_downloaded", by=by, entity=SLUG, record_id=document.id, title=document.name, **more)


# ---- on its page ---------------------------------------------------------------------------------------
def flags(document: PartnerDocument, context: Context) -> list[dict[str, Any]]:
    """Why nobody sees it, where that is so."""
    if document.status == Status.WITHDRAWN:
        return [{"kind": "info", "text": _("It is withdrawn: no partner sees it.")}]
    if document.until and document.until < context.reader.today:
        return [{"kind": "warn", "text": _("Its last day has passed: no partner sees it.")}]
    if not files_of([document.id]):
        return [{"kind": "warn", "text": _("It has no file yet: add one, and partners see it.")}]
    return []
