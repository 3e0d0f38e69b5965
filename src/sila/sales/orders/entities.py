"""Orders and their lines."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, View, register
from sila.sales.assets.actions import register_assets
from sila.sales.invoices.billing import bill_order
from sila.sales.lines.declaring import register_lines
from sila.sales.lines.mailing import FIELDS
from sila.sales.lines.summing import PRICES, choose_prices
from sila.sales.orders import mailing
from sila.sales.orders.actions import cancel, confirm, keep_billed, reopen
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.panels import flags, panels, sheet
from sila.sales.orders.rules import WORK, derive, keep_what_was_confirmed
from sila.sales.rules import numbering

Status = SalesOrder.Status
TONES = {"draft": "1", "confirmed": "3", "billed": "ok", "cancelled": "bad"}


def is_draft(order: Any) -> bool:
    return bool(order.is_draft)


def is_running(order: Any) -> bool:
    return bool(order.is_running)


def is_reopenable(order: Any) -> bool:
    return order.status in (Status.CONFIRMED, Status.CANCELLED) and not order.billed


def is_cancellable(order: Any) -> bool:
    return order.status in (Status.DRAFT, Status.CONFIRMED)


def whole(order: Any, context: Any) -> dict[str, Any]:
    return {"part": "100"}


def begin_registering(line: Any, context: Any) -> dict[str, Any]:
    day = line.sales_order.ordered_on
    return {"sold_on": day.isoformat() if day else ""}


orders = register(
    Entity(
        model=SalesOrder,
        slug="orders",
        icon="clipboard-check",
        menu=_("Sales"),
        subtitle="number",
        told_apart=("number", "party", "status"),
        tended={"status__in": (Status.DRAFT, Status.CONFIRMED)},
        tones={"status": TONES},
        columns=("name", "number", "party", "status", "total", "unbilled", "wanted_on", "owner"),
        sections={
            pgettext_lazy("noun", "Order"): (
                *("name", "number", "status", "party", "contact", "reference", "ordered_on", "wanted_on"),
                "confirmed_at",
            ),
            pgettext_lazy("noun", "Billing"): ("unbilled", "billed"),
            _("Prices"): PRICES,
            _("Where it comes from"): ("opportunity", "quote", "cancel_reason"),
            _("Terms"): ("terms",),
        },
        filters=(
            *("status", "party", "opportunity", "quote", "reference", "total", "unbilled", "ordered_on"),
            *("wanted_on", "confirmed_at", "margin", "owner", "org_unit", "created_at"),
        ),
        search=("name", "number", "reference", "party__name", "party__name_latin"),
        quick=("name", "party", "opportunity", "currency", "reference", "wanted_on"),
        keys=("number", "name"),
        match=("number",),
        carried=("number", "status", "quote", "confirmed_at", "cancel_reason", "billed", "unbilled"),
        rules=(derive, choose_prices, keep_what_was_confirmed, WORK.sum_anew, numbering("ORD")),
        on_trash=keep_billed,
        mergeable=False,
        sheet=sheet,
        flags=flags,
        panel_data=panels,
        views=(
            View("drafts", pgettext_lazy("order view", "Drafts"), ("status:any:draft",)),
            View("open", _("To bill"), ("status:any:confirmed",), "wanted_on"),
            View(
                "late",
                pgettext_lazy("order view", "Late"),
                ("status:any:confirmed", "wanted_on:within:before_today"),
                "wanted_on",
            ),
            View("billed", pgettext_lazy("order view", "Billed"), ("status:any:billed",), "-ordered_on"),
        ),
        actions=(
            Action(
                "confirm",
                pgettext_lazy("verb", "Confirm"),
                confirm,
                icon="circle-check",
                style="ok",
                many=True,
                when=is_draft,
            ),
            Action(
                "bill",
                _("Make an invoice"),
                bill_order,
                icon="receipt",
                verb="view",
                adds="invoices",
                opens=True,
                when=is_running,
                begins=whole,
                fields=(Field("part", KINDS["number"], _("How much of the order, %"), required=True),),
            ),
            Action(
                "mail",
                _("Send by e-mail"),
                mailing.mail,
                icon="mail",
                style="menu",
                when=mailing.is_mailable,
                begins=mailing.begins,
                fields=FIELDS,
            ),
            Action("reopen", _("Open again"), reopen, icon="lock-open", style="menu", when=is_reopenable),
            Action(
                "cancel",
                _("Cancel the order"),
                cancel,
                icon="ban",
                style="menu",
                when=is_cancellable,
                fields=(Field("reason", KINDS["text"], _("Why cancelled"), required=True, max_length=300),),
            ),
        ),
    )
)

order_lines = register_lines(
    WORK,
    _("Order line"),
    counted=("billed",),
    actions=(
        Action(
            "register",
            _("Register assets"),
            register_assets,
            icon="device-desktop-plus",
            verb="view",
            adds="assets",
            begins=begin_registering,
            fields=(
                Field("serials", KINDS["longtext"], _("Serial numbers, one in a row"), max_length=41_000),
                Field("sold_on", KINDS["date"], _("Sold on")),
                Field("installed_on", KINDS["date"], _("Installed on")),
                Field("place", KINDS["text"], _("Where it stands"), max_length=200),
            ),
        ),
    ),
)
