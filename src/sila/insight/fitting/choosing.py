"""What fits one customer now: bounded work, whoever they are and however much is sold.

Nothing is suggested that they have bought before (what comes again stands under their purchases), that is in an open
quote, that somebody rejected for now, that is not on sale, or that has no price for them. Reasons are told only of what
the reader may see.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from sila.catalog.models import BundleItem, Price, Product
from sila.insight.fitting.alike import Customer, Like, nearest, shared_weight, weights_of
from sila.insight.fitting.models import ProductRule, ProductSale, Suggestion
from sila.insight.fitting.ranking import SHOWN, Fit, best, of_likes, of_rules
from sila.insight.fitting.reading import bought, purchase, traits_of
from sila.insight.fitting.rules import Rule
from sila.insight.fitting.trying import CANDIDATES, PEOPLE, RAREST
from sila.insight.fitting.working import last_run
from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import today
from sila.sales.deal_lines.models import OpportunityLine
from sila.sales.models import Opportunity
from sila.sales.partners.pricing import book_of
from sila.sales.quotes.models import Quote, QuoteLine

LINES = "invoice-lines"
MOST_LINES = 20_000  # of customers alike
MORE = 4  # times as many as are shown are looked at: some are not on sale
Basis = ProductRule.Basis


@dataclass
class Chosen:
    fits: list[Fit] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)
    products: dict[UUID, Product] = field(default_factory=dict)
    known: int = 0  # products from which it was concluded
    counted: bool = False  # whether anything was counted yet


def open_to(actor: Actor) -> bool:
    """Whoever sees no invoices, or not what is on them, sees nothing that follows from them."""
    return (
        actor.can("invoices", "view")
        and actor.can("products", "view")
        and "product" in registry[LINES].readable(actor)
    )


def choose(party: Party, *, by: Actor, deal: Opportunity | None = None) -> Chosen:
    run = last_run()
    if run is None:
        return Chosen()
    held, offered = bought_by(party.id), _offered_to(party.id)
    wanted = _wanted_in(deal, by)
    have = (held if registry[LINES].open_to(by) else _seen_of(party.id, by)) | wanted
    without = held | offered | wanted | _rejected(party.id) | _parts_of(held)
    customers = run.metrics["customers"]
    sold = dict(ProductSale.objects.values_list("product_id", "customers"))
    likes = _likes(party, have, sold, customers)
    usual = {product: number / customers for product, number in sold.items()} if customers else {}
    fits = [*_by_rules(have, wanted, without), *of_likes(likes, without, usual)]
    found = best(fits, SHOWN * MORE)
    products = _for_sale({fit.product for fit in found}, party, deal, by)
    products |= _called({product for fit in found for product in fit.given} - products.keys())
    shown = [fit for fit in found if fit.product in products][:SHOWN]
    return Chosen(shown, likes, products, len(have), counted=True)


# ---- what there is already -----------------------------------------------------------------------------
def bought_by(party_id: UUID) -> set[UUID]:
    return set(bought().filter(invoice__party_id=party_id).values_list("product_id", flat=True)[:MOST_LINES])


def _seen_of(party_id: UUID, by: Actor) -> set[UUID]:
    seen = registry[LINES].visible_to(by).filter(purchase("invoice__"), product_id__isnull=False)
    return set(seen.filter(invoice__party_id=party_id).values_list("product_id", flat=True)[:MOST_LINES])


def _offered_to(party_id: UUID) -> set[UUID]:
    """In open deals, in drafts and in quotes that wait for an answer, whoever may see them."""
    deals = _in_deals().filter(opportunity__party_id=party_id, opportunity__category="open")
    rows = QuoteLine.objects.filter(
        quote__party_id=party_id,
        quote__status__in=(Quote.Status.DRAFT, Quote.Status.SENT),
        quote__deleted_at=None,
        deleted_at=None,
        product_id__isnull=False,
    )
    return set(rows.values_list("product_id", flat=True).union(deals.values_list("product_id", flat=True)))


def _in_deals() -> QuerySet[OpportunityLine]:
    rows: QuerySet[OpportunityLine] = OpportunityLine.objects.filter(
        deleted_at=None, opportunity__deleted_at=None, product_id__isnull=False
    )
    return rows


def _wanted_in(deal: Opportunity | None, by: Actor) -> set[UUID]:
    """What the deal is about: its product, its own lines, and what its open quotes hold that the reader may see."""
    if deal is None:
        return set()
    quotes = registry["quotes"].visible_to(by).filter(opportunity_id=deal.id)
    quotes = quotes.filter(status__in=(Quote.Status.DRAFT, Quote.Status.SENT))
    rows = QuoteLine.objects.filter(quote_id__in=quotes.order_by().values("id"), deleted_at=None)
    products = rows.filter(product_id__isnull=False).values_list("product_id", flat=True)
    if by.can("opportunity-lines", "view"):
        own = _in_deals().filter(opportunity_id=deal.id)
        products = products.union(own.values_list("product_id", flat=True))
    found = set(products)
    return found | ({deal.product_id} if deal.product_id else set())


def _rejected(party_id: UUID) -> set[UUID]:
    rows = Suggestion.objects.filter(party_id=party_id, until__gt=today())
    return set(rows.values_list("product_id", flat=True))


def _parts_of(products: Collection[UUID]) -> set[UUID]:
    """Who has a bundle has what is in it."""
    rows = BundleItem.objects.filter(bundle_id__in=products, deleted_at=None)
    return set(rows.values_list("product_id", flat=True))


def _for_sale(
    products: Collection[UUID], party: Party, deal: Opportunity | None, by: Actor
) -> dict[UUID, Product]:
    """Those on sale with a price: their own, or one in the price book that a quote of this customer would get."""
    paper = Quote(party=party, currency=base_currency(), opportunity=deal, org_unit_id=_unit(party, deal, by))
    book = book_of(paper, today())
    priced = Q(price__isnull=False)
    if book is not None:
        priced |= Q(id__in=Price.objects.filter(book_id=book.id, deleted_at=None).values("product_id"))
    rows = registry["products"].visible_to(by).filter(priced, id__in=products, active=True)
    return {product.id: product for product in rows}


def _unit(party: Party, deal: Opportunity | None, by: Actor) -> UUID | None:
    found: UUID | None = deal.org_unit_id if deal else by.member.unit_id if by.member else party.org_unit_id
    return found


def _called(products: Collection[UUID]) -> dict[UUID, Product]:
    return {product.id: product for product in Product.objects.filter(id__in=products)} if products else {}


# ---- why -----------------------------------------------------------------------------------------------
def _by_rules(have: set[UUID], wanted: set[UUID], without: Collection[UUID]) -> list[Fit]:
    """Rules of customers from all that they have; those of single purchases only from what the deal is about."""
    rows = ProductRule.objects.filter(Q(beside_id=None) | Q(beside_id__in=have), product_id__in=have)
    found: dict[str, list[Rule]] = defaultdict(list)
    for row in rows:
        given: tuple[Any, ...] = tuple(filter(None, (row.product_id, row.beside_id)))
        if row.basis == Basis.HISTORY or wanted.intersection(given):
            found[row.basis].append(Rule(given, row.then_id, row.together, row.of, row.then_in, row.whole))
    return [
        *of_rules(found[Basis.HISTORY], without),
        *of_rules(found[Basis.BASKET], without, basket=True),
    ]


def _likes(party: Party, have: set[UUID], sold: dict[UUID, int], customers: int) -> list[Like]:
    known = frozenset(product for product in have if product in sold)
    if not known:
        return []
    weights = weights_of(sold, customers)
    near = _candidates(party.id, known, sold, weights)
    if not near:
        return []
    histories: dict[UUID, set[UUID]] = defaultdict(set)
    lines = (
        bought().filter(invoice__party_id__in=near).order_by().values_list("invoice__party_id", "product_id")
    )
    for other, product in lines[:MOST_LINES]:
        histories[other].add(product)
    traits = traits_of([party.id, *near])
    others = {
        other: Customer(frozenset(products), traits.get(other, {})) for other, products in histories.items()
    }
    return nearest(Customer(known, traits.get(party.id, {})), others, weights)


def _candidates(
    party_id: UUID, known: Collection[UUID], sold: dict[UUID, int], weights: dict[Any, float]
) -> list[UUID]:
    """Who bought the rarest of the same products lately, those who share the weightiest first."""
    shared: dict[UUID, set[UUID]] = defaultdict(set)
    for product in sorted(known, key=lambda product: (sold[product], product))[:RAREST]:
        lines = bought().filter(product_id=product).exclude(invoice__party_id=party_id).order_by("-id")
        for other in lines.values_list("invoice__party_id", flat=True)[:PEOPLE]:
            if other is not None:
                shared[other].add(product)
    near = sorted(shared, key=lambda other: (-shared_weight(shared[other], weights), other))
    return near[:CANDIDATES]
