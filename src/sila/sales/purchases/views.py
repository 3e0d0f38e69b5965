"""The page of what a customer bought: figures, habits by product, and every line."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import workspace_view
from sila.platform.kit.folding import fold
from sila.platform.kit.numbers import format_number
from sila.sales.invoices.models import Invoice, InvoiceLine
from sila.sales.purchases.habits import Purchase, habits_of, whole_of
from sila.sales.purchases.panels import card
from sila.sales.purchases.reading import MOST, lines_of, purchases_of
from sila.sales.purchases.showing import figures, habit_row, line_row

PAGE = 50  # lines
HABITS = 30  # products
Asked = dict[str, str]


@require_GET
@workspace_view
def shown(request: WorkspaceRequest, context: Context, party_id: UUID) -> HttpResponse:
    """The card on the page of a customer."""
    party = records.get(registry["parties"], party_id, by=context.actor)
    if not context.actor.can("invoices", "view"):
        raise NotAllowed
    return render(request, "entities/_related_group.html", {"group": card(party.id, context)})


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context, party_id: UUID) -> HttpResponse:
    parties = registry["parties"]
    party = records.get(parties, party_id, by=context.actor)
    if not context.actor.can("invoices", "view"):
        raise NotAllowed
    noun = registry[parties.narrow(party)] if parties.narrow else parties
    lines, asked = lines_of(party.id, context.actor), _asked(request.GET)
    purchases = purchases_of(lines, context.reader)
    shown = {
        "title": _("Purchases of %(name)s") % {"name": noun.title_of(party)},
        "back": noun.url(context.reader.slug, party.id),
        "figures": figures(whole_of(purchases), context) if purchases else [],
        "cut": format_number(MOST, digits=context.reader.digits) if len(purchases) == MOST else "",
        "habits": [
            habit_row(habit, context) | {"url": _address(asked, product=habit.key)}
            for habit in habits_of(purchases)[:HABITS]
        ],
        "tabs": [
            {"label": label, "url": _address(asked, kind=kind), "chosen": asked["kind"] == kind}
            for kind, label in (("", pgettext("lines", "All")), ("credit", _("Returns")))
        ],
        "product": _called(asked["product"], purchases),
        "all_url": _address(asked, product=""),
        **_page_of(lines, asked, context),
    }
    return render(request, "sales/purchases.html", {"page": shown})


def _asked(params: Mapping[str, str]) -> Asked:
    number = params.get("page", "")
    return {
        "product": params.get("product", "")[:300],
        "kind": "credit" if params.get("kind") == "credit" else "",
        "page": number if number.isascii() and number.isdigit() and len(number) < 5 else "",
    }


def _address(asked: Asked, **more: str) -> str:
    """The page with something else chosen, from its first lines on."""
    chosen = {**asked, "page": "", **more}
    return "?" + urlencode({name: value for name, value in chosen.items() if value})


def _called(key: str, purchases: list[Purchase]) -> str:
    return next((purchase.name for purchase in purchases if purchase.key == key), key and "–")


def _page_of(lines: QuerySet[InvoiceLine], asked: Asked, context: Context) -> dict[str, Any]:
    number = int(asked["page"] or 0)
    start = number * PAGE
    found = list(_narrowed(lines, asked).select_related("invoice")[start : start + PAGE + 1])
    return {
        "lines": [line_row(line, context) for line in found[:PAGE]],
        "newer_url": _address(asked, page=str(number - 1)) if number else "",
        "older_url": _address(asked, page=str(number + 1)) if len(found) > PAGE else "",
    }


def _narrowed(lines: QuerySet[InvoiceLine], asked: Asked) -> QuerySet[InvoiceLine]:
    if asked["kind"]:
        lines = lines.filter(invoice__kind=Invoice.Kind.CREDIT)
    if not asked["product"]:
        return lines
    try:
        return lines.filter(product_id=UUID(asked["product"]))
    except ValueError:  # what is no product of ours is known by what it was called
        free = lines.filter(product_id=None).values_list("id", "name")[:MOST]
        return lines.filter(id__in=[key for key, name in free if fold(name) == asked["product"]])
