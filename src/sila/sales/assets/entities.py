"""Sold assets, warranty terms and claims, maintenance plans."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, View, register
from sila.sales.assets.actions import approve, refuse, reopen, settle
from sila.sales.assets.models import Asset, MaintenancePlan, WarrantyClaim, WarrantyTerm
from sila.sales.assets.panels import flags, panels, plan_flags, plan_panels
from sila.sales.assets.replacing import begin, order_replacement
from sila.sales.assets.rules import check_term, derive_asset, derive_claim, derive_plan
from sila.sales.rules import numbering

NAMES = ("name", "name_en")
Status = WarrantyClaim.Status
COVERED = {"full": "ok", "parts": "3", "labour": "3", "early": "2", "expired": "bad", "none": "1"}


def in_status(*statuses: str) -> Any:
    return lambda claim: claim.status in statuses


warranty_terms = register(
    Entity(
        model=WarrantyTerm,
        slug="warranty-terms",
        icon="shield",
        title=NAMES,
        sort="name",
        timeline=False,
        columns=("name", "product", "months", "begins", "parts", "labour"),
        sections={
            _("Warranty term"): (*NAMES, "product", "months", "begins"),
            _("Coverage"): ("parts", "labour", "details"),
        },
        filters=("product", "months", "begins"),
        quick=("name", "product", "months", "begins"),
        keys=NAMES,
        rules=(check_term,),
    )
)

assets = register(
    Entity(
        model=Asset,
        slug="assets",
        icon="device-desktop",
        menu=_("Service"),
        subtitle="serial",
        told_apart=("serial", "party", "status"),
        tones={"status": {"in_use": "ok", "replaced": "2", "retired": "1"}},
        columns=("name", "serial", "product", "party", "status", "installed_on", "warranty_until", "owner"),
        sections={
            _("Sold asset"): ("name", "serial", "product", "status", "party", "place"),
            _("Sale"): ("sold_on", "installed_on", "sales_order"),
            _("Warranty"): ("term", "warranty_from", "warranty_until"),
        },
        filters=(
            *("status", "product", "party", "serial", "place", "sold_on", "installed_on", "term"),
            *("warranty_from", "warranty_until", "sales_order", "owner", "org_unit", "created_at"),
        ),
        search=("name", "serial", "place", "party__name", "party__name_latin"),
        quick=("name", "product", "serial", "party", "sold_on", "installed_on"),
        keys=("serial", "name"),
        match=(),
        carried=("sales_order",),
        rules=(derive_asset,),
        flags=flags,
        panel_data=panels,
        views=(
            View(
                "ending",
                _("Warranty ends this quarter"),
                ("status:any:in_use", "warranty_until:within:this_quarter"),
                "warranty_until",
            ),
            View(
                "ended",
                _("Warranty has ended"),
                ("status:any:in_use", "warranty_until:within:before_today"),
                "-warranty_until",
            ),
        ),
    )
)

warranty_claims = register(
    Entity(
        model=WarrantyClaim,
        slug="warranty-claims",
        icon="shield-plus",
        menu=_("Service"),
        subtitle="number",
        told_apart=("number", "asset", "status"),
        tended={"status__in": (Status.OPEN, Status.APPROVED)},
        tones={
            "status": {"open": "3", "approved": "2", "refused": "bad", "done": "ok"},
            "coverage": COVERED,
        },
        columns=("name", "number", "asset", "party", "status", "coverage", "reported_on", "owner"),
        sections={
            _("Warranty claim"): ("name", "number", "asset", "party", "status", "coverage", "reported_on"),
            _("Details"): ("problem",),
            _("Decision"): ("decision", "decided_at", "replacement", "result", "settled_on"),
        },
        filters=(
            *("status", "coverage", "asset", "party", "reported_on", "decided_at", "settled_on"),
            *("owner", "org_unit", "created_at"),
        ),
        search=("name", "number", "party__name", "party__name_latin"),
        quick=("name", "asset", "reported_on", "problem"),
        keys=("number", "name"),
        match=("number",),
        carried=(
            *("number", "status", "coverage", "decision", "decided_at", "result", "settled_on"),
            "replacement",
        ),
        mergeable=False,
        rules=(derive_claim, numbering("WC")),
        views=(
            View("open", pgettext_lazy("claims", "To decide"), ("status:any:open",), "reported_on"),
            View("approved", pgettext_lazy("claims", "To settle"), ("status:any:approved",), "decided_at"),
        ),
        actions=(
            Action(
                "approve",
                pgettext_lazy("verb", "Approve"),
                approve,
                icon="circle-check",
                style="ok",
                when=in_status(Status.OPEN),
                fields=(Field("reason", KINDS["text"], _("Reason for the decision"), max_length=300),),
            ),
            Action(
                "refuse",
                pgettext_lazy("verb", "Refuse"),
                refuse,
                icon="circle-x",
                style="bad",
                when=in_status(Status.OPEN),
                fields=(
                    Field(
                        "reason", KINDS["text"], _("Reason for the decision"), required=True, max_length=300
                    ),
                ),
            ),
            Action(
                "order",
                _("Order a replacement"),
                order_replacement,
                icon="shopping-cart",
                adds="orders",
                opens=True,
                begins=begin,
                when=in_status(Status.APPROVED),
                fields=(
                    Field(
                        "product",
                        KINDS["link"],
                        pgettext_lazy("label", "Product"),
                        to="products",
                        required=True,
                    ),
                    Field("quantity", KINDS["number"], _("Quantity"), required=True, extra={"places": 3}),
                ),
            ),
            Action(
                "settle",
                pgettext_lazy("verb", "Settle"),
                settle,
                icon="checks",
                style="ok",
                when=in_status(Status.APPROVED),
                fields=(
                    Field("result", KINDS["longtext"], _("What was done"), required=True, max_length=5000),
                ),
            ),
            Action(
                "reopen",
                _("Open again"),
                reopen,
                icon="lock-open",
                style="menu",
                when=in_status(Status.APPROVED, Status.REFUSED, Status.DONE),
            ),
        ),
    )
)

maintenance_plans = register(
    Entity(
        model=MaintenancePlan,
        slug="maintenance-plans",
        icon="calendar-repeat",
        menu=_("Service"),
        told_apart=("asset", "party"),
        columns=("name", "asset", "party", "every", "next_due", "ends_on", "owner"),
        sections={
            _("Maintenance plan"): (
                "name",
                "asset",
                "party",
                "every",
                "starts_on",
                "ends_on",
                "ahead",
                "next_due",
            ),
            _("What is to be done"): ("task",),
        },
        filters=(
            "asset",
            "party",
            "every",
            "starts_on",
            "next_due",
            "ends_on",
            "owner",
            "org_unit",
            "created_at",
        ),
        search=("name", "party__name", "party__name_latin"),
        quick=("name", "asset", "every", "starts_on", "ends_on"),
        match=(),
        mergeable=False,
        rules=(derive_plan,),
        flags=plan_flags,
        panel_data=plan_panels,
        views=(View("soon", _("Due this month"), ("next_due:within:this_month",), "next_due"),),
    )
)
