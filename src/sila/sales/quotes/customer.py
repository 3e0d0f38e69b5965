"""What a customer does with a quote through their link: open it, sign it, decline it. They are nobody's member."""

import hashlib
import re
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.documents.actions import attach
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.text import clean_text
from sila.platform.tenancy.models import Workspace
from sila.sales.quotes.actions import accept_locked, decline_locked
from sila.sales.quotes.models import Quote, QuoteLink, Signature
from sila.sales.quotes.paper import pdf_of
from sila.sales.quotes.rules import SLUG

STROKES = re.compile(r"(?:[ML] ?\d{1,3}(?:\.\d)? \d{1,3}(?:\.\d)? ?)+")
LONGEST_DRAWING = 30_000


class Ended(Exception):
    """The link was in order once: it has run out, or the offer has."""


@dataclass(frozen=True)
class Hand:
    """Who signs, as they say themselves, and from where. `drawing` is None where the typed name is the signature."""

    name: str
    title: str = ""
    drawing: str | None = None
    agreed: bool = False
    address: str | None = None
    agent: str = ""
    language: str = "ar"


def quote_behind(link_id: UUID, *, lock: bool = False) -> Quote:
    """Raises NotFound for a link that never was or whose quote is gone, Ended for one that has run out. What has been
    answered can still be read by the link that led to the answer."""
    link = QuoteLink.objects.filter(id=link_id).first()
    if link is None:
        raise NotFound
    rows = Quote.objects.filter(id=link.quote_id, deleted_at=None)
    quote: Quote | None = (records.locked(rows) if lock else rows).first()
    if quote is None:
        raise NotFound
    answered = quote.status in (Quote.Status.ACCEPTED, Quote.Status.DECLINED)
    replaced = quote.status == Quote.Status.REPLACED
    if replaced or (not answered and (link.ended_at is not None or link.expires_at <= clock.now())):
        raise Ended
    return quote


def note_opening(quote: Quote, *, workspace: Workspace) -> None:
    """The first time, in the quote's history."""
    by = Actor.system(workspace)
    with transaction.atomic():
        if Quote.objects.filter(id=quote.id, seen_at=None).update(seen_at=clock.now()):
            log.record(
                "quote_seen", by=by, entity=SLUG, record_id=quote.id, title=quote.name, who=_customer(quote)
            )


def sign(link_id: UUID, hand: Hand, *, workspace: Workspace) -> Quote:
    """Accept, once: a second press finds it accepted. The signed paper hangs on the quote, and its fingerprint stands in
    the signature. Raises NotFound, Ended, Invalid."""
    hand = _checked(hand)
    by = Actor.system(workspace)
    with transaction.atomic():
        quote = quote_behind(link_id, lock=True)
        if quote.status == Quote.Status.ACCEPTED:
            return quote
        signature = Signature(
            quote_id=quote.id,
            name=hand.name,
            title=hand.title,
            manner=Signature.Manner.DRAWN if hand.drawing else Signature.Manner.TYPED,
            drawing=hand.drawing or "",
            at=clock.now(),
            address=hand.address,
            agent=hand.agent[:300],
            language=hand.language,
        )
        paper = pdf_of(quote, workspace, signature=signature)
        signature.document = hashlib.sha256(paper).hexdigest()
        signature.save(force_insert=True)
        accept_locked(quote, by=by, who=hand.name, signed=True)
        attach(SLUG, quote.id, f"{quote.number.replace('/', '-')}.pdf", [paper], by=by)
    return quote


def decline(link_id: UUID, reason: str, *, workspace: Workspace) -> Quote:
    """Raises NotFound, Ended, Invalid."""
    with transaction.atomic():
        quote = quote_behind(link_id, lock=True)
        if quote.status == Quote.Status.DECLINED:
            return quote
        said = clean_text(reason, max_length=300)
        decline_locked(quote, by=Actor.system(workspace), reason=said, who=_customer(quote))
    return quote


def _checked(hand: Hand) -> Hand:
    """Raises Invalid with all that is missing."""
    errors = {}
    name = clean_text(hand.name, max_length=120).strip()
    if len(name) < 3:
        errors["name"] = _("Write your full name.")
    drawing = None if hand.drawing is None else hand.drawing.strip()
    if drawing == "":
        errors["drawing"] = _("There is no drawing yet. Draw your signature, or sign with your name.")
    elif drawing and (len(drawing) > LONGEST_DRAWING or not STROKES.fullmatch(drawing)):
        errors["drawing"] = _("The drawing could not be read. Draw it once more, or sign with your name.")
    if not hand.agreed:
        errors["agreed"] = _("Tick that you accept the quote and its terms.")
    if errors:
        raise Invalid(errors)
    return replace(hand, name=name, title=clean_text(hand.title, max_length=120).strip(), drawing=drawing)


def _customer(quote: Quote) -> str:
    return quote.party.name if quote.party_id else str(registry[SLUG].name)
