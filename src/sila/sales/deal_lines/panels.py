"""The products of a deal on its page."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.kit.numbers import format_number
from sila.sales.deal_lines.models import OpportunityLine
from sila.sales.deal_lines.rules import SLUG, WORK
from sila.sales.lines.showing import rows, sums
from sila.sales.models import Opportunity

UNFOLDED = 6


def sheet(deal: Opportunity, context: Context) -> dict[str, Any] | None:
    """The lines with their sums; None where there are none, and the reader may not add any."""
    actor, reader = context.actor, context.reader
    may_edit = actor.may(SLUG, "edit", deal)
    told = vars(deal).get("told", {})
    lines = WORK.lines_of(deal) if told.get("deal_lines", True) and actor.can(WORK.lines, "view") else []
    if not lines and not may_edit:
        return None
    offers = bool(lines) and deal.is_open and actor.can("quotes", "create")
    orders = bool(lines) and not deal.is_lost and actor.can("orders", "create") and not told.get("orders")
    return {
        "template": "sales/_lines.html",
        "title": _("Products"),
        "none": _("No products yet: with them the deal’s amount adds itself up."),
        "add": _("Add products"),
        "folded": _folded(len(lines), context),
        "lines": rows(lines, context, WORK.line_noun),
        "sums": sums(deal, context, WORK.noun) if lines else [],
        "tax_included": deal.tax_included,
        "edit_url": f"/w/{reader.slug}/deal/{deal.id}/lines" if may_edit else "",
        "quote_url": WORK.noun.url(reader.slug, deal.id, tail="do/quote") if offers else "",
        "order_url": WORK.noun.url(reader.slug, deal.id, tail="do/order") if orders else "",
    }


def _folded(number: int, context: Context) -> str:
    """Of many, the page shows their sums first."""
    if number <= UNFOLDED:
        return ""
    text = ngettext("%(number)s line", "%(number)s lines", number)
    return text % {"number": format_number(number, digits=context.reader.digits)}


def has_lines(entity: Entity) -> Exists | None:
    """Whether there is anything to ask for, told with the row of the deal."""
    if entity.slug != SLUG:
        return None
    return Exists(OpportunityLine.objects.filter(opportunity_id=OuterRef("id"), deleted_at=None))


extensions.marks["deal_lines"] = has_lines
