"""What follows from the fields of invoices and payments, and what no door lets through."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import OrgUnit, units_up_to
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes, registry
from sila.platform.kit.folding import fold
from sila.platform.kit.money import CURRENCIES, format_money
from sila.platform.kit.text import isolate
from sila.platform.tenancy.current import current
from sila.sales.invoices.models import Invoice, InvoiceLine, Payment
from sila.sales.lines.keeping import Paperwork
from sila.sales.lines.models import PricedLine
from sila.sales.lines.summing import SAID_OF_ALL, begin_with_deal
from sila.sales.rules import brought_along, next_number, today

SLUG, SLUG_OF_LINES = "invoices", "invoice-lines"
DUE = timedelta(days=30)
SAID = (*SAID_OF_ALL, "supplied_on", "due_on", "terms", "kind", "credits", "reason", "language")
ISSUED = "invoice_issued"  # the event
Status = Invoice.Status


# ---- the invoice ---------------------------------------------------------------------------------------
def derive(invoice: Invoice, changes: Changes, by: Actor) -> None:
    invoice.name_fold = fold(invoice.name)[:200]
    if invoice._state.adding:
        begin_with_deal(invoice)
        if not invoice.is_credit:
            invoice.due_on = invoice.due_on or today(by) + DUE


def keep_what_was_issued(invoice: Invoice, changes: Changes, by: Actor) -> None:
    """What the tax authority may ask for is not changed: a credit note takes it back."""
    if invoice._state.adding or changes.get("status", invoice.status) == Status.DRAFT:
        return
    if touched := [name for name in SAID if name in changes]:
        raise Invalid({touched[0]: issued_already()})


def issued_already() -> str:
    return _("This invoice was issued and stays as it is. A credit note takes it back.")


def keep_number(invoice: Invoice, changes: Changes, by: Actor) -> None:
    """A draft has none yet; one from elsewhere comes with its own."""
    if invoice._state.adding and invoice.number:
        invoice.number = brought_along(invoice, series(invoice, by).rpartition("-")[0], "-")
        if not invoice.number and invoice.status != Status.DRAFT:
            raise Invalid({"number": _("This number is taken.")})


def keep_issued(invoice: Invoice, by: Actor) -> None:
    """Only drafts go into the trash, or the numbers would have a gap."""
    if not invoice.is_draft:
        raise Invalid({"": issued_already()})


def series(invoice: Invoice, by: Actor) -> str:
    """The row of numbers: by kind, branch and year (INV-RUH-2026). A department numbers as its branch does."""
    branches = [unit for unit in units_up_to(invoice.org_unit_id) if unit.kind == OrgUnit.Kind.BRANCH]
    branch = branches[-1].code.upper() if branches else ""
    kind = "CRN" if invoice.is_credit else "INV"
    return "-".join(filter(None, (kind, branch, str(today(by).year))))


def number_of(invoice: Invoice, by: Actor) -> str:
    """The next one. It is given in the transaction that issues the invoice: if that fails, so does this."""
    return next_number(series(invoice, by), "-", 5)


def settle_up(invoice: Invoice) -> Changes:
    """What is still due after all payments and credits; gives the old values. Saves nothing."""
    names = ("paid", "credited", "balance", "status", "settled_on")
    before = {name: getattr(invoice, name) for name in names}
    payments = Payment.objects.filter(invoice_id=invoice.id, deleted_at=None)
    notes = Invoice.objects.filter(credits_id=invoice.id, deleted_at=None).exclude(status=Status.DRAFT)
    back = Q(direction=Payment.Direction.OUT)
    sums = payments.aggregate(came=Sum("amount", filter=~back), went=Sum("amount", filter=back))
    invoice.paid = (sums["came"] or 0) - (sums["went"] or 0)
    invoice.credited = notes.aggregate(whole=Sum("total"))["whole"] or 0
    invoice.balance = invoice.total - invoice.paid - invoice.credited
    settled = invoice.balance <= 0
    invoice.status = Status.PAID if settled else Status.ISSUED
    invoice.settled_on = _last_day(invoice, payments, notes) if settled else None
    return {name: old for name, old in before.items() if old != getattr(invoice, name)}


def _last_day(invoice: Invoice, payments: Any, notes: Any) -> date | None:
    """On which the last of it came in or was credited, by the workspace's clock."""
    zone = ZoneInfo(current().timezone)
    moments = [invoice.issued_at, notes.aggregate(last=Max("issued_at"))["last"]]
    days = [moment.astimezone(zone).date() for moment in moments if moment]
    return max([*days, *filter(None, [payments.aggregate(last=Max("paid_on"))["last"]])], default=None)


