"""A quote on paper."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.documents.printing import pdf
from sila.platform.tenancy.models import Workspace
from sila.sales.lines import paper as papers
from sila.sales.lines.paper import Data, Page, label, own_fact
from sila.sales.quotes.models import Quote, Signature
from sila.sales.quotes.rules import lines_of


def pdf_of(quote: Quote, workspace: Workspace, *, signature: Signature | None = None) -> bytes:
    """With the customer's signature, where there is one."""
    return pdf(papers.TEMPLATE, data_of(quote, workspace, signature=signature))


def data_of(quote: Quote, workspace: Workspace, *, signature: Signature | None = None) -> Data:
    signature = signature or Signature.objects.filter(quote_id=quote.id).first()
    page = Page(quote, workspace, lines_of(quote))
    facts = []
    if quote.issued_on:
        facts.append(own_fact(label(pgettext_lazy("label", "Date")), page.day(quote.issued_on)))
    if quote.valid_until:
        facts.append(own_fact(label(_("Valid until")), page.day(quote.valid_until)))
    if quote.owner_id:
        facts.append(own_fact(label(_("Your contact")), quote.owner.name))
    return page.data(
        title=label(_("Quotation")),
        facts=facts,
        subject=quote.name,
        signature=_signed(signature, page) if signature else None,
        notes=[*page.reasons(), *page.bank()],
    )


def _signed(signature: Signature, page: Page) -> Data:
    when = signature.at.astimezone(page.zone)
    facts = [
        *([own_fact(label(_("Job title")), signature.title)] if signature.title else []),
        own_fact(label(_("Accepted on")), f"{page.day(when.date())} {when:%H:%M}"),
        *([own_fact(label(_("From the address")), signature.address)] if signature.address else []),
    ]
    return {
        "label": label(_("Accepted by the customer")),
        "name": {"t": signature.name, "d": papers.said(signature.name)["d"]},
        "facts": facts,
        "drawing": drawing_of(signature.drawing),
    }


def drawing_of(strokes: str) -> str:
    """The strokes as an SVG; they hold nothing but digits and commands of a path (see customer.py)."""
    if not strokes:
        return ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><path fill="none" stroke="#1f2937" '
        f'stroke-width="4" stroke-linecap="round" stroke-linejoin="round" d="{strokes}"/></svg>'
    )


def file_name(quote: Quote) -> str:
    return papers.file_name(quote.number, quote.name)
