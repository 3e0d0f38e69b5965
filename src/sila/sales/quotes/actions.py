"""Verbs of quotes: set the lines, send, make a new version, take the customer's answer."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.deal_lines.actions import begun_from, take_lines_of
from sila.sales.deal_lines.rules import WORK as DEALS
from sila.sales.deal_lines.rules import has_lines
from sila.sales.lines.limits import Guard
from sila.sales.models import Opportunity
from sila.sales.quotes.links import close_links, open_link
from sila.sales.quotes.models import Quote
from sila.sales.quotes.rules import SLUG, WORK, lines_of
from sila.sales.rules import today

Status = Quote.Status
LIMITS = Guard(WORK)
set_lines = WORK.set_lines


@transaction.atomic
def make_quote(deal: Opportunity, *, by: Actor) -> Quote:
    """A draft of what stands in the deal, at the prices that it has there. Raises NotAllowed."""
    deal = records.get(registry["opportunities"], deal.id, by=by, lock=True)
    lines = DEALS.lines_of(deal)
    quote: Quote = records.create(WORK.noun, {"name": deal.name}, by=by, **begun_from(deal, lines))
    WORK.take_lines(quote, lines)
    return quote


@transaction.atomic
def send(quote: Quote, *, by: Actor) -> Quote:
    """From here on it stands as it is, and its customer can open it. The version that it replaces ends."""
    quote = _changeable(quote, by)
    if not quote.is_draft:
        raise Invalid({"": _("This quote was sent already.")})
    _must_be_whole(quote, by)
    LIMITS.want_approval(quote, by)
    _enter(quote, Status.SENT, "quote_sent", by, sent_at=clock.now())
    if quote.replaces_id:
        _replace(quote.replaces_id, quote, by)
    open_link(quote, by=by)
    return quote


def _must_be_whole(quote: Quote, by: Actor) -> None:
    if quote.party_id is None:
        raise Invalid({"party": _("Say who the customer is before you send it.")})
    if not lines_of(quote):
        raise Invalid({"": _("There is nothing on this quote yet.")})
    if quote.valid_until is not None and quote.valid_until < today(by):
        raise Invalid({"valid_until": _("The quote would have ended already: give it a later day.")})


def _replace(older: Any, newer: Quote, by: Actor) -> None:
    old = records.locked(Quote.objects.filter(id=older, status=Status.SENT)).first()
    if old is not None:
        close_links(old)
        _enter(old, Status.REPLACED, "quote_replaced", by.with_all_rights(by.via), {"text": newer.number})


@transaction.atomic
def new_version(quote: Quote, *, by: Actor) -> Quote:
    """A draft with the same content; what the customer holds counts until that is sent."""
    quote = _changeable(quote, by)
    if quote.is_draft:
        raise Invalid({"": _("This is a draft: change it as it is.")})
    if Quote.objects.filter(replaces_id=quote.id, deleted_at=None).exists():
        raise Invalid({"": _("There is a newer version already.")})
    revision = quote.revision + 1
    base = quote.number.removesuffix(f"-{quote.revision}") if quote.revision > 1 else quote.number
    fresh: Quote = records.create(
        WORK.noun,
        {"name": quote.name},
        by=by,
        **quote.taken_over(),
        replaces_id=quote.id,
        revision=revision,
        number=f"{base}-{revision}",
    )
    WORK.take_lines(fresh, lines_of(quote))
    return fresh


@transaction.atomic
def accept(quote: Quote, *, by: Actor, who: str = "") -> Quote:
    """The customer said yes on the phone, by letter, in a meeting: `who` of them."""
    quote = _changeable(quote, by)
    accept_locked(quote, by=by, who=who)
    return quote


def accept_locked(quote: Quote, *, by: Actor, who: str, signed: bool = False) -> None:
    """Of a quote that is locked. Raises Invalid where it waits for no answer."""
    if quote.status != Status.SENT:
        raise Invalid({"": _not_open(quote)})
    kind, told = ("quote_signed", {"who": who}) if signed else ("quote_accepted", {"text": who})
    _enter(quote, Status.ACCEPTED, kind, by, told, decided_at=clock.now())
    if quote.opportunity_id is not None:
        _settle_deal(quote, by)


def _settle_deal(quote: Quote, by: Actor) -> None:
    """Its other offers have ended, and it is worth what was accepted, whoever may see it."""
    everyone = by.with_all_rights(by.via)
    rivals = Quote.objects.filter(opportunity_id=quote.opportunity_id, status=Status.SENT, deleted_at=None)
    for rival in records.locked(rivals.exclude(id=quote.id).order_by("id")):
        close_links(rival)
        _enter(rival, Status.REPLACED, "quote_replaced", everyone, {"text": quote.number})
    deals = registry["opportunities"]
    deal = records.locked(deals.rows().filter(id=quote.opportunity_id)).first()
    if deal is None or not deal.is_open:
        return
    if has_lines(deal):
        take_lines_of(quote, lines_of(quote), deal, by=everyone)
    else:
        values = {"amount": quote.net, "currency": quote.currency}
        values = {name: value for name, value in values.items() if getattr(deal, name) != value}
        if values:
            records.enter(deals, deal, values, by=everyone, kind="changed")


@transaction.atomic
def decline(quote: Quote, *, by: Actor, reason: str = "") -> Quote:
    quote = _changeable(quote, by)
    decline_locked(quote, by=by, reason=reason)
    return quote


def decline_locked(quote: Quote, *, by: Actor, reason: str, who: str = "") -> None:
    if quote.status != Status.SENT:
        raise Invalid({"": _not_open(quote)})
    close_links(quote)
    told = {"text": reason[:300], **({"who": who} if who else {})}
    _enter(
        quote,
        Status.DECLINED,
        "quote_declined",
        by,
        told,
        decline_reason=reason[:300],
        decided_at=clock.now(),
    )


def _not_open(quote: Quote) -> str:
    said = {
        Status.DRAFT: _("This quote was not sent yet."),
        Status.ACCEPTED: _("This quote was accepted already."),
        Status.DECLINED: _("This quote was declined already."),
        Status.REPLACED: _("Another offer has taken the place of this quote."),
    }
    return said[Status(quote.status)]


def _changeable(quote: Quote, by: Actor) -> Quote:
    now: Quote = records.unmoved(registry[SLUG], quote, by=by)
    return now


def _enter(
    quote: Quote, status: str, kind: str, by: Actor, told: Mapping[str, str] | None = None, **columns: Any
) -> None:
    records.enter(registry[SLUG], quote, {"status": status, **columns}, by=by, kind=kind, **(told or {}))
