"""The facts of a statement, read from what was sold: all of them, whoever may see the invoices themselves, for a sum that
leaves something out would be wrong."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.db.models import Q

from sila.platform.entities.models import ExchangeRate
from sila.platform.entities.periods import Period
from sila.platform.kit.lines import half_up
from sila.platform.tenancy.current import current
from sila.sales.invoices.models import Invoice, InvoiceLine, Payment
from sila.sales.models import OpportunityCredit
from sila.team.commission.correcting import Correction, Settled, corrections
from sila.team.commission.models import (
    CommissionLine,
    CommissionParticipant,
    CommissionPlan,
    CommissionStatement,
)
from sila.team.commission.reckoning import (
    CREDITED,
    PAID,
    REFUNDED,
    WHOLE,
    Account,
    Billed,
    Entry,
    Move,
    Person,
    Shares,
    Terms,
    Tier,
    reckon,
)
from sila.team.goals.targets import targets

Status = CommissionStatement.Status
FINAL = (Status.APPROVED, Status.PAID)


@dataclass(frozen=True)
class Facts:
    """All that a statement follows from."""

    terms: Terms
    person: Person
    period: str
    accounts: tuple[Account, ...]
    settled: Settled
    closed: tuple[str, ...]

    def entries(self) -> list[Entry]:
        return reckon(self.terms, self.person, self.accounts)

    def steps(self) -> list[Entry | Correction]:
        """The lines of the statement: first what earlier ones would be otherwise now."""
        entries = self.entries()
        numbers = {account.id: account.number for account in self.accounts}
        late = corrections(entries, self.settled, self.closed, numbers)
        return [*late, *(entry for entry in entries if entry.period == self.period)]

    def fingerprint(self) -> str:
        """The same facts have the same one."""
        told = asdict(self) | {
            "settled": sorted((*map(str, key), *sums) for key, sums in self.settled.items())
        }
        told["accounts"] = sorted(told["accounts"], key=lambda each: str(each["id"]))
        text = orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        return hashlib.sha256(text).hexdigest()


def facts_of(plan: CommissionPlan, member_id: UUID, period: Period) -> Facts:
    """Of the plan's person, until the end of the period."""
    terms = terms_of(plan)
    settled, closed = _approved(plan, member_id, period)
    accounts = _accounts(plan, member_id, period.last, settled)
    person = _person(plan, member_id, accounts, terms, period)
    return Facts(terms, person, period.key, accounts, settled, closed)


def terms_of(plan: CommissionPlan) -> Terms:
    tiers = plan.tiers.filter(deleted_at=None).order_by("above", "above_goal", "id")
    return Terms(
        currency=plan.currency,
        margin=plan.counts == CommissionPlan.Counts.MARGIN,
        calendar=plan.calendar,
        months=plan.months,
        begins=plan.begins,
        ends=plan.ends,
        by_goal=plan.tiers_by == CommissionPlan.Measure.GOAL,
        tiers=tuple(Tier(tier.above, _plain(tier.above_goal), _plain(tier.rate)) for tier in tiers),
        cap=plan.cap,
    )


def _plain(number: Decimal) -> Decimal:
    """Without the zeros that one database writes and the other does not."""
    return Decimal(format(number.normalize(), "f"))


def _person(
    plan: CommissionPlan, member_id: UUID, accounts: Iterable[Account], terms: Terms, period: Period
) -> Person:
    """Goals of the periods in which something happened, where tiers go by them."""
    seat = CommissionParticipant.objects.filter(plan_id=plan.id, member_id=member_id, deleted_at=None).first()
    goals: dict[str, int] = {}
    if terms.by_goal:
        days = {move.day for account in accounts for move in account.moves}
        keys = {terms.period(day).key for day in days} | {period.key}
        goals = _goals(plan, member_id, keys, margin=terms.margin)
    if seat is None:  # taken out of the plan: nothing more is earned, what goes back does
        return Person(member_id, ends=date.min, goals=goals)
    return Person(member_id, seat.begins, seat.ends, goals)


def _goals(plan: CommissionPlan, member_id: UUID, keys: set[str], *, margin: bool) -> dict[str, int]:
    """Of an approved period that by which it was approved."""
    metric = "margin" if margin else "paid"
    current = targets(member_id, keys, metric=metric)
    final = CommissionStatement.objects.filter(
        plan_id=plan.id, owner_id=member_id, status__in=FINAL, deleted_at=None
    )
    stood = dict(final.values_list("period", "goal"))
    found = {key: stood[key] if key in stood else current.get(key) for key in keys}
    return {key: goal for key, goal in found.items() if goal is not None}


