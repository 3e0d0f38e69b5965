"""Products that fit, on the page of a customer and of a deal: fetched when the page is there, as they take a while."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.catalog.models import Product
from sila.insight.fitting.actions import may_answer
from sila.insight.fitting.alike import Like
from sila.insight.fitting.choosing import Chosen, open_to
from sila.insight.fitting.ranking import Fit
from sila.parties.duplicates import SLUGS
from sila.parties.models import Party
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import NAMING, VERBS
from sila.platform.kit.money import CURRENCIES, format_money
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate, listed
from sila.sales.models import Opportunity

NOUNS = tuple(SLUGS.values())
DEALS = "opportunities"
ALIKE = 3  # customers that are named
TRAITS = {
    "industry": gettext_lazy("same industry"),
    "city": gettext_lazy("same city"),
    "size": gettext_lazy("same size"),
}


def fits_panel(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """An empty card that fetches what fits: of customers who bought, and of open deals with a customer."""
    if entity.slug in NOUNS:
        of = "customer" if record.told.get("invoices") else ""
    else:
        of = "deal" if entity.slug == DEALS and record.is_open and record.party_id else ""
    if not of or not open_to(context.actor):
        return []
    return [_card(context) | {"lazy": f"/w/{context.reader.slug}/fit/{of}/{record.id}", "note": "…"}]


def _card(context: Context) -> dict[str, Any]:
    return {
        "key": "fits",
        "label": _("Products that fit"),
        "icon": "bulb",
        "url": f"/w/{context.reader.slug}/fit",
    }


def card(chosen: Chosen, party: Party, deal: Opportunity | None, context: Context) -> dict[str, Any]:
    """What fits, each with its reason and its two answers; under it who is like this customer."""
    answers = may_answer(party, deal, context.actor)
    base = f"/w/{context.reader.slug}/fit/" + (f"deal/{deal.id}" if deal else f"customer/{party.id}")
    return _card(context) | {
        "count": format_number(len(chosen.fits), digits=context.reader.digits) if chosen.fits else "",
        "items": [_item(fit, chosen, f"{base}/{fit.product}", answers, context) for fit in chosen.fits],
        "note": _note(chosen, context),
    }


def _item(fit: Fit, chosen: Chosen, base: str, answers: bool, context: Context) -> dict[str, Any]:
    product, reader = chosen.products[fit.product], context.reader
    name = called(product, context)
    buttons = [
        {"icon": "check", "label": _("Accept: %(product)s") % {"product": name}, "url": f"{base}/accept"},
        {
            "icon": "x",
            "label": _("Reject: %(product)s") % {"product": name},
            "url": f"{base}/reject",
            "dialog": True,
        },
    ]
    return {
        "title": name,
        "url": registry["products"].url(reader.slug, product.id),
        "icon": "package",
        "hint": " · ".join(filter(None, (_reason(fit, chosen, context), *_figures(fit, product, context)))),
        "buttons": [button | {"shown": True, "confirm": ""} for button in buttons] if answers else [],
    }


def called(product: Product, context: Context) -> str:
    return (product.name_en if context.reader.language == "en" else "") or product.name


def _reason(fit: Fit, chosen: Chosen, context: Context) -> str:
    digits = context.reader.digits
    facts = {
        "together": format_number(fit.together, digits=digits),
        "of": format_number(fit.of, digits=digits),
        "given": listed(isolate(called(chosen.products[each], context)) for each in fit.given),
    }
    if not fit.given:
        text = ngettext(
            "%(together)s of the %(of)s customer most like this one bought it",
            "%(together)s of the %(of)s customers most like this one bought it",
            fit.of,
        )
    elif fit.basket:
        text = ngettext(
            "In %(together)s of %(of)s purchase with %(given)s it was bought along",
            "In %(together)s of %(of)s purchases with %(given)s it was bought along",
            fit.of,
        )
    else:
        text = ngettext(
            "%(together)s of %(of)s customer with %(given)s bought it",
            "%(together)s of %(of)s customers with %(given)s bought it",
            fit.of,
        )
    return text % facts


def _figures(fit: Fit, product: Product, context: Context) -> list[str]:
    """The share, how much more often than usual, and the margin to be expected: chance times margin of one unit."""
    digits = context.reader.digits
    found = [f"{format_number(round(100 * fit.confidence), digits=digits)}%"]
    if fit.lift is not None:
        times = format_number(Decimal(f"{fit.lift:.1f}").normalize(), digits=digits)
        found.append(_("%(times)s times as often as all customers") % {"times": times})
    open_ones = registry["products"].readable(context.actor)
    if {"price", "cost"} <= open_ones.keys() and product.price is not None and product.cost is not None:
        minor = round(fit.confidence * (product.price - product.cost))
        amount = format_money(
            minor, CURRENCIES[product.currency], digits=digits, language=context.reader.language
        )
        found.append(_("expected margin %(amount)s") % {"amount": isolate(amount)})
    return found


def _note(chosen: Chosen, context: Context) -> str:
    if not chosen.counted:
        return _("Nothing was counted yet: it is done each night.")
    if not chosen.fits:
        return _("Nothing fits surely enough. Suggestions take purchases of at least five customers alike.")
    return _alike(chosen.likes, chosen.known, context)


def _alike(likes: list[Like], known: int, context: Context) -> str:
    """The nearest by name, to those who may see all invoices: what a customer bought is nobody else's business."""
    if not likes or not registry["invoices"].open_to(context.actor):
        return ""
    near = likes[:ALIKE]
    seen = visible_ids(context.actor, {"parties": [like.key for like in near]})
    names = dict(Party.objects.filter(id__in=seen, deleted_at=None).values_list("id", "name"))
    told = [_like(like, names[like.key], known, context) for like in near if like.key in names]
    return _("Most alike: %(customers)s") % {"customers": "; ".join(told)} if told else ""


def _like(like: Like, name: str, known: int, context: Context) -> str:
    digits = context.reader.digits
    facts = {
        "shared": format_number(like.shared, digits=digits),
        "known": format_number(known, digits=digits),
    }
    bought = ngettext(
        "bought %(shared)s of the same %(known)s product",
        "bought %(shared)s of the same %(known)s products",
        known,
    )
    return f"{isolate(name)} ({listed([bought % facts, *(TRAITS[trait] for trait in like.traits)])})"


VERBS.update(
    {
        "suggestion_accepted": (gettext_lazy("accepted a suggested product"), "bulb"),  # icon
        "suggestion_rejected": (gettext_lazy("rejected a suggested product"), "bulb-off"),  # icon
    }
)
NAMING.update({"suggestion_accepted": "products", "suggestion_rejected": "products"})
extensions.panels.append(fits_panel)
