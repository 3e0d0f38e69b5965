"""A promotion in words and figures: what it can show before it starts, and what it brought."""

from decimal import Decimal
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.insight.intervals import Interval
from sila.insight.promotions.measuring import Prospect, measure_of, prospect
from sila.insight.promotions.models import Promotion
from sila.insight.promotions.rules import SLUG
from sila.insight.promotions.uplift import FEWEST
from sila.platform.access.reader import Reader
from sila.platform.entities.fields import base_currency
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.money import CURRENCIES, format_money, money_html
from sila.platform.kit.numbers import format_number, plain_number
from sila.platform.kit.text import bdi, isolate
from sila.sales.partners.performance import shows_amounts, shows_margin

Status = Promotion.Status
FEW = 0.05  # of what a customer buys: who cannot see so small an effect is told


def sheet(promotion: Promotion, context: Context) -> dict[str, Any]:
    """Before it starts what could be seen, afterwards what was. Amounts are for those who see invoices."""
    found, reader = prospect(promotion), context.reader
    base = f"/w/{reader.slug}/promotion/{promotion.id}/"
    leads = context.actor.may(SLUG, "edit", promotion)
    shown = {
        "template": "insight/_promotion_sheet.html",
        "groups": _groups(promotion, found, reader) if leads or not promotion.is_draft else [],
        "customers_url": "" if promotion.is_draft else f"{base}customers",
        "groups_url": _groups_url(promotion, reader) if leads else "",
        "add_url": f"{base}add" if leads and promotion.is_draft else "",
        "compare_url": f"/w/{reader.slug}/promotions-compared",
        "prospect": "",
    }
    if promotion.status == Status.MEASURED:
        return shown | measured(promotion, context)
    if shows_amounts(context):
        shown["prospect"] = _prospect(found, reader)
    return shown


def _groups_url(promotion: Promotion, reader: Reader) -> str:
    """The list of its customers with what the lot said, for who may change the promotion."""
    return f"{registry['promotion-customers'].url(reader.slug)}?{urlencode({'f': f'promotion:any:{promotion.id}'})}"


def flags(promotion: Promotion, context: Context) -> list[dict[str, Any]]:
    if promotion.status == Status.ENDED:
        return [{"kind": "info", "text": _("It has ended. Measure it once all invoices are in.")}]
    return []


def _groups(promotion: Promotion, found: Prospect, reader: Reader) -> list[dict[str, str]]:
    rows = (
        (_("Customers"), found.customers),
        (_("Offered to"), found.treated),
        (_("Control group"), found.control),
    )
    return [{"label": label, "value": number(value, reader)} for label, value in rows]


def number(value: int | Decimal, reader: Reader) -> str:
    return format_number(value, digits=reader.digits)


def money(minor: float, reader: Reader) -> str:
    return format_money(
        round(minor),
        CURRENCIES[base_currency()],
        digits=reader.digits,
        compact=True,
        language=reader.language,
    )


def shown_money(minor: float, reader: Reader) -> Any:
    return money_html(round(minor), CURRENCIES[base_currency()], digits=reader.digits, compact=True)


def percent(share: float, reader: Reader) -> str:
    value = 100 * share
    return f"{number(Decimal(f'{value:.1f}').normalize() if abs(value) < 10 else round(value), reader)}%"


def shown_percent(share: float, reader: Reader) -> SafeString:
    return bdi(percent(share, reader), dir="ltr")


def _prospect(found: Prospect, reader: Reader) -> str:
    """The smallest effect that would be seen, in a plain sentence."""
    if not found.customers:
        return _("No customers yet.")
    if found.smallest is None:
        return _("Too few customers to tell anything: each of the two groups takes %(least)s.") % {
            "least": number(FEWEST, reader)
        }
    if found.smallest_share is None:
        return _(
            "These customers bought nothing in as long a time before: what can be seen is not known yet."
        )
    facts = {
        "share": isolate(percent(found.smallest_share, reader)),
        "amount": isolate(money(found.smallest, reader)),
    }
    if found.smallest_share > FEW:
        return (
            _("An effect under %(share)s (%(amount)s a customer) will not be seen with so many customers.")
            % facts
        )
    return _("An effect of %(share)s (%(amount)s a customer) will be seen, if there is one.") % facts


