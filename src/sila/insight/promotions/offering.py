"""What runs for a customer: on their page and on their quotes, and in the prices of what is offered to them from now on.

Of the control group nothing is said anywhere: who sells to them treats them as everybody else.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.catalog.models import PriceBook, Product
from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.insight.promotions.rules import SLUG
from sila.insight.promotions.showing import offer_of
from sila.parties.duplicates import SLUGS
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.rates import rates_on
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS
from sila.platform.kit.text import isolate
from sila.sales.lines.models import Summed
from sila.sales.partners import pricing

NOUNS = tuple(SLUGS.values())
PAPERS = ("quotes", "opportunities")
SHOWN = 5
Offer = Promotion.Offer


def running(party_id: UUID | None, on: date) -> list[Promotion]:
    """Those that are offered to the customer on the day, the one that ends first first."""
    if party_id is None:
        return []
    rows = Promotion.objects.filter(
        customers__party_id=party_id,
        customers__treated=True,
        status=Promotion.Status.RUNNING,
        deleted_at=None,
        begins__lte=on,
        ends__gte=on,
    )
    return list(rows.select_related("price_book").order_by("ends", "id"))


def _of_paper(paper: Summed, on: date) -> list[Promotion]:
    """Asked once for a document, however many lines it has."""
    kept = vars(paper).setdefault("_promotions", {})
    if (paper.party_id, on) not in kept:
        kept[paper.party_id, on] = running(paper.party_id, on)
    found: list[Promotion] = kept[paper.party_id, on]
    return found


def book_of_promotion(paper: Summed, on: date) -> PriceBook | None:
    books = [
        each.price_book for each in _of_paper(paper, on) if each.offer == Offer.BOOK and each.price_book_id
    ]
    return next((book for book in books if book.currency == paper.currency and book.deleted_at is None), None)


def is_for(promotion: Promotion, product: Product) -> bool:
    return promotion.product_id in (None, product.id) and promotion.family in ("", product.family)


def discount_of_promotion(paper: Summed, product: Product, on: date) -> Decimal:
    """The largest percentage that is off this product now."""
    found = [percent_off(each, product) for each in _of_paper(paper, on)]
    return max(found, default=Decimal(0))


def percent_off(promotion: Promotion, product: Product) -> Decimal:
    offered = promotion.offer == Offer.PERCENT and is_for(promotion, product)
    return promotion.percent or Decimal(0) if offered else Decimal(0)


def amount_of_promotion(paper: Summed, product: Product, on: date) -> int:
    """The largest amount that is off each unit of this product now."""
    return max((amount_off(each, product, paper.currency, on) for each in _of_paper(paper, on)), default=0)


def amount_off(promotion: Promotion, product: Product, currency: str, on: date) -> int:
    """In minor units of the currency; nothing where there is no rate."""
    if promotion.offer != Offer.AMOUNT or not promotion.amount or not is_for(promotion, product):
        return 0
    rates = rates_on(on, {promotion.currency, currency})
    return rates.across(promotion.amount, promotion.currency, currency) or 0


# ---- on pages ------------------------------------------------------------------------------------------
def promotions_panel(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """A card that is fetched when the page is there; none where nothing runs for the customer."""
    if entity.slug not in (*NOUNS, *PAPERS) or not record.told.get("promoted"):
        return []
    if not context.actor.can(SLUG, "view"):
        return []
    of = f"-in/{entity.slug}" if entity.slug in PAPERS else "-of"
    return [_card() | {"lazy": f"/w/{context.reader.slug}/promotions{of}/{record.id}", "note": "…"}]


def _card() -> dict[str, Any]:
    return {"key": SLUG, "label": registry[SLUG].plural, "icon": registry[SLUG].icon}


def card(party_id: UUID | None, context: Context, apply_url: str = "") -> dict[str, Any]:
    """`apply_url`: of a document that may be changed, before the id of a promotion."""
    noun, reader = registry[SLUG], context.reader
    items = [
        {
            "title": each.name,
            "icon": noun.icon,
            "url": noun.url(reader.slug, each.id),
            "hint": " · ".join(
                filter(None, (offer_of(each, reader), _("until %(day)s") % {"day": reader.day(each.ends)}))
            ),
            "buttons": [_apply(each, apply_url)] if apply_url and each.offer != Offer.BOOK else [],
        }
        for each in running(party_id, reader.today)[:SHOWN]
    ]
    return _card() | {"items": items}


def _apply(promotion: Promotion, apply_url: str) -> dict[str, Any]:
    label = _("Apply to the lines: %(promotion)s") % {"promotion": isolate(promotion.name)}
    url = f"{apply_url}{promotion.id}/apply"
    return {"icon": "rosette-discount-check", "label": label, "url": url, "confirm": "", "shown": True}


def is_promoted(entity: Entity) -> Any:
    if entity.slug not in (*NOUNS, *PAPERS):
        return None
    party = OuterRef("party_id" if entity.slug in PAPERS else "id")
    return Exists(
        PromotionCustomer.objects.filter(
            party_id=party,
            treated=True,
            promotion__status=Promotion.Status.RUNNING,
            promotion__deleted_at=None,
        )
    )


VERBS.update(
    {
        "promotion_customers": (gettext_lazy("added customers to this promotion"), "users-plus"),
        "promotion_started": (gettext_lazy("started this promotion"), "player-play"),
        "promotion_ended": (gettext_lazy("ended this promotion"), "player-stop"),
        "promotion_measured": (gettext_lazy("measured this promotion"), "scale"),
        "promotion_applied": (gettext_lazy("applied a promotion"), "rosette-discount-check"),
        "promotion_used": (gettext_lazy("applied this promotion"), "rosette-discount-check"),
    }
)
extensions.marks["promoted"] = is_promoted
extensions.panels.append(promotions_panel)
pricing.BOOKS.append(book_of_promotion)
pricing.DISCOUNTS.append(discount_of_promotion)
pricing.AMOUNTS.append(amount_of_promotion)
