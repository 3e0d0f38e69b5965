"""How partners do: what they registered and won, what it brought, how fast they answer, what is due to them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import (
    Avg,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext as _

from sila.platform.entities.fields import base_currency
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.sales.invoices.models import Invoice
from sila.sales.partners.models import DealRegistration, Partner, SharedLead

ISSUED = ~Q(status=Invoice.Status.DRAFT)
HOUR = timedelta(hours=1)


def in_base(column: str) -> Any:
    """A column of invoices in the currency of the books, as its total was converted on the day of issue."""
    base, amount, total = (Cast(F(name), FloatField()) for name in ("base_total", column, "total"))
    return base * amount / NullIf(total, Value(0.0))


def sums_of_earnings() -> dict[str, Any]:
    """Before tax; apart for invoices and for credit notes, of those that were issued and have a rate. A margin there is of
    those whose cost is known: `costed` is what these came to."""
    known = ISSUED & Q(base_total__isnull=False)
    credit, costed = Q(kind=Invoice.Kind.CREDIT), Q(cost__isnull=False)
    sums = {}
    for name, column, which in (
        ("net", "net", known),
        ("costed", "net", known & costed),
        ("cost", "cost", known),
    ):
        sums[f"{name}_came"] = Sum(in_base(column), filter=which & ~credit)
        sums[f"{name}_went"] = Sum(in_base(column), filter=which & credit)
    return sums


def earned(row: Mapping[str, Any]) -> dict[str, float]:
    """`net`, `costed`, and the `margin` on what was costed."""
    net, costed, cost = (
        (row[f"{name}_came"] or 0) - (row[f"{name}_went"] or 0) for name in ("net", "costed", "cost")
    )
    return {"net": net, "costed": costed, "margin": costed - cost}


def sheet(partner: Partner, context: Context) -> dict[str, Any]:
    """The figures of one partner, of what the reader may see: one query for counts, one for amounts."""
    deals = registry["opportunities"].visible_to(context.actor).filter(partner_id=partner.party_id)
    invoices = registry["invoices"].visible_to(context.actor)
    mine = invoices.filter(opportunity__partner_id=partner.party_id)
    counts = _counts(partner, deals)
    late = Q(status=Invoice.Status.ISSUED, balance__gt=0, due_on__lt=context.reader.today)
    sums = mine.aggregate(**sums_of_earnings(), overdue=Count("id", filter=late))
    closed = counts["won"] + counts["lost"]
    return {
        **counts,
        "rate": round(100 * counts["won"] / closed) if closed else None,
        **earned(sums),
        "overdue": sums["overdue"],
    }


def _counts(partner: Partner, deals: QuerySet[Any]) -> dict[str, Any]:
    status = DealRegistration.Status
    registered = DealRegistration.objects.filter(partner_id=OuterRef("id"), deleted_at=None)
    shares = SharedLead.objects.filter(partner_id=OuterRef("id"), deleted_at=None)
    answered = ExpressionWrapper(F("answered_at") - F("shared_at"), output_field=DurationField())
    found = Partner.objects.filter(id=partner.id).values(
        registered=_counted(registered, "partner_id"),
        protected=_counted(registered.filter(status=status.APPROVED), "partner_id"),
        shared=_counted(shares, "partner_id"),
        unanswered=_counted(shares.filter(status=SharedLead.Status.OFFERED), "partner_id"),
        answer=Subquery(
            shares.filter(answered_at__isnull=False)
            .order_by()
            .values("partner_id")
            .annotate(mean=Avg(answered))
            .values("mean")
        ),
        **{
            name: Subquery(
                deals.filter(category=category, partner_id=OuterRef("party_id"))
                .order_by()
                .values("partner_id")
                .annotate(number=Count("id"))
                .values("number")
            )
            for name, category in (("open", "open"), ("won", "won"), ("lost", "lost"))
        },
    )
    row = found.first() or {}
    return {name: value if name == "answer" else value or 0 for name, value in row.items()}


def _counted(rows: QuerySet[Any], by: str) -> Subquery:
    return Subquery(rows.order_by().values(by).annotate(number=Count("id")).values("number"))


# ---- on the page of a partner --------------------------------------------------------------------------
def panel(partner: Partner, context: Context) -> list[dict[str, Any]]:
    shown, reader = sheet(partner, context), context.reader
    deals = f"/w/{reader.slug}/opportunities/?f=partner:any:{partner.party_id}"
    items: list[dict[str, Any]] = [
        _item(_("Deals registered"), _plain(shown["registered"], context), "flag"),
        _item(_("Under protection"), _plain(shown["protected"], context), "shield-lock"),
    ]
    if context.actor.can("opportunities", "view"):
        items += [
            _item(
                _("Open deals"), _plain(shown["open"], context), "briefcase", f"{deals}&f=category:any:open"
            ),
            _item(_("Deals won"), _plain(shown["won"], context), "trophy", f"{deals}&f=category:any:won"),
        ]
        if shown["rate"] is not None:
            items.append(_item(_("Win rate"), f"{_plain(shown['rate'], context)}%", "target"))
    if shows_amounts(context):
        items.append(_item(_("Revenue before tax"), _money(shown["net"], context), "receipt"))
        if shows_margin(context):
            items.append(_item(_("Margin"), _money(shown["margin"], context), "chart-pie"))
        items.append(_item(_("Overdue invoices"), _plain(shown["overdue"], context), "clock"))
    if shown["shared"]:
        items.append(_item(_("Leads shared"), _plain(shown["shared"], context), "share-2"))
        items.append(_item(_("Waiting for an answer"), _plain(shown["unanswered"], context), "clock-pause"))
    if shown["answer"] is not None:
        hours = _("%(hours)s h") % {"hours": _plain(max(1, round(shown["answer"] / HOUR)), context)}
        items.append(_item(_("Mean time to an answer"), hours, "hourglass"))
    return [{"key": "performance", "label": _("Performance"), "icon": "chart-bar", "items": items}]


def shows_amounts(context: Context) -> bool:
    return context.actor.can("invoices", "view") and "net" in registry["invoices"].readable(context.actor)


def shows_margin(context: Context) -> bool:
    return shows_amounts(context) and "margin" in registry["invoices"].readable(context.actor)


def _item(label: str, value: Any, icon: str, url: str = "") -> dict[str, Any]:
    return {"title": label, "value": value, "icon": icon, "url": url}


def _plain(number: int, context: Context) -> str:
    return format_number(number, digits=context.reader.digits)


def _money(minor: float, context: Context) -> Any:
    currency = CURRENCIES[base_currency()]
    return money_html(round(minor), currency, digits=context.reader.digits, whole=True)
