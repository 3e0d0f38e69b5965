"""What the page of an invoice shows beside its fields, and what a customer owes on their page."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.rates import rates_on
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS
from sila.platform.kit.money import CURRENCIES, format_money, money_html
from sila.sales.invoices.models import Invoice, Payment
from sila.sales.invoices.rules import WORK
from sila.sales.lines.showing import SHOWN, amount, may_print, panel_of, papers_of, rows, sums

LINKS = {"people": "party", "organizations": "party", "groups": "party", "opportunities": "opportunity"}
AGES = (0, 30, 60, 90)  # days overdue at which a balance grows older


def sheet(invoice: Invoice, context: Context) -> dict[str, Any]:
    may_edit = context.actor.may("invoices", "edit", invoice)
    base = f"/w/{context.reader.slug}/invoice/{invoice.id}/"
    shown = sums(invoice, context, registry["invoices"])
    if not invoice.is_draft and not invoice.is_credit and "balance" in WORK.noun.readable(context.actor):
        shown.append(
            {
                "key": "balance",
                "label": _("Balance due"),
                "value": amount(invoice.balance, invoice.currency, context.reader),
            }
        )
    return {
        "template": "sales/_lines.html",
        "lines": rows(WORK.lines_of(invoice), context, WORK.line_noun),
        "sums": shown,
        "tax_included": invoice.tax_included,
        "edit_url": f"{base}lines" if may_edit and invoice.is_draft else "",
        "pdf_url": f"{base}pdf" if may_print(WORK.noun, WORK.line_noun, context) else "",
    }


def flags(invoice: Invoice, context: Context) -> list[dict[str, Any]]:
    if invoice.is_overdue(context.reader.today):
        due = invoice.due_on or context.reader.today
        days = (context.reader.today - due).days
        text = ngettext("Overdue for %(days)d day.", "Overdue for %(days)d days.", days)
        return [{"kind": "warn", "text": text % {"days": days}}]
    if invoice.balance < 0:
        reader, currency = context.reader, CURRENCIES[invoice.currency]
        owed = format_money(-invoice.balance, currency, digits=reader.digits, language=reader.language)
        return [{"kind": "info", "text": _("We owe the customer %(owed)s.") % {"owed": owed}}]
    return []


def panels(invoice: Invoice, context: Context) -> list[dict[str, Any]]:
    """What came in and went back, and what was credited: of what was issued."""
    if invoice.is_draft or invoice.is_credit:
        return []
    reader, noun, money = context.reader, registry["payments"], WORK.noun
    paid = Payment.objects.filter(invoice_id=invoice.id, deleted_at=None).order_by("-paid_on", "-id")[:SHOWN]
    notes = money.visible_to(context.actor).filter(credits_id=invoice.id).order_by("-id")[:SHOWN]
    shown = [
        {
            "title": f"{payment.get_method_display()} {payment.name}".strip(),
            "hint": reader.day(payment.paid_on) if payment.paid_on else "",
            "icon": noun.icon if payment.direction == Payment.Direction.IN else "arrow-back-up",
            "url": noun.url(reader.slug, payment.id),
            "value": amount(payment.signed, payment.currency, reader),
        }
        for payment in paid
    ] + [
        {
            "title": f"{note.get_kind_display()} {note.number}".strip(),
            "hint": note.get_status_display(),
            "icon": "receipt-refund",
            "url": money.url(reader.slug, note.id),
            "value": amount(-note.total, note.currency, reader),
        }
        for note in notes
    ]
    return [{"key": "payments", "label": noun.plural, "icon": noun.icon, "items": shown}] if shown else []


def invoices_of(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """The invoices of a customer or a deal, with what is due and how old it is."""
    link = LINKS.get(entity.slug)
    if link is None or not record.told.get("invoices") or not context.actor.can("invoices", "view"):
        return []
    noun = WORK.noun
    items = papers_of(noun, link, record.id, context, states=Invoice.Status)
    if not items:
        return []
    due = []
    if "balance" in noun.readable(context.actor) and entity.slug != "opportunities":
        due = _due(noun.visible_to(context.actor).filter(**{f"{link}_id": record.id}), context)
    panel = panel_of(noun, link, record.id, items, context)
    return [panel | {"items": [*due, *panel["items"]]}]


def _due(mine: Any, context: Context) -> list[dict[str, Any]]:
    """Balance and ageing in the base currency: not due yet, then 1–30, 31–60, 61–90 days and older."""
    today, reader = context.reader.today, context.reader
    open_ones = mine.filter(status=Invoice.Status.ISSUED).values_list("due_on", "balance", "currency")
    rates = rates_on(today, {currency for _due, _balance, currency in open_ones})
    buckets = [0] * (len(AGES) + 1)
    for due_on, balance, currency in open_ones:
        late = (today - due_on).days if due_on else 0
        place = sum(late > age for age in AGES)
        buckets[place] += rates.convert(balance, currency) or 0
    labels = (_("Not due yet"), _("1–30 days"), _("31–60 days"), _("61–90 days"), _("Older than 90 days"))
    currency = CURRENCIES[rates.base]
    whole = [(_("Balance due"), sum(buckets)), *zip(labels, buckets, strict=True)]
    return [
        {
            "title": label,
            "icon": "clock" if place else "wallet",
            "value": money_html(due, currency, digits=reader.digits),
        }
        for place, (label, due) in enumerate(whole)
        if due
    ]


def has_invoices(entity: Entity) -> Any:
    link = LINKS.get(entity.slug)
    return Exists(Invoice.objects.filter(**{f"{link}_id": OuterRef("id")}, deleted_at=None)) if link else None


VERBS.update(
    {
        "invoice_issued": (gettext_lazy("issued this invoice"), "stamp"),
        "invoice_mailed": (gettext_lazy("mailed this invoice"), "mail"),
        "invoice_settled": (gettext_lazy("settled this invoice"), "cash"),
        "invoice_credited": (gettext_lazy("credited this invoice"), "receipt-refund"),
    }
)
extensions.marks["invoices"] = has_invoices
extensions.panels.append(invoices_of)