# ---- what it brought -----------------------------------------------------------------------------------
def measured(promotion: Promotion, context: Context) -> dict[str, Any]:
    """The rows of the sheet and of the comparison; empty for those who see no invoices."""
    run = measure_of(promotion)
    if run is None or not shows_amounts(context):
        return {"rows": [], "verdict": "", "total": []}
    said, reader = run.metrics, context.reader
    if "revenue" not in said:
        least = number(FEWEST, reader)
        text = _("Too few customers to tell anything: each of the two groups takes %(least)s.")
        return {"rows": [], "verdict": text % {"least": least}, "total": []}
    with_margin = "margin" in said and shows_margin(context)
    rows = [_row(_("Bought by a customer"), said["revenue"], reader, shown_money)]
    rows += [_row(_("Margin of a customer"), said["margin"], reader, shown_money)] if with_margin else []
    rate = said["rate"] | {
        "treated": said["buyers_treated"] / said["treated"],
        "control": said["buyers_control"] / said["control"],
    }
    rows.append(_row(_("Share who bought"), rate, reader, shown_percent))
    return {
        "rows": rows,
        "verdict": verdict(said, reader),
        "total": _total(said, reader, with_margin=with_margin),
        "adjusted": said["revenue"]["adjusted"],
    }


def _row(label: str, found: dict[str, Any], reader: Reader, told: Any) -> dict[str, Any]:
    return {
        "label": label,
        "treated": told(found["treated"], reader),
        "control": told(found["control"], reader),
        "effect": told(found["value"], reader),
        "low": told(found["low"], reader) if isfinite(found["low"]) else "",
        "high": told(found["high"], reader) if isfinite(found["high"]) else "",
        "tells": tells(found),
    }


def verdict(said: dict[str, Any], reader: Reader) -> str:
    """An honest sentence about revenue; where it says nothing, a second one on the number of buyers, if that does."""
    if tells(said["revenue"]) or not tells(said["rate"]):
        return _of_revenue(said, reader)
    more = said["rate"]["value"] > 0
    also = _("But more of them bought something.") if more else _("But fewer of them bought something.")
    return f"{_of_revenue(said, reader)} {also}"


def _of_revenue(said: dict[str, Any], reader: Reader) -> str:
    found = said["revenue"]
    facts = {
        "amount": isolate(money(abs(found["value"]), reader)),
        "half": isolate(money((found["high"] - found["low"]) / 2, reader)),
    }
    if found["low"] > 0:
        return _("Customers to whom it was offered bought %(amount)s more than the control group.") % facts
    if found["high"] < 0:
        return _("Customers to whom it was offered bought %(amount)s less than the control group.") % facts
    return (
        _(
            "No effect on revenue can be told from chance: one of less than %(half)s a customer is not seen here."
        )
        % facts
    )


def _total(said: dict[str, Any], reader: Reader, *, with_margin: bool) -> list[dict[str, Any]]:
    """What it cost; and, as far as that can be told from chance, what it brought from all who were offered it."""
    many, found = said["treated"], [{"label": _("Cost"), "value": shown_money(said["cost"], reader)}]
    if tells(said["revenue"]):
        brought = shown_money(said["revenue"]["value"] * many, reader)
        found.append({"label": _("Revenue it brought"), "value": brought})
    if with_margin and tells(said["margin"]):
        left = said["margin"]["value"] * many - said["cost"]
        found.append({"label": _("Margin it brought, less its cost"), "value": shown_money(left, reader)})
        if said["cost"]:
            back = shown_percent(left / said["cost"], reader)
            found.append({"label": _("Return on its cost"), "value": back})
    return found


def tells(found: dict[str, Any]) -> bool:
    return Interval(found["value"], found["low"], found["high"]).tells


def offer_of(promotion: Promotion, reader: Reader) -> str:
    """What is offered, in a few words."""
    kinds = Promotion.Offer
    if promotion.offer == kinds.PERCENT and promotion.percent is not None:
        return _("%(percent)s%% off") % {"percent": plain_number(promotion.percent)}
    if promotion.offer == kinds.AMOUNT and promotion.amount is not None:
        return _("%(amount)s off") % {"amount": isolate(money(promotion.amount, reader))}
    if promotion.offer == kinds.GIFT:
        return _("Gift: %(gift)s") % {"gift": isolate(promotion.gift)}
    return str(promotion.price_book) if promotion.price_book_id else ""


def lines_compared(context: Context) -> list[dict[str, Any]]:
    """All promotions that were measured and that the reader sees, the newest first."""
    rows = registry[SLUG].visible_to(context.actor).filter(status=Status.MEASURED)
    found = []
    for promotion in rows.select_related("price_book").order_by("-ends", "-id")[:50]:
        said = measured(promotion, context)
        found.append(
            said
            | {
                "name": promotion.name,
                "url": registry[SLUG].url(context.reader.slug, promotion.id),
                "offer": offer_of(promotion, context.reader),
                "days": f"{context.reader.day(promotion.begins)} – {context.reader.day(promotion.ends)}",
            }
        )
    return found


def customers_told(count: int) -> str:
    return ngettext("%(count)d customer was added.", "%(count)d customers were added.", count) % {
        "count": count
    }
