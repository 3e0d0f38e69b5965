"""Sample quotes and what follows from them: sent, seen, answered, replaced; ordered, billed, paid, overdue, credited."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from sila.catalog.models import Measure, Product
from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.dice import Dice
from sila.sales.deal_lines.actions import set_lines
from sila.sales.invoices.actions import credit, issue, pay
from sila.sales.invoices.billing import bill, bill_order
from sila.sales.invoices.models import Invoice
from sila.sales.models import Opportunity
from sila.sales.orders.actions import confirm, order_deal, place
from sila.sales.quotes import actions as verbs
from sila.sales.quotes.customer import note_opening
from sila.sales.quotes.models import Quote

SEED = 2031
STRAIGHT = 3  # deals that are ordered without a quote
OPEN, WON, EACH = 16, 24, 3  # deals: those on their way, and each third of those that were won
SOLD_IN = {"NET-FIB": "لفة 100 متر", "FIRE-EXT": "صندوق 12 حبة"}  # product -> another unit than its own
MANY, ROUNDED_OFF = 4, "250"  # lines from which on a sum is taken off the whole
WANTED = timedelta(days=40)
BEFORE = timedelta(days=6)  # a deal is won, its quote is sent
TERMS = "الدفع: 50% مقدمًا و50% عند التسليم.\nالتوريد خلال ثلاثة أسابيع من تاريخ القبول.\nالضمان سنتان على القطع والعمل."
LETTERHEAD = {
    "name": "مجموعة الريان للتجارة",
    "name_en": "Rayyan Trading Group",
    "vat_number": "310122393500003",
    "cr_number": "1010123456",
    "address": "طريق العليا، حي العليا، الرياض 12211",
    "address_en": "Olaya Road, Al Olaya, Riyadh 12211",
    "phone": "+966112345678",
    "email": "sales@rayyan.example",
    "bank": "البنك الأهلي السعودي\nIBAN SA03 8000 0000 6080 1016 7519",
    "footer": "شكرًا لثقتكم",
    "footer_en": "Thank you for your trust",
}


def add_quotes(actors: Mapping[str, Actor], now: datetime) -> None:
    rng = Dice(SEED)
    admin = actors["noura"]
    records.create(registry["letterheads"], LETTERHEAD, by=admin)
    sellers = {actor.member_id: actor for actor in actors.values()}
    products = list(
        Product.objects.filter(active=True, deleted_at=None, price__isnull=False).order_by("code")
    )
    known = Opportunity.objects.filter(deleted_at=None, party__isnull=False).order_by(
        "-entered_stage_at", "id"
    )
    running = known.filter(category="open", stage__order__gte=3)[:OPEN]
    won = known.filter(category="won")[: WON * EACH : EACH]
    for deal in [*running, *won]:
        if deal.owner_id in sellers:
            _offer(deal, products, sellers[deal.owner_id], rng, now)
    for deal in known.filter(category="won")[1 : STRAIGHT * EACH : EACH]:
        if deal.owner_id in sellers:
            _order(deal, products, sellers[deal.owner_id], rng, now)


def _offer(deal: Opportunity, products: list[Product], by: Actor, rng: Random, now: datetime) -> None:
    entered = deal.entered_stage_at if deal.is_open else deal.entered_stage_at - BEFORE
    begun = min(entered + timedelta(hours=rng.uniform(1, 40)), now - timedelta(hours=2))
    with clock.at(
        max(begun, deal.updated_at)
    ):  # what it is about stands in the deal, whose story goes on in order
        deal = _put_in(products, deal, by, rng)
    with clock.at(begun):
        quote = verbs.make_quote(deal, by=by)
        quote = records.update(registry["quotes"], quote.id, {"terms": TERMS}, by=by)
    if rng.random() < 0.2 and deal.is_open:
        return  # still a draft
    with clock.at(min(begun + timedelta(hours=3), now)):
        quote = verbs.send(quote, by=by)
    if rng.random() < 0.3:
        with clock.at(min(begun + timedelta(days=2), now)):
            quote = verbs.new_version(quote, by=by)
            quote = verbs.send(quote, by=by)
    if rng.random() < 0.7:
        with clock.at(min(begun + timedelta(days=3), now)):
            note_opening(quote, workspace=by.workspace)
    if not deal.is_open:
        with clock.at(min(begun + timedelta(days=4), now)):
            who = deal.contact.name if deal.contact_id else ""
            quote = verbs.accept(Quote.objects.get(id=quote.id), by=by, who=who)
        if quote.total:
            _sell(quote, by, rng, begun + timedelta(days=rng.uniform(5, 12)), now)


def _order(deal: Opportunity, products: list[Product], by: Actor, rng: Random, now: datetime) -> None:
    """Ordered on the phone: nobody asked for a quote."""
    with clock.at(max(min(deal.entered_stage_at + timedelta(hours=5), now), deal.updated_at)):
        deal = _put_in(products, deal, by, rng)
        order = order_deal(deal, by=by)
        if order.party_id:
            confirm(order, by=by)


def _sell(quote: Quote, by: Actor, rng: Random, at: datetime, now: datetime) -> None:
    """Some by an order that is billed in parts, of which the last may be still to come."""
    if at > now:
        return None
    if rng.random() < 0.4:
        with clock.at(at):
            invoice = issue(bill(quote, by=by), by=by)
        return _collect(invoice, by, rng, at, now)
    with clock.at(at):
        order = place(quote, by=by)
        values = {"reference": f"PO-{rng.randint(1000, 9999)}", "wanted_on": str((at + WANTED).date())}
        records.update(registry["orders"], order.id, values, by=by)
    for part, days in (("30", 2), ("", 25)):
        billed = at + timedelta(days=days + rng.uniform(0, 5))
        if billed > now or rng.random() < 0.15:
            return None
        with clock.at(billed):
            invoice = issue(bill_order(order, by=by, part=part), by=by)
        _collect(invoice, by, rng, billed, now)
    return None


def _collect(invoice: Invoice, by: Actor, rng: Random, at: datetime, now: datetime) -> None:
    """Most are paid, in one go or two; some are late; one or another is taken back."""
    paid, chance = at + timedelta(days=rng.uniform(3, 50)), rng.random()
    if paid > now or chance < 0.15:
        return
    with clock.at(paid):
        if chance < 0.25:
            issue(credit(_now(invoice), by=by, reason="أعاد العميل البضاعة"), by=by)
        elif chance < 0.5:
            pay(_now(invoice), by=by, amount=invoice.total // 2, reference=_reference(rng))
        else:
            pay(_now(invoice), by=by, reference=_reference(rng))


def _now(invoice: Invoice) -> Invoice:
    found: Invoice = Invoice.objects.get(id=invoice.id)
    return found


def _reference(rng: Random) -> str:
    return f"FT{rng.randint(10_000, 99_999)}"


def _put_in(products: list[Product], deal: Opportunity, by: Actor, rng: Random) -> Opportunity:
    own = [deal.product] if deal.product_id else []
    chosen = {product.id: product for product in [*own, *rng.sample(products, rng.randint(1, 3))]}
    units = {unit.name: str(unit.id) for unit in Measure.objects.filter(name__in=SOLD_IN.values())}
    rows = [
        (
            f"new-{place}",
            {
                "product": str(product.id),
                "quantity": str(rng.choice((1, 1, 2, 4, 10, 25) if product.price < 500_000 else (1, 1, 2))),
                "discount": rng.choice(("", "", "", "5", "7.5")),
                **({"measure": units[SOLD_IN[product.code]]} if product.code in SOLD_IN else {}),
                **({} if product.currency == deal.currency else {"price": "1000"}),
            },
        )
        for place, product in enumerate(chosen.values())
    ]
    off = ROUNDED_OFF if len(rows) == MANY else None
    context = Context(by, Reader.of(by.workspace))
    filled: Opportunity = set_lines(deal, rows, by=by, context=context, discount_sum=off)
    return filled
