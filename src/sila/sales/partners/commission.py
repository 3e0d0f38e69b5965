"""What partners earn: the partner's rate on what was paid, before tax, less what was credited.

A line is written when an invoice of a deal with a partner is settled, at the rate of that day; a credit note, a payment
that is taken out, or another partner on the deal writes a line that takes back, at the rate of the lines before it. So the
lines of an invoice always add up to what is due for it, and each says how it came about.
"""

from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Sum

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.registry import Changes, registry
from sila.platform.kit.lines import half_up
from sila.platform.tenancy.writing import insert
from sila.sales.invoices.models import Invoice
from sila.sales.models import Opportunity
from sila.sales.partners.models import Partner, PartnerCommission
from sila.sales.partners.rules import partner_of
from sila.sales.rules import today

SLUG = "partner-commissions"
LOOKED_AT = {"status", "credited", "opportunity", "net"}
Why = PartnerCommission.Why


def follow_invoice(invoice: Invoice, changes: Changes, by: Actor) -> None:
    """An effect of invoices. What was paid elsewhere, and comes in by a file, was settled with the partner there."""
    if by.via != "import" and not invoice.is_credit and invoice.opportunity_id and LOOKED_AT & changes.keys():
        reckon(invoice, by=by)


def follow_deal(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """An effect of deals: another partner sells here."""
    if "partner" in changes and deal.version > 1 and by.via != "import":
        for invoice in Invoice.objects.filter(opportunity_id=deal.id, deleted_at=None, kind="invoice"):
            reckon(invoice, by=by)


def reckon(invoice: Invoice, *, by: Actor) -> None:
    """Write what is missing, for the partner of the deal and for those before. Call it in a transaction."""
    now = partner_of(invoice.opportunity)
    lines = PartnerCommission.objects.filter(invoice_id=invoice.id, deleted_at=None).order_by("id")
    written: dict[UUID, list[PartnerCommission]] = {}
    for line in lines:
        written.setdefault(line.partner_id, []).append(line)
    basis = basis_of(invoice)
    for partner_id, theirs in written.items():
        if now is None or partner_id != now.id:
            _write(invoice, partner_id, 0, theirs, Why.PARTNER, by)
    if now is not None:
        theirs = written.get(now.id, [])
        if theirs or now.active:
            _write(invoice, now.id, basis, theirs, _why(invoice, bool(theirs)), by, now)


def basis_of(invoice: Invoice) -> int:
    """In minor units: of a settled invoice what it came to before tax less what was credited; of others nothing."""
    if invoice.status != Invoice.Status.PAID:
        return 0
    notes = Invoice.objects.filter(credits_id=invoice.id, deleted_at=None).exclude(
        status=Invoice.Status.DRAFT
    )
    return int(invoice.net - (notes.aggregate(back=Sum("net"))["back"] or 0))


def _why(invoice: Invoice, again: bool) -> str:
    if invoice.status != Invoice.Status.PAID:
        return Why.REOPENED
    return Why.CREDITED if again and invoice.credited else Why.PAID


def _write(
    invoice: Invoice,
    partner_id: UUID,
    basis: int,
    before: list[PartnerCommission],
    why: str,
    by: Actor,
    partner: Partner | None = None,
) -> None:
    """A line over the difference. With nothing counted the earlier lines add up to nothing, by their own rates."""
    counted = sum(line.basis for line in before)
    step = basis - counted
    if step == 0:
        return
    fresh = counted == 0 and partner is not None
    rate = partner.commission_rate if fresh and partner else before[-1].rate
    if fresh and rate == 0 and not before:
        return
    amount = half_up(Fraction(step) * Fraction(rate) / 100)
    if basis == 0:
        amount = -sum(line.amount for line in before)
    columns: dict[str, Any] = {
        "name": invoice.number,
        "partner_id": partner_id,
        "invoice_id": invoice.id,
        "opportunity_id": invoice.opportunity_id,
        "why": why,
        "day": today(by),
        "basis": step,
        "rate": rate,
        "amount": amount,
        "currency": invoice.currency,
    }
    system = by.with_all_rights(by.via)
    line = PartnerCommission(**columns)
    insert(line)
    records.tell("commission_written", registry[SLUG], line, system)
