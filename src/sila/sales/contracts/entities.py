"""Contracts and what is owed in them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, View, register
from sila.sales.contracts.actions import (
    end,
    fulfil,
    may_renew,
    next_term,
    renew,
    reopen,
    sign,
    take_up,
)
from sila.sales.contracts.models import Contract, Obligation
from sila.sales.contracts.panels import flags, panels
from sila.sales.contracts.planning import move_along, put_away
from sila.sales.contracts.rules import derive, keep_done, keep_what_is_over, know_the_supplier
from sila.sales.rules import keep_amount, numbering

Status = Contract.Status
TONES = {"draft": "1", "active": "ok", "expired": "warn", "ended": "bad", "renewed": "2"}
ACTIVE = "status:any:active"


def in_status(*statuses: str) -> Any:
    return lambda contract: contract.status in statuses


contracts = register(
    Entity(
        model=Contract,
        slug="contracts",
        icon="contract",
        menu=_("Sales"),
        subtitle="party",
        told_apart=("number", "party", "status"),
        tended={"status__in": (Status.DRAFT, Status.ACTIVE)},
        tones={"status": TONES, "way": {"sold": "2", "bought": "4"}},
        dated=("notice_by",),
        columns=("name", "number", "way", "party", "status", "ends_on", "notice_by", "amount"),
        sections={
            _("Contract"): (
                *("name", "number", "way", "status", "kind", "party", "opportunity"),
                *("starts_on", "ends_on", "signed_on"),
            ),
            _("Notice and renewal"): (
                *("notice", "notice_unit", "notice_by", "auto_renew", "renew_months", "lead_days", "renewal"),
            ),
            pgettext_lazy("label", "Money"): ("amount", "currency", "billing"),
            _("Course"): ("term", "renewed_from", "ended_on", "end_reason"),
            _("Notes"): ("notes",),
        },
        filters=(
            *(
                "way",
                "status",
                "kind",
                "party",
                "opportunity",
                "ends_on",
                "notice_by",
                "starts_on",
                "signed_on",
            ),
            *("auto_renew", "amount", "billing", "ended_on", "owner", "org_unit", "created_at"),
        ),
        search=("name", "number", "party__name", "party__name_latin"),
        quick=("name", "way", "party", "kind", "starts_on", "ends_on", "notice", "notice_unit", "amount"),
        keys=("number", "name"),
        match=("number",),
        carried=("number", "status", "term", "renewed_from", "renewal", "ended_on", "end_reason"),
        rules=(derive, keep_amount, keep_what_is_over, numbering("CON")),
        effects=(know_the_supplier, move_along),
        on_trash=put_away,
        mergeable=False,
        flags=flags,
        panel_data=panels,
        views=(
            View("active", pgettext_lazy("contract view", "Active"), (ACTIVE,), "ends_on"),
            View("ending", _("Ending in 90 days"), (ACTIVE, "ends_on:within:next_90_days"), "ends_on"),
            View("notice", _("Notice this month"), (ACTIVE, "notice_by:within:this_month"), "notice_by"),
            View("sold", pgettext_lazy("contract view", "We sell"), ("way:any:sold", ACTIVE), "ends_on"),
            View("bought", pgettext_lazy("contract view", "We buy"), ("way:any:bought", ACTIVE), "ends_on"),
            View("drafts", pgettext_lazy("contract view", "Not signed yet"), ("status:any:draft",)),
        ),
        actions=(
            Action(
                "sign",
                pgettext_lazy("verb", "Signed"),
                sign,
                icon="signature",
                style="ok",
                when=in_status(Status.DRAFT),
                begins=lambda contract, context: {
                    "signed_on": str(contract.signed_on or context.reader.today)
                },
                fields=(Field("signed_on", KINDS["date"], _("Signed on")),),
            ),
            Action(
                "renew",
                pgettext_lazy("contract", "Renew"),
                renew,
                icon="repeat",
                opens=True,
                when=may_renew,
                begins=lambda contract, context: {"term_months": str(next_term(contract))},
                fields=(
                    Field(
                        "term_months",
                        KINDS["number"],
                        _("Further term in months"),
                        required=True,
                        extra={"integer": True, "min": 1, "max": 1200},
                    ),
                ),
            ),
            Action(
                "end",
                pgettext_lazy("contract", "End"),
                end,
                icon="file-x",
                style="bad",
                when=in_status(Status.ACTIVE),
                begins=lambda contract, context: {"ended_on": str(contract.ends_on or context.reader.today)},
                fields=(
                    Field("ended_on", KINDS["date"], _("Ends on")),
                    Field("reason", KINDS["text"], _("Why it ended"), max_length=300),
                ),
            ),
            Action(
                "reopen",
                _("Take up again"),
                reopen,
                icon="rotate",
                style="menu",
                when=in_status(Status.ENDED),
            ),
        ),
    )
)

obligations = register(
    Entity(
        model=Obligation,
        slug="obligations",
        icon="checklist",
        belongs_to="contract",
        sort="due_on",
        timeline=False,
        tones={"side": {"ours": "3", "theirs": "2"}},
        columns=("name", "contract", "side", "due_on", "done_on"),
        sections={_("Obligation"): ("name", "contract", "side", "due_on", "done_on", "note")},
        filters=("contract", "side", "due_on", "done_on"),
        search=("name", "note"),
        quick=("contract", "name", "side", "due_on"),
        rules=(keep_done,),
        views=(
            View(
                "overdue",
                pgettext_lazy("obligations", "Overdue"),
                ("done_on:empty", "due_on:within:before_today"),
                "due_on",
            ),
            View("coming", _("Due in 30 days"), ("done_on:empty", "due_on:within:next_30_days"), "due_on"),
        ),
        actions=(
            Action(
                "done",
                _("Done"),
                fulfil,
                icon="check",
                style="ok",
                when=lambda row: row.done_on is None,
                begins=lambda row, context: {"done_on": context.reader.today.isoformat()},
                fields=(Field("done_on", KINDS["date"], _("Done on")),),
            ),
            Action(
                "reopen", _("Take up again"), take_up, icon="rotate", when=lambda row: row.done_on is not None
            ),
        ),
    )
)
