"""Sample customers who order again and again: the same few things, each in its own rhythm, and now and then one back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from sila.catalog.models import Product
from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.dice import Dice
from sila.sales.invoices.actions import credit, issue, pay
from sila.sales.invoices.models import Invoice
from sila.sales.invoices.rules import WORK

SEED = 1447
CUSTOMERS = 8
SINCE = timedelta(days=420)
RHYTHMS = (14, 30, 30, 45, 60, 90)  # days from one order of a product to the next
SUBJECT = "توريد دوري"


def add_purchases(actors: Mapping[str, Actor], now: datetime) -> None:
    rng = Dice(SEED)
    sellers = {actor.member_id: actor for actor in actors.values()}
    products = list(
        Product.objects.filter(active=True, deleted_at=None, price__isnull=False).order_by("price")
    )
    small = products[: max(len(products) // 2, 4)]
    companies = Party.objects.filter(kind="organization", deleted_at=None, owner_id__in=list(sellers))
    for company in companies.order_by("-touched_at", "id")[:CUSTOMERS]:
        bought = rng.sample(small, min(len(small), rng.randint(2, 3)))
        _buy(
            company, {product: rng.choice(RHYTHMS) for product in bought}, sellers[company.owner_id], rng, now
        )


def _buy(company: Party, rhythms: Mapping[Product, int], by: Actor, rng: Random, now: datetime) -> None:
    """What is due within the same days stands on one invoice."""
    due = {product: now - SINCE + timedelta(days=rng.uniform(0, days)) for product, days in rhythms.items()}
    while (at := min(due.values())) < now - timedelta(days=1):
        together = [product for product, day in due.items() if day <= at + timedelta(days=5)]
        _invoice(company, together, by, rng, at.replace(hour=8) + timedelta(minutes=rng.randint(0, 400)), now)
        for product in together:
            due[product] = at + timedelta(days=rhythms[product] * rng.uniform(0.85, 1.15))


def _invoice(
    company: Party, products: list[Product], by: Actor, rng: Random, at: datetime, now: datetime
) -> None:
    at = min(at, now)
    with clock.at(at):
        invoice = records.create(
            registry["invoices"], {"name": SUBJECT, "party": str(company.id), "currency": "SAR"}, by=by
        )
        rows = [
            (f"new-{place}", {"product": str(product.id), "quantity": str(rng.choice((1, 2, 2, 3, 5, 10)))})
            for place, product in enumerate(products)
        ]
        invoice = issue(
            WORK.set_lines(invoice, rows, by=by, context=Context(by, Reader.of(by.workspace))), by=by
        )
    if (paid := at + timedelta(days=rng.uniform(1, 28))) > now:
        return
    with clock.at(paid):
        if rng.random() < 0.06:
            issue(credit(invoice, by=by, reason="تالف عند الاستلام"), by=by)
        else:
            pay(Invoice.objects.get(id=invoice.id), by=by, reference=f"FT{rng.randint(10_000, 99_999)}")
