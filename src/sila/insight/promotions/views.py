"""Choosing the customers of a promotion, the list of those to whom it is offered, and promotions compared."""

from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from sila.insight.promotions.actions import add_customers
from sila.insight.promotions.applying import apply_offer, may_apply, paper_of
from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.insight.promotions.offering import card
from sila.insight.promotions.rules import SLUG
from sila.insight.promotions.showing import customers_told, lines_compared
from sila.parties.duplicates import SLUGS
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import Context, parse_all
from sila.platform.entities.listing import order_of, page
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, fragment, toast, workspace_view
from sila.platform.entities.views.fields import dialog, given_values
from sila.platform.entities.views.kept import fields_to_take, kept_views, taken
from sila.sales.partners.performance import shows_amounts

PAGE = 100


def _promotion(promotion_id: UUID, context: Context) -> Promotion:
    found: Promotion = records.get(registry[SLUG], promotion_id, by=context.actor)
    return found


@require_GET
@workspace_view
def compared(request: WorkspaceRequest, context: Context) -> HttpResponse:
    if not (context.actor.can(SLUG, "view") and shows_amounts(context)):
        raise NotAllowed(_("Your role does not show what customers bought."))
    shown = {
        "title": _("Promotions compared"),
        "back": registry[SLUG].url(context.reader.slug),
        "lines": lines_compared(context),
    }
    return fragment(request, "insight/promotions.html", {"page": shown})


@require_GET
@workspace_view
def customers(request: WorkspaceRequest, context: Context, promotion_id: UUID) -> HttpResponse:
    """To whom it is offered, as far as the reader may see them; of the control group nothing."""
    promotion, reader = _promotion(promotion_id, context), context.reader
    treated = PromotionCustomer.objects.filter(promotion_id=promotion.id, treated=True)
    noun = registry["parties"]
    parties = noun.visible_to(context.actor).filter(id__in=treated.values("party_id"))
    by_name = order_of(
        noun, noun.readable(context.actor), "name", context.actor, arabic_first=reader.language == "ar"
    )
    found = page(noun, parties, ("name", "kind", "city"), by_name, request.GET.get("after", ""), size=PAGE)
    here = f"/w/{reader.slug}/promotion/{promotion.id}/customers"
    shown = {
        "title": _("Offered to: %(promotion)s") % {"promotion": promotion.name},
        "back": registry[SLUG].url(reader.slug, promotion.id),
        "customers": [
            {
                "name": row["name"],
                "city": row["city"],
                "url": registry[SLUGS[row["kind"]]].url(reader.slug, row["id"]),
            }
            for row in found.rows
        ],
        "next_url": f"{here}?{urlencode({'after': found.next})}" if found.next else "",
    }
    return fragment(request, "insight/promotion_customers.html", {"page": shown})


@require_GET
@workspace_view
def of_customer(request: WorkspaceRequest, context: Context, party_id: UUID) -> HttpResponse:
    """The card of what runs for a customer, on their page and on their quotes."""
    party = records.get(registry["parties"], party_id, by=context.actor)
    if not context.actor.can(SLUG, "view"):
        raise NotAllowed
    return fragment(request, "entities/_related_group.html", {"group": card(party.id, context)})


@require_GET
@workspace_view
def in_paper(request: WorkspaceRequest, context: Context, of: str, record_id: UUID) -> HttpResponse:
    """The card on a quote or a deal, with a button that applies each."""
    if not context.actor.can(SLUG, "view"):
        raise NotAllowed
    paper = paper_of(of, record_id, by=context.actor)
    here = f"/w/{context.reader.slug}/promotions-in/{of}/{record_id}/"
    shown = card(paper.party_id, context, here if may_apply(of, paper, by=context.actor) else "")
    return fragment(request, "entities/_related_group.html", {"group": shown})


@require_POST
@workspace_view
def apply(
    request: WorkspaceRequest, context: Context, of: str, record_id: UUID, promotion_id: UUID
) -> HttpResponse:
    try:
        apply_offer(_promotion(promotion_id, context), of, record_id, by=context.actor)
    except Invalid as error:
        return toast(HttpResponse(status=422), "; ".join(error.errors.values()))
    return done(_("The promotion is applied."))


# ---- choosing them -------------------------------------------------------------------------------------
def _ones() -> dict[str, str]:
    """Of which one can be added by name."""
    return {"organizations": pgettext("label", "Company"), "people": pgettext("label", "Person")}


@workspace_view
def add(request: WorkspaceRequest, context: Context, promotion_id: UUID) -> HttpResponse:
    """GET: the form in a dialog. POST: all of a kept view, and those that were chosen."""
    promotion = _promotion(promotion_id, context)
    if not context.actor.may(SLUG, "edit", promotion):
        raise NotAllowed
    views, ones, title = kept_views(SLUGS.values(), context), _ones(), _("Add customers")
    help_text = _("Keep a view over companies or people first; all that it shows are added.")
    fields = fields_to_take(views, ones, help_text, context)
    ask = partial(dialog, request, title, fields, context=context, action=request.path, submit=title)
    if request.method != "POST":
        return ask({})
    given = given_values(request.POST, fields)
    try:
        chosen = taken(views, ones, parse_all(fields, given, context), context)
        number = sum(add_customers(promotion, rows, by=context.actor) for _noun, rows in chosen)
    except Invalid as error:
        return ask(given, errors=error.errors)
    messages.success(request, customers_told(number))
    return done()
