"""What a running promotion offers, put into the lines of a quote or of a deal that are there already.

New lines have a percentage or an amount off by themselves (offering.py). This brings it into lines of before, never above
what a line costs now, and adds a gift as a line of its own with a discount of all of it. Pressed twice it does nothing more.
Who is not offered it, the control group among them, gets nothing, and is told the same: who sells to them is to treat them
as everybody else.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.catalog.pricing import ratio_of
from sila.insight.promotions.models import Promotion
from sila.insight.promotions.offering import amount_off, is_for, percent_off, running
from sila.insight.promotions.rules import SLUG
from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.kit.lines import half_up
from sila.platform.kit.money import CURRENCIES, from_minor
from sila.platform.kit.numbers import plain_number
from sila.sales.deal_lines.rules import WORK as DEALS
from sila.sales.lines.keeping import Paperwork
from sila.sales.lines.models import PricedLine, Summed
from sila.sales.lines.summing import offer_of, unit_of
from sila.sales.quotes.rules import WORK as QUOTES
from sila.sales.rules import today

WORKS = {work.papers: work for work in (QUOTES, DEALS)}
Row = tuple[str, dict[str, str]]
ALL = Decimal(100)


def paper_of(noun: str, record_id: UUID, *, by: Actor) -> Any:
    """The quote or the deal. Raises NotFound, also of another noun."""
    if noun not in WORKS:
        raise NotFound
    return records.get(WORKS[noun].noun, record_id, by=by)


def may_apply(noun: str, paper: Summed, *, by: Actor) -> bool:
    try:
        WORKS[noun].may_change(paper, None, by)
    except Invalid:
        return False
    return by.may(noun, "edit", paper)


@transaction.atomic
def apply_offer(promotion: Promotion, noun: str, record_id: UUID, *, by: Actor) -> Any:
    """Raises NotFound, NotAllowed, and Invalid with the reason why nothing of it is applied."""
    paper = paper_of(noun, record_id, by=by)
    if not by.may(noun, "edit", paper):
        raise NotAllowed
    work = WORKS[noun]
    _refuse_whom_it_is_not_for(promotion, paper, by)
    rows = _rows(promotion, work, paper, by)
    rights = by.with_all_rights(
        by.via
    )  # what is offered was decided with the promotion, not by who may give discounts
    paper = work.set_lines(paper, rows, by=rights, context=Context(rights, Reader.of(by.workspace)))
    told = ((noun, paper.id, "promotion_applied", promotion), (SLUG, promotion.id, "promotion_used", paper))
    for entity, about, kind, other in told:
        log.record(kind, by=by, entity=entity, record_id=about, text=str(other.name), about=str(other.id))
    return paper


def apply_to(promotion: Promotion, *, by: Actor, quote: Any = None, opportunity: Any = None) -> Any:
    """The same from the promotion's side. Raises Invalid unless one of the two is named, and as `apply_offer`."""
    if bool(quote) == bool(opportunity):
        raise Invalid({"": _("Choose a quote or a deal.")})
    noun, record = (QUOTES.papers, quote) if quote else (DEALS.papers, opportunity)
    return apply_offer(promotion, noun, UUID(str(record)), by=by)


def _refuse_whom_it_is_not_for(promotion: Promotion, paper: Summed, by: Actor) -> None:
    if promotion.status != Promotion.Status.RUNNING:
        raise Invalid({"": _("This promotion is not running.")})
    if promotion.id not in {each.id for each in running(paper.party_id, today(by))}:
        raise Invalid({"": _("This promotion is not offered to this customer now.")})
    if promotion.offer == Promotion.Offer.BOOK:
        raise Invalid({"": _("This promotion is a price book: choose it in the document.")})


def _rows(promotion: Promotion, work: Paperwork, paper: Summed, by: Actor) -> list[Row]:
    """The lines as they are to be. Raises Invalid where there is nothing to do."""
    lines = work.lines_of(paper)
    meant = [line for line in lines if line.product_id and is_for(promotion, line.product)]
    if not meant:
        raise Invalid({"": _("Nothing in it is what this promotion is for.")})
    rows: list[Row] = [(str(line.id), {}) for line in lines]
    if promotion.offer == Promotion.Offer.GIFT:
        rows += _gift(promotion, lines)
    else:
        less = {str(line.id): _less(promotion, line, paper, by) for line in meant}
        rows = [(key, less.get(key, {})) for key, _values in rows]
    if len(rows) == len(lines) and not any(values for _key, values in rows):
        raise Invalid({"": _("It is in the prices already.")})
    return rows


def _gift(promotion: Promotion, lines: list[PricedLine]) -> list[Row]:
    """None where it stands there already."""
    product = promotion.gift_product_id
    given = [line for line in lines if line.discount == ALL]
    if any(line.product_id == product if product else line.name == promotion.gift for line in given):
        return []
    own = {"product": str(product)} if product else {"name": promotion.gift, "price": "0"}
    return [("gift", own | {"quantity": "1", "discount": "100", "details": promotion.name})]


def _less(promotion: Promotion, line: PricedLine, paper: Summed, by: Actor) -> dict[str, str]:
    """What is to change in the line, so that it costs no more than is offered; nothing where it costs less already."""
    if percent := percent_off(promotion, line.product):
        return {"discount": plain_number(percent)} if line.discount < percent else {}
    listed = offer_of(line, line.product, paper, by).price
    if listed is None or line.price is None:
        return {}
    off = amount_off(promotion, line.product, paper.currency, today(by))
    price = max(listed - half_up(off * ratio_of(line.product, unit_of(line))), 0)
    if price >= line.price * (100 - Fraction(line.discount)) / 100:
        return {}
    return {"price": f"{from_minor(price, CURRENCIES[paper.currency]):f}", "discount": "0"}
