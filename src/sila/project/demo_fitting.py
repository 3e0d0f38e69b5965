"""Sample customers who buy what goes together, and promotions: one measured against its control group, two that run, and
one that is being prepared."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sila.catalog.models import Product
from sila.insight.fitting.working import count
from sila.insight.promotions.actions import add_customers, end, measure, start
from sila.insight.promotions.applying import apply_offer
from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.dice import Dice
from sila.sales.invoices.actions import issue
from sila.sales.invoices.rules import WORK
from sila.sales.quotes.models import Quote

SEED = 1449
CUSTOMERS = 48
TOGETHER = (  # what customers of a kind buy, each of it more or less surely
    (("POS-T2", 1.0), ("POS-SW", 0.9), ("CAM-4K", 0.6), ("CHAIR-ER", 0.2)),
    (("DESK-EX", 1.0), ("CHAIR-ER", 0.9), ("NET-FIB", 0.3)),
    (("NET-SW48", 1.0), ("NET-FIB", 0.9), ("CAM-4K", 0.5)),
    (("HVAC-SP3", 1.0), ("HVAC-DCT", 0.8), ("FIRE-EXT", 0.6)),
)
BEGAN, ENDED = timedelta(days=110), timedelta(days=50)
MORE, USUAL = 0.7, 0.35  # who buys again in the time of the promotion: offered it, or not


def add_fitting(actors: Mapping[str, Actor], now: datetime) -> None:
    rng = Dice(SEED)
    sellers = {actor.member_id: actor for actor in actors.values()}
    products = {product.code: product for product in Product.objects.filter(active=True, deleted_at=None)}
    companies = Party.objects.filter(kind="organization", deleted_at=None, owner_id__in=list(sellers))
    chosen = list(companies.order_by("id")[:CUSTOMERS])
    later: dict[Any, Product] = {}  # what each would buy next
    for place, company in enumerate(chosen):
        bought = [products[code] for code, surely in TOGETHER[place % 4] if rng.random() < surely]
        first, second = (bought[:-1], bought[-1]) if len(bought) > 1 else (bought, bought[0])
        _sell(company, first, sellers[company.owner_id], rng, now - timedelta(days=rng.uniform(130, 400)))
        later[company.id] = second
    admin = actors["noura"]
    _measured(chosen, later, sellers, admin, rng, now)
    _running(products, admin, now)
    _with_a_gift(products["FIRE-EXT"], admin, now)
    count(admin.workspace)


def _sell(company: Party, products: list[Product], by: Actor, rng: Random, at: datetime) -> None:
    with clock.at(at):
        values = {"name": "أمر توريد", "party": str(company.id), "currency": "SAR"}
        invoice = records.create(registry["invoices"], values, by=by)
        rows = [
            (f"new-{place}", {"product": str(product.id), "quantity": str(rng.choice((1, 1, 2, 3)))})
            for place, product in enumerate(products)
        ]
        lines = WORK.set_lines(invoice, rows, by=by, context=Context(by, Reader.of(by.workspace)))
        issue(lines, by=by)


def _promotion(by: Actor, **values: Any) -> Promotion:
    made: Promotion = records.create(registry["promotions"], values, by=by)
    return made


def _anew(promotion: Promotion) -> Promotion:
    found: Promotion = Promotion.objects.get(id=promotion.id)
    return found


def _measured(
    chosen: list[Party],
    later: Mapping[Any, Product],
    sellers: Mapping[Any, Actor],
    admin: Actor,
    rng: Random,
    now: datetime,
) -> None:
    with clock.at(now - BEGAN):
        promotion = _promotion(
            admin,
            name="عرض نهاية الموسم",
            begins=(now - BEGAN).date().isoformat(),
            ends=(now - ENDED).date().isoformat(),
            percent="10",
            control_share="40",
            cost="4000",
            contact_cost="15",
        )
        rows = registry["organizations"].visible_to(admin).filter(id__in=[each.id for each in chosen])
        add_customers(promotion, rows, by=admin)
        promotion = start(_anew(promotion), by=admin)
    treated = set(
        PromotionCustomer.objects.filter(promotion_id=promotion.id, treated=True).values_list(
            "party_id", flat=True
        )
    )
    for company in chosen:
        buys = rng.random() < (MORE if company.id in treated else USUAL)
        day = now - timedelta(days=rng.uniform(55, 105) if buys else rng.uniform(112, 128))
        _sell(company, [later[company.id]], sellers[company.owner_id], rng, day)
    with clock.at(now - ENDED + timedelta(days=12)):
        measure(end(_anew(promotion), by=admin), by=admin)


def _running(products: Mapping[str, Product], admin: Actor, now: datetime) -> None:
    """One that began last week for everybody in Riyadh, and one that waits."""
    running = _promotion(
        admin,
        name="كاميرات بخصم للرياض",
        begins=(now - timedelta(days=7)).date().isoformat(),
        ends=(now + timedelta(days=30)).date().isoformat(),
        percent="7.5",
        product=str(products["CAM-4K"].id),
        control_share="20",
    )
    riyadh = registry["organizations"].visible_to(admin).filter(city="الرياض")
    if add_customers(running, riyadh, by=admin) >= 4:
        start(_anew(running), by=admin)
    waiting = _promotion(
        admin,
        name="تركيب مجاني مع مكيفين",
        begins=(now + timedelta(days=20)).date().isoformat(),
        ends=(now + timedelta(days=60)).date().isoformat(),
        offer="gift",
        gift="تركيب مجاني",
        family="تكييف",
        control_share="25",
    )
    add_customers(waiting, registry["organizations"].visible_to(admin), by=admin)


def _with_a_gift(product: Product, admin: Actor, now: datetime) -> None:
    """One that gives something away; it stands in one quote already."""
    promotion = _promotion(
        admin,
        name="طفاية هدية مع كل طلب",
        begins=(now - timedelta(days=3)).date().isoformat(),
        ends=(now + timedelta(days=25)).date().isoformat(),
        offer="gift",
        gift_product=str(product.id),
        control_share="20",
    )
    drafts = Quote.objects.filter(status=Quote.Status.DRAFT, deleted_at=None, lines__product_id__isnull=False)
    companies = registry["organizations"].visible_to(admin)
    wanted = companies.filter(city="جدة") | companies.filter(id__in=drafts.values("party_id"))
    if add_customers(promotion, wanted, by=admin) < 4:
        return
    start(_anew(promotion), by=admin)
    offered = promotion.customers.filter(treated=True).values("party_id")
    if quote := drafts.filter(party_id__in=offered).order_by("-id").first():
        apply_offer(_anew(promotion), "quotes", quote.id, by=admin)
