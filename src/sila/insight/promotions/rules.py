"""What no door lets through of a promotion."""

from decimal import Decimal

from django.utils.translation import gettext as _

from sila.insight.promotions.models import LEAST, MOST, Promotion, PromotionCustomer
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold

SLUG = "promotions"
OFFERED = ("product", "family", "offer", "percent", "amount", "gift", "gift_product", "price_book")
FIXED = ("begins", *OFFERED, "control_share")
Offer, Status = Promotion.Offer, Promotion.Status
VALUES = {Offer.PERCENT: "percent", Offer.AMOUNT: "amount", Offer.GIFT: "gift", Offer.BOOK: "price_book_id"}


def derive(promotion: Promotion, changes: Changes, by: Actor) -> None:
    promotion.name_fold = fold(promotion.name)[:200]
    promotion.currency = promotion.currency or base_currency()
    if promotion.gift_product_id and not promotion.gift:
        promotion.gift = promotion.gift_product.name[:200]
    if promotion.ends < promotion.begins:
        raise Invalid({"ends": _("It ends before it begins.")})
    if not LEAST <= promotion.control_share <= MOST:
        raise Invalid({"control_share": _("It lies between 5 and 50 %.")})
    if promotion.percent is not None and not Decimal(0) < promotion.percent <= 100:
        raise Invalid({"percent": _("A discount lies between 0 and 100 %.")})
    for name in ("amount", "cost", "contact_cost"):
        if (getattr(promotion, name) or 0) < 0:
            raise Invalid({name: _("This cannot be less than zero.")})


def keep_what_runs(promotion: Promotion, changes: Changes, by: Actor) -> None:
    """Once the lot is drawn, what is offered to whom stands: else nothing could be measured."""
    if promotion._state.adding or changes.get("status", promotion.status) == Status.DRAFT:
        return
    touched = [name for name in FIXED if name in changes]
    if touched or ("ends" in changes and "status" not in changes):
        name = touched[0] if touched else "ends"
        raise Invalid({name: _("The promotion has started: this stands as it is.")})


def keep_lot(customer: PromotionCustomer, changes: Changes, by: Actor) -> None:
    """Whom the lot has drawn stands. Only a promotion that was started elsewhere, whose lot was drawn there, brings its
    customers along by a file."""
    if not (customer._state.adding or {"promotion", "party"} & changes.keys()):
        return
    if customer.party_id is None:
        raise Invalid({"party": _("This field is required.")})
    promotion = customer.promotion
    customer.name = customer.party.name[:200]
    alike = PromotionCustomer.objects.filter(promotion_id=promotion.id, party_id=customer.party_id)
    if alike.exclude(id=customer.id).exists():
        raise Invalid({"party": _("This customer is in the promotion already.")})
    if promotion.is_draft:
        customer.treated = None
        return
    drawn_elsewhere = promotion.seed is None and by.via in ("import", "demo") and customer.treated is not None
    if not (drawn_elsewhere and customer._state.adding):
        raise Invalid({"promotion": _("The promotion has started: its customers stand.")})


def refuse_without_offer(promotion: Promotion) -> None:
    name = VALUES[Offer(promotion.offer)]
    if not getattr(promotion, name):
        raise Invalid({name.removesuffix("_id"): _("Say what is offered.")})


def keep_running(promotion: Promotion, by: Actor) -> None:
    if promotion.status == Status.RUNNING:
        raise Invalid({"": _("This promotion is running: end it first.")})