# ---- what was approved -----------------------------------------------------------------------------------
def _approved(
    plan: CommissionPlan, member_id: UUID, period: Period
) -> tuple[dict[tuple[str, UUID], tuple[int, int]], tuple[str, ...]]:
    """What was approved so far by period and invoice, and the periods that are closed by it. Only the first statement
    that is still open tells corrections."""
    mine = CommissionStatement.objects.filter(plan_id=plan.id, owner_id=member_id, deleted_at=None)
    known = list(mine.values_list("period", "begins", "status"))
    first = min((begins for _key, begins, status in known if status not in FINAL), default=period.first)
    final = [key for key, begins, status in known if status in FINAL and begins < period.first]
    closed = tuple(sorted(final)) if first >= period.first else ()
    settled: dict[tuple[str, UUID], tuple[int, int]] = {}
    approved = mine.filter(status__in=FINAL).exclude(period=period.key)
    lines = CommissionLine.objects.filter(statement_id__in=approved.values("id"))
    for key, invoice, base, amount in lines.values_list("period", "invoice_id", "base", "amount"):
        if invoice is not None:
            old = settled.get((key, invoice), (0, 0))
            settled[key, invoice] = (old[0] + base, old[1] + amount)
    return settled, closed


@dataclass
class Given:
    """What approved statements rest on: the shares of each payment, and the lines that counted."""

    shares: dict[UUID, dict[UUID, Decimal]]
    lines: set[str]


def _given(plan: CommissionPlan, invoices: list[UUID]) -> Given:
    final = CommissionStatement.objects.filter(plan_id=plan.id, deleted_at=None, status__in=FINAL)
    rows = CommissionLine.objects.filter(statement_id__in=final.values("id"), invoice_id__in=invoices)
    given = Given(defaultdict(dict), set())
    for source, owner, facts in rows.values_list("source", "statement__owner_id", "facts"):
        if source is not None:
            given.lines.add(facts["line"])
        if facts["kind"] == PAID:
            given.shares[source][owner] = Decimal(facts["percent"])
    return given


# ---- invoices --------------------------------------------------------------------------------------------
def _accounts(
    plan: CommissionPlan,
    member_id: UUID,
    until: date,
    settled: Settled,
) -> tuple[Account, ...]:
    """Those on which something came in until the day, and of which the person may have a share."""
    issued = Invoice.objects.filter(deleted_at=None).exclude(status=Invoice.Status.DRAFT)
    paid = Payment.objects.filter(deleted_at=None, paid_on__lte=until)
    deals = OpportunityCredit.objects.filter(member_id=member_id).values("opportunity_id")
    own = (
        Q(owner_id=member_id, opportunity_id=None)
        | Q(opportunity__owner_id=member_id)
        | Q(opportunity_id__in=deals)
    )
    known = {invoice for _period, invoice in settled}
    invoices = list(
        issued.filter(kind=Invoice.Kind.INVOICE)
        .filter(Q(id__in=paid.values("invoice_id")) & own | Q(id__in=known))
        .select_related("opportunity")
        .order_by("number", "id")
    )
    ids = [invoice.id for invoice in invoices]
    given = _given(plan, ids)
    lines = _lines(plan, ids, given.lines)
    notes = _notes(issued.filter(credits_id__in=ids), until)
    moves = _moves(plan, invoices, paid.filter(invoice_id__in=ids), notes, given.shares)
    return tuple(
        Account(each.id, each.number, each.currency, each.total, tuple(lines[each.id]), tuple(moves[each.id]))
        for each in invoices
    )


def _lines(plan: CommissionPlan, ids: list[UUID], known: set[str]) -> Mapping[UUID, list[Billed]]:
    """A line of a product that is in the trash by now counts as before; one that was approved does whatever became of its
    product."""
    found: dict[UUID, list[Billed]] = defaultdict(list)
    rows = InvoiceLine.objects.filter(invoice_id__in=ids, deleted_at=None).select_related("product")
    for line in rows.order_by("order", "id"):
        cost = None if line.cost is None else half_up(Fraction(line.quantity) * line.cost)
        counts = str(line.id) in known or _counts(plan, line)
        found[line.invoice_id].append(Billed(line.id, line.name, _kind(line), line.net, cost, counts))
    return found


def _counts(plan: CommissionPlan, line: InvoiceLine) -> bool:
    if plan.product_id and line.product_id != plan.product_id:
        return False
    return not plan.family or (line.product_id is not None and line.product.family == plan.family)


