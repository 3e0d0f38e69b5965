"""A statement on its page: its lines as they explain themselves, and its sums."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.money import CURRENCIES, money_html
from sila.team.commission.models import CommissionPlan, CommissionStatement
from sila.team.commission.words import Facts, Telling


def telling(plan: CommissionPlan, reader: Reader) -> Telling:
    return Telling(reader, plan.currency, plan.counts == CommissionPlan.Counts.MARGIN)


def rows(steps: Iterable[Facts], plan: CommissionPlan, context: Context) -> list[dict[str, Any]]:
    """Lines for _commission_lines.html. An invoice is a link for those who may see invoices at all."""
    teller, noun = telling(plan, context.reader), registry["invoices"]
    links = context.actor.can("invoices", "view")
    return [
        {
            "when": teller.when(step),
            "what": teller.what(step),
            "url": noun.url(context.reader.slug, step["invoice"]) if links else "",
            "why": teller.why(step),
            "base": amount(base_of(step), plan.currency, context.reader),
            "amount": amount(amount_of(step), plan.currency, context.reader),
            "wants": step.get("note") in ("rate", "cost"),
        }
        for step in steps
    ]


def base_of(step: Facts) -> int:
    """The columns of a correction follow from what was approved and what is now."""
    return int(step["base"] if "base" in step else step["now_base"] - step["approved_base"])


def amount_of(step: Facts) -> int:
    return int(step["amount"] if "amount" in step else step["now"] - step["approved"])


def amount(minor: int, currency: str, reader: Reader) -> Any:
    return money_html(minor, CURRENCIES[currency], digits=reader.digits)


def sheet(statement: CommissionStatement, context: Context) -> dict[str, Any]:
    facts = list(statement.lines.order_by("order").values_list("facts", flat=True))
    return {
        "template": "team/_commission_sheet.html",
        "lines": rows(facts, statement.plan, context),
        "sums": sums(statement.base, statement.amount, statement.currency, context.reader),
        "pdf_url": f"/w/{context.reader.slug}/commission/{statement.id}/pdf",
    }


def sums(base: int, whole: int, currency: str, reader: Reader) -> list[dict[str, Any]]:
    return [
        {"key": "base", "label": _("Counted"), "value": amount(base, currency, reader)},
        {"key": "total", "label": _("Commission"), "value": amount(whole, currency, reader)},
    ]
