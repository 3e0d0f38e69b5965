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
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS
from sila.sales.lines.models import Summed
from sila.sales.partners import pricing

NOUNS = tuple(SLUGS.values())
QUOTES = "quotes"
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


def discount_of_promotion(paper: Summed, product: Product, on: date) -> Decimal:
    """The largest percentage that is off this product now."""
    found = [
        each.percent or Decimal(0)
        for each in _of_paper(paper, on)
        if each.offer == Offer.PERCENT
        and each.product_id in (None, product.id)
        and each.family in ("", product.family)
    ]
    return max(found, default=Decimal(0))


# ---- on pages ------------------------------------------------------------------------------------------
def promotions_panel(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """A card that is fetched when the page is there; none where nothing runs for the customer."""
    if entity.slug not in (*NOUNS, QUOTES) or not record.told.get("promoted"):
        return []
    if not context.actor.can(SLUG, "view"):
        return []
    party = record.party_id if entity.slug == QUOTES else record.id
    return [_card() | {"lazy": f"/w/{context.reader.slug}/promotions-of/{party}", "note": "…"}]


def _card() -> dict[str, Any]:
    return {"key": SLUG, "label": registry[SLUG].plural, "icon": registry[SLUG].icon}


def card(party_id: UUID, context: Context) -> dict[str, Any]:
    noun, reader = registry[SLUG], context.reader
    items = [
        {
            "title": each.name,
            "icon": noun.icon,
            "url": noun.url(reader.slug, each.id),
            "hint": " · ".join(
                filter(None, (offer_of(each, reader), _("until %(day)s") % {"day": reader.day(each.ends)}))
            ),
        }
        for each in running(party_id, reader.today)[:SHOWN]
    ]
    return _card() | {"items": items}


def is_promoted(entity: Entity) -> Any:
    if entity.slug not in (*NOUNS, QUOTES):
        return None
    party = OuterRef("party_id" if entity.slug == QUOTES else "id")
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
    }
)
extensions.marks["promoted"] = is_promoted
extensions.panels.append(promotions_panel)
pricing.BOOKS.append(book_of_promotion)
pricing.DISCOUNTS.append(discount_of_promotion)