def _kind(line: InvoiceLine) -> str:
    return f"{line.product_id or ''} {line.name}"


def _notes(notes: Any, until: date) -> list[tuple[Invoice, date, tuple[tuple[str, int], ...]]]:
    """Credit notes with the day on which they were issued by the workspace's clock, and what they take back."""
    zone = ZoneInfo(current().timezone)
    end = datetime.combine(until + timedelta(days=1), time.min, zone)
    found = list(notes.filter(issued_at__lt=end).order_by("issued_at", "id"))
    lines: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    rows = InvoiceLine.objects.filter(invoice_id__in=[note.id for note in found], deleted_at=None)
    for line in rows.order_by("order", "id"):
        lines[line.invoice_id].append((_kind(line), line.net))
    return [(note, note.issued_at.astimezone(zone).date(), tuple(lines[note.id])) for note in found]


def _moves(
    plan: CommissionPlan,
    invoices: list[Invoice],
    payments: Any,
    notes: list[tuple[Invoice, date, tuple[tuple[str, int], ...]]],
    given: Mapping[UUID, dict[UUID, Decimal]],
) -> Mapping[UUID, list[Move]]:
    rates = RateBook.of(plan.currency, {invoice.currency for invoice in invoices})
    splits = _splits(plan, invoices)
    currencies = {invoice.id: invoice.currency for invoice in invoices}
    found: dict[UUID, list[Move]] = defaultdict(list)
    for payment in payments.order_by("paid_on", "id"):
        kind = PAID if payment.direction == Payment.Direction.IN else REFUNDED
        shares = _shares(splits[payment.invoice_id], given.get(payment.id, {}))
        rate = rates.on(payment.paid_on, currencies[payment.invoice_id])
        found[payment.invoice_id].append(
            Move(payment.id, kind, payment.name, payment.paid_on, payment.amount, rate, shares)
        )
    for note, day, lines in notes:
        rate = rates.on(day, note.currency)
        of: Any = note.credits_id
        found[of].append(Move(note.id, CREDITED, note.number, day, note.total, rate, splits[of], lines))
    return found


def _splits(plan: CommissionPlan, invoices: list[Invoice]) -> Mapping[UUID, Shares]:
    """Whose each invoice is: as its deal is split, else the owner of the deal, else that of the invoice."""
    credits: dict[UUID, list[tuple[UUID, Decimal]]] = defaultdict(list)
    if plan.credit == CommissionPlan.Credit.SPLIT:
        deals = [invoice.opportunity_id for invoice in invoices if invoice.opportunity_id]
        rows = OpportunityCredit.objects.filter(opportunity_id__in=deals).order_by("-percent", "id")
        for deal, member, percent in rows.values_list("opportunity_id", "member_id", "percent"):
            credits[deal].append((member, _plain(percent)))
    splits: dict[UUID, Shares] = {}
    for invoice in invoices:
        owner = invoice.opportunity.owner_id if invoice.opportunity_id else invoice.owner_id
        shared = credits.get(invoice.opportunity_id) if invoice.opportunity_id else None
        splits[invoice.id] = tuple(shared or ([(owner, WHOLE)] if owner else []))
    return splits


def _shares(split: Shares, given: Mapping[UUID, Decimal]) -> Shares:
    """What was approved stays with whom it was approved for; what is left is shared as the deal is split now."""
    if not given:
        return split
    rest = WHOLE - sum(given.values(), Decimal(0))
    open_ones = [(member, percent) for member, percent in split if member not in given]
    whole = sum((percent for _member, percent in open_ones), Decimal(0))
    late = [(member, rest * percent / whole) for member, percent in open_ones if rest > 0 and whole]
    return (*sorted(given.items()), *late)


@dataclass(frozen=True)
class RateBook:
    """Exchange rates into one currency, by the day from which each counts."""

    base: str
    days: Mapping[str, list[tuple[date, Decimal]]]

    @classmethod
    def of(cls, base: str, currencies: set[str]) -> "RateBook":
        rows = ExchangeRate.objects.filter(base=base, deleted_at=None, currency__in=currencies - {base})
        days: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for currency, day, rate in rows.order_by("-day").values_list("currency", "day", "rate"):
            days[currency].append((day, _plain(rate)))
        return cls(base, days)

    def on(self, day: date, currency: str) -> Decimal | None:
        """The newest on or before the day; None in the currency itself, and where there is none."""
        return next((rate for known, rate in self.days.get(currency, ()) if known <= day), None)