# ---- lines ---------------------------------------------------------------------------------------------
def may_change_lines(invoice: Invoice, line: PricedLine | None, by: Actor) -> None:
    """Only those of a draft. A file may bring along the lines of an invoice that was issued elsewhere."""
    if invoice.is_draft:
        return
    brought = by.via in ("import", "demo") and line is not None and line._state.adding
    if not brought or was_issued_here(invoice):
        raise Invalid({"": issued_already()})


def was_issued_here(invoice: Invoice) -> bool:
    return Event.objects.filter(entity=SLUG, record_id=invoice.id, kind=ISSUED).exists()


def settle_if_issued(invoice: Invoice, by: Actor) -> Changes:
    return {} if invoice.is_draft or invoice.is_credit else settle_up(invoice)


def settle_credited(line: InvoiceLine, changes: Changes, by: Actor) -> None:
    """An effect of lines: those of a note that was issued elsewhere say how much its invoice was credited."""
    note = line.invoice
    if note.is_credit and not note.is_draft and note.credits_id:
        _settle(records.locked(Invoice.objects.filter(id=note.credits_id)).get(), by)


def is_part(invoice: Invoice) -> bool:
    """Of an order, or of the invoice that it takes back."""
    return bool(invoice.sales_order_id or invoice.credits_id)


WORK = Paperwork(
    *(SLUG, SLUG_OF_LINES, InvoiceLine, "invoice", "invoice", may_change_lines),
    follow=settle_if_issued,
    in_part=is_part,
    agreed=lambda invoice: is_part(invoice) or invoice.quote_id is not None,
)


# ---- payments ------------------------------------------------------------------------------------------
def take_payment(payment: Payment, changes: Changes, by: Actor) -> None:
    """A rule: in the currency of the invoice, of which no more is paid than is due."""
    invoice = records.locked(Invoice.objects.filter(id=payment.invoice_id)).get()
    if invoice.is_draft or invoice.is_credit:
        raise Invalid({"invoice": _("Only an invoice that was issued is paid.")})
    payment.invoice, payment.currency = invoice, invoice.currency
    payment.paid_on = payment.paid_on or today(by)
    if payment.paid_on > today(by):
        raise Invalid({"paid_on": _("This day has not come yet.")})
    brought = by.via == "import" and payment._state.adding and not was_issued_here(invoice)
    _check_amount(payment, None if brought else invoice.balance + _counted_before(payment, changes))


def _counted_before(payment: Payment, changes: Changes) -> int:
    """What the balance holds of this payment already."""
    if payment._state.adding:
        return 0
    amount, direction = (changes.get(name, getattr(payment, name)) for name in ("amount", "direction"))
    return Payment(amount=amount, direction=direction).signed


def _check_amount(payment: Payment, due: int | None) -> None:
    """No more comes in than is due, and no more goes back than we owe. What was paid elsewhere was paid: a credit note may
    have come after it (`due` is None)."""
    if payment.amount <= 0:
        raise Invalid({"amount": _("A payment is more than zero.")})
    if due is None:
        return
    comes = payment.direction == Payment.Direction.IN
    most = max(due if comes else -due, 0)
    if payment.amount > most:
        told = isolate(format_money(most, CURRENCIES[payment.currency], language=get_language() or "ar"))
        text = _("More than is due: %(due)s.") if comes else _("More than we owe: %(due)s.")
        raise Invalid({"amount": text % {"due": told}})


def count_payment(payment: Payment, changes: Changes, by: Actor) -> None:
    """The effect of that rule: the invoice knows what is still due."""
    _settle(payment.invoice, by)


def count_payments_anew(payment: Payment, by: Actor) -> None:
    invoice = records.locked(Invoice.objects.filter(id=payment.invoice_id)).get()
    if payment.deleted_at is None:
        _check_amount(payment, invoice.balance)
    _settle(invoice, by)


def _settle(invoice: Invoice, by: Actor) -> None:
    if changes := settle_up(invoice):
        kind = "invoice_settled" if changes.get("status") == Status.ISSUED else "changed"
        records.save_changed(registry[SLUG], invoice, changes, by=by, kind=kind)
