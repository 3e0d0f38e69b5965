"""An invoice or a credit note on paper, with the square code of the Saudi authority."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.documents.printing import pdf
from sila.platform.kit.money import CURRENCIES, Currency, from_minor
from sila.platform.kit.numbers import format_number
from sila.platform.kit.tax_code import drawn, tax_code
from sila.platform.tenancy.models import Workspace
from sila.sales.invoices.models import Invoice
from sila.sales.invoices.rules import WORK
from sila.sales.lines import paper as papers
from sila.sales.lines.letterheads import is_saudi_vat_number
from sila.sales.lines.paper import Data, Page, Said, fact, label, own_fact


def pdf_of(invoice: Invoice, workspace: Workspace) -> bytes:
    return pdf(papers.TEMPLATE, data_of(invoice, workspace))


def data_of(invoice: Invoice, workspace: Workspace) -> Data:
    page = Page(invoice, workspace, WORK.lines_of(invoice))
    return page.data(
        title=_title(invoice),
        facts=_facts(invoice, page),
        subject=invoice.name,
        notes=[*page.reasons(), *([invoice.reason] if invoice.is_credit else []), *page.bank()],
        qr=_code(invoice, page),
        buyer=label(_("Bill to")),
        more=[*_in_base(invoice), *_paid(invoice, page)],
    )


def _title(invoice: Invoice) -> Said:
    """What the law calls it: to a customer with a VAT number a tax invoice, to others a simplified one."""
    if invoice.is_draft:
        return label(_("Draft of an invoice"))
    if invoice.is_credit:
        return label(_("Credit note"))
    registered = invoice.party_id and invoice.party.vat_number
    return label(_("Tax invoice")) if registered else label(_("Simplified tax invoice"))


def _facts(invoice: Invoice, page: Page) -> list[Data]:
    facts = []
    if invoice.issued_at:
        facts.append(
            own_fact(label(_("Issued on")), page.day(invoice.issued_at.astimezone(page.zone).date()))
        )
    if invoice.supplied_on:
        facts.append(own_fact(label(_("Supplied on")), page.day(invoice.supplied_on)))
    if invoice.due_on and not invoice.is_credit:
        facts.append(own_fact(label(_("Due on")), page.day(invoice.due_on)))
    if invoice.credits_id:
        facts.append(own_fact(label(_("Credits the invoice")), invoice.credits.number))
    if invoice.sales_order_id:
        order = invoice.sales_order
        facts.append(own_fact(label(pgettext_lazy("noun", "Order")), order.number))
        if order.reference:
            facts.append(own_fact(label(_("The customer’s order number")), order.reference))
    elif invoice.quote_id:
        facts.append(own_fact(label(pgettext_lazy("noun", "Quote")), invoice.quote.number))
    return facts


def _in_base(invoice: Invoice) -> list[Data]:
    """Billed in another currency: the tax in that of the books too, as the Saudi law wants it (VAT Implementing
    Regulations, article 53), with the rate behind it."""
    if invoice.base_tax is None or invoice.base in ("", invoice.currency):
        return []
    base = CURRENCIES[invoice.base]
    rate = f"{format_number(invoice.rate.normalize())} {base.code}" if invoice.rate else ""
    told = (
        (label(_("Exchange rate")), f"1 {invoice.currency} = {rate}"),
        (_called(pgettext_lazy("noun", "Tax"), base), _plain(invoice.base_tax, base)),
        (_called(_("Total with tax"), base), _plain(invoice.base_total or 0, base)),
    )
    return [{**fact(name, value), "strong": False} for name, value in told]


def _called(text: Any, base: Currency) -> Said:
    return {language: f"{word} ({base.code})" for language, word in label(text).items()}


def _plain(minor: int, currency: Currency) -> str:
    return format_number(from_minor(minor, currency), decimals=currency.decimals)


def _paid(invoice: Invoice, page: Page) -> list[Data]:
    """Under the sums, once something was paid or credited."""
    told = ((label(_("Paid")), invoice.paid), (label(_("Credited")), invoice.credited))
    shown = [{**fact(name, page.money(amount)), "strong": False} for name, amount in told if amount]
    balance = {**fact(label(_("Balance due")), page.money(invoice.balance)), "strong": True}
    return [*shown, balance] if shown else []


def _code(invoice: Invoice, page: Page) -> str:
    """Of issued papers of a seller who is registered in Saudi Arabia."""
    head = page.letterhead
    if head is None or invoice.issued_at is None or not is_saudi_vat_number(head.vat_number):
        return ""
    total, tax, currency = invoice.total, invoice.tax, page.currency
    if invoice.base == "SAR" and invoice.base_tax is not None:  # the authority reads riyals
        total, tax, currency = invoice.base_total or 0, invoice.base_tax, CURRENCIES["SAR"]
    code = tax_code(
        seller=head.name,
        vat_number=head.vat_number,
        at=invoice.issued_at,
        total=total,
        tax=tax,
        currency=currency,
    )
    return drawn(code)


def file_name(invoice: Invoice) -> str:
    return papers.file_name(invoice.number or "draft", invoice.name)
