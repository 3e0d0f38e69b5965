"""Quotes and their lines."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, View, register
from sila.sales.invoices.billing import bill
from sila.sales.lines.declaring import register_lines
from sila.sales.lines.summing import PRICES, choose_prices
from sila.sales.orders.actions import place
from sila.sales.quotes import mailing
from sila.sales.quotes.actions import accept, decline, new_version, send
from sila.sales.quotes.models import Quote
from sila.sales.quotes.panels import flags, sheet
from sila.sales.quotes.rules import (
    WORK,
    derive,
    keep_what_was_sent,
)
from sila.sales.rules import numbering

Status = Quote.Status
TONES = {"draft": "1", "sent": "3", "accepted": "ok", "declined": "bad", "replaced": "2"}


def in_status(*statuses: str) -> Any:
    return lambda quote: quote.status in statuses


quotes = register(
    Entity(
        model=Quote,
        slug="quotes",
        icon="file-invoice",
        menu=_("Sales"),
        subtitle="number",
        told_apart=("number", "party", "status"),
        tended={"status__in": (Status.DRAFT, Status.SENT)},
        tones={"status": TONES},
        columns=("name", "number", "party", "status", "total", "valid_until", "owner"),
        sections={
            pgettext_lazy("noun", "Quote"): (
                "name",
                "number",
                "status",
                "party",
                "contact",
                "opportunity",
                "issued_on",
                "valid_until",
            ),
            _("Prices"): PRICES,
            _("Course"): (
                "revision",
                "replaces",
                "sent_at",
                "seen_at",
                "decided_at",
                "decline_reason",
            ),
            _("Terms"): ("terms",),
        },
        filters=(
            "status",
            "party",
            "opportunity",
            "total",
            "margin",
            "issued_on",
            "valid_until",
            "sent_at",
            "seen_at",
            "decided_at",
            "price_book",
            "owner",
            "org_unit",
            "created_at",
        ),
        search=("name", "number", "party__name", "party__name_latin"),
        quick=("name", "party", "opportunity", "currency"),
        keys=("number", "name"),
        match=("number",),
        carried=(
            "number",
            "revision",
            "replaces",
            "status",
            "sent_at",
            "seen_at",
            "decided_at",
            "decline_reason",
        ),
        rules=(derive, choose_prices, keep_what_was_sent, WORK.sum_anew, numbering("QUO")),
        sheet=sheet,
        mergeable=False,
        flags=flags,
        views=(
            View("drafts", pgettext_lazy("quote view", "My drafts"), ("status:any:draft", "owner:any:me")),
            View("waiting", _("Waiting for an answer"), ("status:any:sent",), "valid_until"),
            View("unseen", _("Not opened yet"), ("status:any:sent", "seen_at:empty"), "sent_at"),
            View(
                "ending",
                _("Ending this week"),
                ("status:any:sent", "valid_until:within:this_week"),
                "valid_until",
            ),
            View(
                "accepted", pgettext_lazy("quote view", "Accepted"), ("status:any:accepted",), "-decided_at"
            ),
        ),
        actions=(
            Action("send", pgettext_lazy("verb", "Send"), send, icon="send", when=in_status(Status.DRAFT)),
            Action(
                "mail",
                _("Send by e-mail"),
                mailing.mail,
                icon="mail",
                style="menu",
                when=in_status(Status.SENT),
                begins=mailing.begins,
                fields=mailing.fields,
            ),
            Action(
                "accept",
                pgettext_lazy("quote", "Accepted"),
                accept,
                icon="circle-check",
                style="ok",
                when=in_status(Status.SENT),
                fields=(Field("who", KINDS["text"], _("Who said so"), max_length=120),),
            ),
            Action(
                "decline",
                pgettext_lazy("quote", "Declined"),
                decline,
                icon="thumb-down",
                style="bad",
                when=in_status(Status.SENT),
                fields=(Field("reason", KINDS["text"], _("Why declined"), max_length=300),),
            ),
            Action(
                "order",
                _("Make an order"),
                place,
                icon="clipboard-check",
                verb="view",
                adds="orders",
                opens=True,
                when=in_status(Status.ACCEPTED),
            ),
            Action(
                "bill",
                _("Make an invoice"),
                bill,
                icon="receipt",
                verb="view",
                adds="invoices",
                opens=True,
                when=in_status(Status.ACCEPTED),
            ),
            Action(
                "new-version",
                _("New version"),
                new_version,
                icon="copy-plus",
                style="menu",
                opens=True,
                when=in_status(Status.SENT, Status.DECLINED, Status.ACCEPTED),
            ),
        ),
    )
)

quote_lines = register_lines(WORK, _("Quote line"))
