"""A quote by mail: the way to the customer's page, in the language of the quote, with the quote as a file."""

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.kit import clock
from sila.sales.lines.mailing import FIELDS, Letter, begin, language_of, post
from sila.sales.lines.showing import may_print
from sila.sales.quotes import paper
from sila.sales.quotes.links import address_of, current_link, last_day
from sila.sales.quotes.models import Quote
from sila.sales.quotes.rules import WORK

fields = (*FIELDS, Field("attach", KINDS["bool"], gettext_lazy("Attach the PDF")))


@transaction.atomic
def mail(quote: Quote, *, by: Actor, to: str = "", message: str = "", attach: bool | None = True) -> Quote:
    """Send the customer's link to this address, with these words before it. The same words to the same address leave
    once for each link. Raises NotAllowed, Invalid."""
    quote = records.unmoved(WORK.noun, quote, by=by)
    link = current_link(quote) if quote.status == Quote.Status.SENT else None
    if link is None or link.expires_at <= clock.now():
        raise Invalid({"": _("The customer’s link has ended. Make a new one first.")})
    with translation.override(language_of(quote)):
        reader = Reader.of(by.workspace)
        names = {"number": quote.number, "workspace": by.workspace.name, "until": last_day(link, reader)}
        subject = _("Quote %(number)s from %(workspace)s") % names
        way = _("Read it, download it and sign it here, until %(until)s:") % names
    text = f"{message.strip()}\n\n{way}\n{address_of(link)}\n".lstrip()
    letter = Letter(to, subject, text, str(link.id))
    post(quote, letter, work=WORK, kind="quote_mailed", by=by, printed=paper if attach else None)
    return quote


def begins(quote: Quote, context: Context) -> dict[str, Any]:
    begun = begin(quote, context, gettext_lazy("Here is our offer: %(title)s."))
    return {**begun, "attach": may_print(WORK.noun, WORK.line_noun, context)}
