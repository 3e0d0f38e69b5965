"""Verbs of suggestions: accept one, reject one."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.catalog.models import Product
from sila.insight.fitting.choosing import Chosen, choose, open_to
from sila.insight.fitting.models import Suggestion
from sila.insight.fitting.ranking import Fit
from sila.parties.duplicates import SLUGS
from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import today
from sila.sales.deal_lines.actions import add_product
from sila.sales.deal_lines.rules import has_lines
from sila.sales.models import Opportunity
from sila.sales.quotes.models import Quote
from sila.sales.renewing import months_after

DEALS = "opportunities"
MONTHS = (3, 6, 12, 24)  # for which what was rejected is not suggested again
Answer, Why = Suggestion.Answer, Suggestion.Why
Taker = Callable[[Party, Opportunity | None, Product, Actor], Any]


def into_draft_quote(party: Party, deal: Opportunity | None, product: Product, by: Actor) -> Any:
    """A line more in the newest draft that the actor may change: of the deal, or else of the customer."""
    mine: dict[str, Any] = (
        {"opportunity_id": deal.id} if deal else {"party_id": party.id, "opportunity_id": None}
    )
    drafts = registry["quotes"].visible_to(by, "edit").filter(status=Quote.Status.DRAFT, **mine)
    draft = drafts.order_by("-id").first()
    if draft is None:
        return None
    records.create(registry["quote-lines"], {"quote": str(draft.id), "product": str(product.id)}, by=by)
    return draft


def into_deal(party: Party, deal: Opportunity | None, product: Product, by: Actor) -> Any:
    """A product more in the deal, if it counts its products already or has no amount yet: one that was typed stays."""
    if deal is None or not deal.is_open or not (deal.amount is None or has_lines(deal)):
        return None
    add_product(deal, product, by=by)
    return deal


TAKERS: list[Taker] = [
    into_draft_quote,
    into_deal,
]  # where an accepted product goes: to the first that takes it


@transaction.atomic
def accept(party: Party, product_id: UUID, *, by: Actor, deal: Opportunity | None = None) -> Any:
    """It goes into the draft quote if there is one, else into the deal, else it is noted as an interest. Gives what took
    it, or None. Raises NotAllowed, and Invalid for what is not suggested any more."""
    fit, product = _suggested(party, product_id, by, deal)
    taken = next((found for take in TAKERS if (found := take(party, deal, product, by))), None)
    _keep(party, product, fit, by, deal, answer=Answer.ACCEPTED, until=months_after(today(), MONTHS[0]))
    return taken


@transaction.atomic
def reject(
    party: Party, product_id: UUID, *, by: Actor, why: str, months: int = 6, deal: Opportunity | None = None
) -> Suggestion:
    """It is not suggested to this customer again for so many months."""
    if why not in Why.values:
        raise Invalid({"why": _("Say why it does not fit.")})
    if months not in MONTHS:
        raise Invalid({"months": _("Choose one of the times.")})
    fit, product = _suggested(party, product_id, by, deal)
    until = months_after(today(), months)
    return _keep(party, product, fit, by, deal, answer=Answer.REJECTED, why=why, until=until)


def may_answer(party: Party, deal: Opportunity | None, by: Actor) -> bool:
    if by.member_id is None or not open_to(by):
        return False
    return by.may(DEALS, "edit", deal) if deal else by.may(SLUGS[party.kind], "edit", party)


def _suggested(party: Party, product_id: UUID, by: Actor, deal: Opportunity | None) -> tuple[Fit, Product]:
    if not may_answer(party, deal, by):
        raise NotAllowed
    chosen: Chosen = choose(party, by=by, deal=deal)
    fit = next((each for each in chosen.fits if each.product == product_id), None)
    if fit is None:
        raise Invalid({"": _("This product is not suggested any more.")})
    return fit, chosen.products[product_id]


def _keep(
    party: Party,
    product: Product,
    fit: Fit,
    by: Actor,
    deal: Opportunity | None,
    *,
    answer: str,
    until: date,
    why: str = "",
) -> Suggestion:
    row: Suggestion = Suggestion.objects.create(
        party_id=party.id,
        product_id=product.id,
        opportunity_id=deal.id if deal else None,
        member_id=by.member_id,
        answer=answer,
        why=why,
        until=until,
        figures={"together": fit.together, "of": fit.of, "lift": fit.lift, "like": not fit.given},
    )
    about: Any = deal or party
    log.record(
        f"suggestion_{answer}",
        by=by,
        entity=DEALS if deal else SLUGS[party.kind],
        record_id=about.id,
        title=about.name,
        text=product.name,
        about=str(product.id),
    )
    return row
