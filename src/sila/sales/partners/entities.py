"""Partners, the deals that they register, the leads that they are given, and what they earn."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, Related, View, as_choices, register
from sila.sales.partners import handing_out
from sila.sales.partners.models import (
    DealRegistration,
    Partner,
    PartnerCommission,
    PartnerDocument,
    SharedLead,
)
from sila.sales.partners.panels import flags_of_registration, panel_of_share, panels_of_partner
from sila.sales.partners.portal.notices import follow_registration, follow_share, tell_of_document
from sila.sales.partners.registering import approve, extend, refuse
from sila.sales.partners.rules import (
    derive_partner,
    derive_registration,
    derive_share,
    give_its_role,
    keep_decided,
    match_customer,
)
from sila.sales.partners.sharing import OUTCOMES, accept, decline, note_progress, report, withdraw
from sila.sales.rules import keep_amount, numbering

Status, Shared = DealRegistration.Status, SharedLead.Status


def in_status(*states: str) -> Any:
    return lambda record: record.status in states


def _days(label: Any) -> Field:
    return Field("days", KINDS["number"], label, extra={"integer": True, "min": 1, "max": 730})


def _usual(registration: DealRegistration, context: Any) -> dict[str, str]:
    return {"days": str(registration.partner.protection_days)}


partners = register(
    Entity(
        model=Partner,
        slug="partners",
        icon="heart-handshake",
        menu=_("Sales"),
        subtitle="kind",
        told_apart=("kind", "tier"),
        tones={"tier": {"registered": "1", "silver": "3", "gold": "ok"}},
        columns=("name", "kind", "tier", "commission_rate", "since", "active", "owner"),
        sections={
            pgettext_lazy("noun", "Partner"): ("name", "party", "kind", "tier", "since", "active"),
            _("Terms"): ("commission_rate", "price_book", "protection_days"),
            _("Shared leads"): ("sees",),
            pgettext_lazy("label", "Note"): ("note",),
        },
        filters=("kind", "tier", "active", "commission_rate", "since", "party", "owner", "org_unit"),
        search=("name", "party__name", "party__name_latin"),
        quick=("party", "kind", "tier", "commission_rate"),
        keys=("name",),
        mergeable=False,
        rules=(derive_partner,),
        effects=(give_its_role,),
        panel_data=panels_of_partner,
        related=(
            Related("deal-registrations", "partner"),
            Related("shared-leads", "partner"),
            Related("partner-commissions", "partner"),
        ),
        views=(
            View("active", pgettext_lazy("partner view", "Active"), ("active:yes",), "name"),
            View("gold", pgettext_lazy("partner view", "Gold"), ("tier:any:gold",), "name"),
        ),
    )
)

deal_registrations = register(
    Entity(
        model=DealRegistration,
        slug="deal-registrations",
        icon="shield-check",
        menu=_("Sales"),
        subtitle="number",
        told_apart=("number", "partner"),
        tended={"status": Status.SUBMITTED},
        tones={"status": {"submitted": "3", "approved": "ok", "refused": "bad", "expired": "warn"}},
        columns=("name", "number", "partner", "status", "amount", "protected_until", "owner"),
        sections={
            _("Deal registration"): (
                *("name", "number", "partner", "status", "protected_until", "opportunity"),
            ),
            pgettext_lazy("label", "Customer"): (
                *("company_name", "contact_name", "phone", "email", "city", "party"),
            ),
            pgettext_lazy("noun", "Deal"): ("product", "amount", "currency", "expected_close", "note"),
            _("Decision"): ("answer", "decided_at", "decided_by"),
        },
        filters=(
            *("status", "partner", "party", "product", "amount", "expected_close", "protected_until"),
            *("decided_at", "decided_by", "owner", "org_unit", "created_at"),
        ),
        search=("name", "number", "company_name", "partner__name"),
        quick=("partner", "company_name", "phone", "amount", "expected_close"),
        keys=("number", "name"),
        match=("number",),
        carried=(
            *("number", "status", "protected_until", "answer", "decided_at", "decided_by", "opportunity"),
        ),
        mergeable=False,
        rules=(derive_registration, keep_amount, match_customer, numbering("REG", "-")),
        effects=(follow_registration,),
        on_trash=keep_decided,
        flags=flags_of_registration,
        views=(
            View("waiting", _("To be decided"), ("status:any:submitted",), "created_at"),
            View("ending", _("Protection ends this month"), ("protected_until:within:this_month",)),
            View("protected", _("Under protection"), ("status:any:approved",), "protected_until"),
        ),
        actions=(
            Action(
                "approve",
                pgettext_lazy("verb", "Protect"),
                approve,
                icon="shield-check",
                style="ok",
                when=in_status(Status.SUBMITTED),
                begins=_usual,
                fields=(_days(_("Days of protection")),),
            ),
            Action(
                "refuse",
                pgettext_lazy("verb", "Refuse"),
                refuse,
                icon="ban",
                style="bad",
                when=in_status(Status.SUBMITTED),
                fields=(
                    Field("reason", KINDS["text"], _("Answer to the partner"), required=True, max_length=300),
                ),
            ),
            Action(
                "extend",
                _("Extend the protection"),
                extend,
                icon="calendar-plus",
                when=in_status(Status.APPROVED, Status.EXPIRED),
                fields=(_days(_("Days more")),),
            ),
        ),
    )
)

ANSWER = Field("answer", KINDS["text"], _("Partner's answer"), max_length=300)

shared_leads = register(
    Entity(
        model=SharedLead,
        slug="shared-leads",
        icon="share-2",
        belongs_to="lead",
        sort="-shared_at",
        subtitle="status",
        tones={"status": {"offered": "3", "accepted": "2", "declined": "bad", "won": "ok", "lost": "1"}},
        columns=("name", "partner", "status", "progress", "shared_at", "answered_at"),
        sections={
            _("Shared lead"): ("name", "lead", "partner", "status", "note"),
            _("Answer"): ("progress", "answer", "shared_at", "answered_at"),
        },
        filters=("partner", "lead", "status", "progress", "shared_at", "answered_at"),
        quick=("lead", "partner", "note"),
        carried=("status", "progress", "answer", "shared_at", "answered_at"),
        mergeable=False,
        rules=(derive_share,),
        effects=(follow_share,),
        panel_data=panel_of_share,
        views=(View("offered", _("Waiting for an answer"), ("status:any:offered",), "shared_at"),),
        actions=(
            Action(
                "accept",
                _("Partner takes it"),
                accept,
                icon="circle-check",
                style="ok",
                when=in_status(Shared.OFFERED),
                fields=(ANSWER,),
            ),
            Action(
                "decline",
                _("Partner declines"),
                decline,
                icon="ban",
                when=in_status(Shared.OFFERED),
                fields=(
                    Field("answer", KINDS["text"], _("Partner's answer"), required=True, max_length=300),
                ),
            ),
            Action(
                "progress",
                _("Note the progress"),
                note_progress,
                icon="route",
                when=in_status(Shared.ACCEPTED),
                fields=(
                    Field(
                        "progress",
                        KINDS["choice"],
                        pgettext_lazy("shared lead", "Progress"),
                        required=True,
                        choices=as_choices(SharedLead.Progress.choices),
                    ),
                    ANSWER,
                ),
            ),
            Action(
                "report",
                _("Note the outcome"),
                report,
                icon="flag",
                when=in_status(Shared.ACCEPTED),
                fields=(
                    Field(
                        "outcome",
                        KINDS["choice"],
                        _("Outcome"),
                        required=True,
                        choices=as_choices([(state.value, state.label) for state in OUTCOMES]),
                    ),
                    ANSWER,
                ),
            ),
            Action(
                "withdraw",
                _("Take it back"),
                withdraw,
                icon="arrow-back-up",
                style="menu",
                when=in_status(*SharedLead.RUNNING),
            ),
        ),
    )
)

partner_commissions = register(
    Entity(
        model=PartnerCommission,
        slug="partner-commissions",
        icon="coins",
        belongs_to="partner",
        creatable=False,
        trashable=False,
        sort="-day",
        timeline=False,
        tones={"why": {"credited": "warn", "reopened": "warn", "partner": "warn", "paid": "ok"}},
        columns=("name", "partner", "day", "why", "basis", "rate", "amount"),
        sections={
            _("Partner commission"): (
                *("name", "partner", "invoice", "opportunity", "day", "why", "basis", "rate", "amount"),
                "currency",
            )
        },
        read_only=("partner",),
        filters=("partner", "invoice", "day", "why", "amount"),
        mergeable=False,
    )
)

partner_documents = register(
    Entity(
        model=PartnerDocument,
        slug=handing_out.SLUG,
        icon="files",
        subtitle="audience",
        told_apart=("audience", "partner"),
        tones={
            "status": {"shared": "ok", "withdrawn": "1"},
            "audience": {"one": "2", "tier": "3", "all": "4"},
        },
        columns=("name", "audience", "partner", "tier", "until", "status", "owner"),
        sections={
            _("Document for partners"): ("name", "note", "status"),
            _("Who sees it"): ("audience", "partner", "tier", "until"),
        },
        filters=("audience", "partner", "tier", "until", "status", "owner", "org_unit", "created_at"),
        search=("name", "note", "partner__name"),
        quick=("name", "audience", "partner", "tier", "until", "note"),
        carried=("status",),
        mergeable=False,
        rules=(handing_out.derive,),
        flags=handing_out.flags,
        views=(
            View("shared", pgettext_lazy("partner document view", "Shared"), ("status:any:shared",), "name"),
            View(
                "ending",
                _("Last day within 30 days"),
                ("status:any:shared", "until:within:next_30_days"),
                "until",
            ),
        ),
        actions=(
            Action(
                "tell",
                _("Tell the partners by mail"),
                tell_of_document,
                icon="mail",
                when=in_status(PartnerDocument.Status.SHARED),
            ),
            Action(
                "withdraw",
                pgettext_lazy("partner document", "Withdraw"),
                handing_out.withdraw,
                icon="eye-off",
                style="bad",
                when=in_status(PartnerDocument.Status.SHARED),
            ),
            Action(
                "share-again",
                _("Share again"),
                handing_out.share_again,
                icon="share-2",
                when=in_status(PartnerDocument.Status.WITHDRAWN),
            ),
        ),
    )
)
