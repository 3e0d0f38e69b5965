"""A quote by mail: the way to the customer's page, in the language of the quote."""

from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.activity import log
from sila.platform.activity.mail import send_later
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.text import isolate
from sila.sales.quotes.links import address_of, current_link, last_day
from sila.sales.quotes.models import Quote
from sila.sales.quotes.rules import SLUG


@transaction.atomic
def mail(quote: Quote, *, by: Actor, to: str = "", message: str = "") -> Quote:
    """Send the customer's link to this address, with these words before it. The same words to the same address leave
    once for each link. Raises NotAllowed, Invalid."""
    quote = records.unmoved(registry[SLUG], quote, by=by)
    try:
        validate_email(to)
    except ValidationError as error:
        raise Invalid({"to": _("This is not an e-mail address.")}) from error
    link = current_link(quote) if quote.status == Quote.Status.SENT else None
    if link is None or link.expires_at <= clock.now():
        raise Invalid({"": _("The customer’s link has ended. Make a new one first.")})
    with translation.override(language_of(quote)):
        reader = Reader.of(by.workspace)
        names = {"number": quote.number, "workspace": by.workspace.name, "until": last_day(link, reader)}
        subject = _("Quote %(number)s from %(workspace)s") % names
        way = _("Read it, download it and sign it here, until %(until)s:") % names
    text = f"{message.strip()}\n\n{way}\n{address_of(link)}\n".lstrip()
    key = f"{link.id} {sha256(f'{to}\n{message}'.encode()).hexdigest()}"
    headers = {"Reply-To": by.member.email} if by.member else {}
    send_later(to, subject, text, key=key, by=by, headers=headers)
    log.record("quote_mailed", by=by, entity=SLUG, record_id=quote.id, title=quote.name, text=to)
    return quote


def begins(quote: Quote, context: Context) -> dict[str, Any]:
    """To the contact person, or to the customer, as far as the reader may see their address; and a greeting."""
    whom = quote.contact if quote.contact_id else quote.party if quote.party_id else None
    seen = whom and "email" in registry["parties"].readable(context.actor)
    with translation.override(language_of(quote)):
        names = {"name": isolate(whom.name) if whom else "", "title": isolate(quote.name)}
        greeting = _("Peace be upon you, %(name)s.") if whom else _("Peace be upon you.")
        offer = _("Here is our offer: %(title)s.")
        message = f"{greeting}\n\n{offer}" % names
    return {"to": whom.email if whom and seen else "", "message": message}


def language_of(quote: Quote) -> str:
    return "en" if quote.language == Quote.Language.ENGLISH else "ar"
