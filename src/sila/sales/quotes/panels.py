"""What the page of a quote shows beside its fields, and quotes on the pages of customers and deals."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sila.platform.access.reader import Reader
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS
from sila.platform.entities.views.records import add_label
from sila.platform.kit import clock
from sila.sales.lines.showing import may_print, panel_of, papers_of, rows, sums
from sila.sales.quotes.links import address_of, current_link, last_day
from sila.sales.quotes.models import Quote, Signature
from sila.sales.quotes.rules import WORK, lines_of

LINKS = {"people": "contact", "organizations": "party", "groups": "party", "opportunities": "opportunity"}


def sheet(quote: Quote, context: Context) -> dict[str, Any]:
    """The lines with their sums, the customer's link, the signature."""
    may_edit = context.actor.may("quotes", "edit", quote)
    base = f"/w/{context.reader.slug}/quote/{quote.id}/"
    return {
        "template": "sales/_lines.html",
        "lines": rows(lines_of(quote), context, registry["quote-lines"]),
        "sums": sums(quote, context, registry["quotes"]),
        "tax_included": quote.tax_included,
        "edit_url": f"{base}lines" if may_edit and quote.is_draft else "",
        "pdf_url": f"{base}pdf" if may_print(WORK.noun, WORK.line_noun, context) else "",
        "link": _link(quote, base, context) if may_edit and quote.status == Quote.Status.SENT else None,
        "signature": signature_of(quote, context.reader) if quote.status == Quote.Status.ACCEPTED else None,
    }


def signature_of(quote: Quote, reader: Reader) -> dict[str, Any] | None:
    signature = Signature.objects.filter(quote_id=quote.id).first()
    if signature is None:
        return None
    return {
        "name": signature.name,
        "title": signature.title,
        "at": reader.moment(signature.at),
        "address": signature.address or "",
        "drawing": signature.drawing,
    }


def _link(quote: Quote, base: str, context: Context) -> dict[str, Any]:
    link = current_link(quote)
    live = link is not None and link.expires_at > clock.now()
    return {
        "address": address_of(link) if link is not None and live else "",
        "until": last_day(link, context.reader) if link is not None and live else "",
        "renew_url": f"{base}link",
        "mail_url": registry["quotes"].url(context.reader.slug, quote.id, tail="do/mail"),
    }


def flags(quote: Quote, context: Context) -> list[dict[str, Any]]:
    found = []
    if quote.has_expired(context.reader.today):
        found.append({"kind": "warn", "text": _("This quote has ended without an answer.")})
    if quote.status == Quote.Status.REPLACED:
        newer = (
            Quote.objects.filter(replaces_id=quote.id, deleted_at=None).values_list("id", flat=True).first()
        )
        link = {"label": pgettext("verb", "Open"), "url": registry["quotes"].url(context.reader.slug, newer)}
        text = _("Another offer has taken the place of this quote.")
        found.append({"kind": "info", "text": text} | ({"link": link} if newer else {}))
    return found


def quotes_of(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """The quotes of a customer, a contact, a deal."""
    link = LINKS.get(entity.slug)
    if link is None or not context.actor.can("quotes", "view"):
        return []
    noun = WORK.noun
    told = record.told.get("quotes")
    items = papers_of(noun, link, record.id, context, states=Quote.Status) if told else []
    may_add = context.actor.can("quotes", "create")
    if not items and not (may_add and entity.slug == "opportunities"):
        return []
    return [
        panel_of(noun, link, record.id, items, context)
        | {
            "add_url": noun.url(context.reader.slug, tail=f"new?{_start(entity, record, link)}")
            if may_add
            else "",
            "add_label": add_label(noun, noun.plural, []),
        }
    ]


def _start(entity: Entity, record: Any, link: str) -> str:
    """What a new quote begins with: of a deal its customer too."""
    given = {link: record.id} | ({"party": record.party_id} if entity.slug == "opportunities" else {})
    return urlencode({name: value for name, value in given.items() if value})


def has_quotes(entity: Entity) -> Any:
    link = LINKS.get(entity.slug)
    return Exists(Quote.objects.filter(**{f"{link}_id": OuterRef("id")}, deleted_at=None)) if link else None


VERBS.update(
    {
        "lines_changed": (gettext_lazy("changed the lines"), "list-details"),
        "quote_sent": (gettext_lazy("sent this quote"), "send"),
        "quote_mailed": (gettext_lazy("mailed this quote"), "mail"),
        "quote_seen": (gettext_lazy("opened this quote"), "eye"),
        "quote_replaced": (gettext_lazy("put another offer in place of this quote"), "replace"),
        "quote_accepted": (gettext_lazy("noted that this quote was accepted"), "circle-check"),
        "quote_signed": (gettext_lazy("signed this quote"), "signature"),
        "quote_declined": (gettext_lazy("noted that this quote was declined"), "thumb-down"),
    }
)
extensions.marks["quotes"] = has_quotes
extensions.panels.append(quotes_of)
