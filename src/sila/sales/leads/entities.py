"""Leads, and the reasons for which they are disqualified."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties.territories.placing import keep_chosen, placing
from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, View, as_choices, register
from sila.sales.leads.actions import contact, disqualify, may_part, part, qualify, reopen
from sila.sales.leads.assigning.actions import assign, assign_what_comes_in, keep_choice, may_be_assigned
from sila.sales.leads.converting import convert, take_back
from sila.sales.leads.models import DisqualifyReason, Known, Lead
from sila.sales.leads.panels import conversion_form, flags, stages
from sila.sales.leads.rules import derive, follow_status, match, write_transition
from sila.sales.leads.scoring.panels import of_lead
from sila.sales.leads.scoring.work import follow_save
from sila.sales.partners.sharing import share
from sila.sales.rules import keep_amount, numbering

NAMES = ("name", "name_en")
BANT = ("budget", "authority", "need", "timing")
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
BECAME = ("converted_at", "converted_contact", "converted_party", "converted_opportunity")
Status = Lead.Status

disqualify_reasons = register(
    Entity(
        model=DisqualifyReason,
        slug="disqualify-reasons",
        icon="user-x",
        title=NAMES,
        sort="order",
        timeline=False,
        columns=("name", "name_en", "order"),
        sections={_("Disqualify reason"): ("name", "name_en", "order")},
        quick=NAMES,
        keys=NAMES,
    )
)


def is_open(lead: Any) -> bool:
    return bool(lead.is_open)


def is_waiting(lead: Any) -> bool:
    return lead.status in (Status.NEW, Status.CONTACTED)


def in_status(status: str) -> Any:
    return lambda lead: lead.status == status


def _link(name: str, label: Any, to: str, **more: Any) -> Field:
    return Field(name, KINDS["link"], label, to=to, **more)


def _answer(name: str) -> Field:
    label: Any = Lead._meta.get_field(name).verbose_name
    return Field(name, KINDS["choice"], label, choices=as_choices(Known.choices))


CONVERSION = (
    _link(
        "person",
        pgettext_lazy("label", "Person"),
        "people",
        title_columns=("name",),
        help=_("Empty: a new person is added from this lead."),
    ),
    _link(
        "company",
        pgettext_lazy("label", "Company"),
        "organizations",
        title_columns=("name",),
        help=_("Empty: the company that the lead names is added."),
    ),
    Field("without_company", KINDS["bool"], _("Without a company")),
    Field("deal", KINDS["bool"], _("Open a deal")),
    Field("deal_name", KINDS["text"], _("Name of the deal"), max_length=200),
    _link("stage", _("Stage of the deal"), "stages", title_columns=NAMES),
    Field("amount", KINDS["money"], _("Amount of the deal"), currency="currency"),
    Field("even_so", KINDS["bool"], _("Add new ones even if they are there already")),
)

ACTIONS = (
    Action(
        "contact",
        pgettext_lazy("verb", "Contacted"),
        contact,
        icon="phone",
        style="menu",  # the stepper does the same
        when=in_status(Status.NEW),
    ),
    Action(
        "qualify",
        _("Qualify"),
        qualify,
        icon="circle-check",
        when=is_waiting,
        begins=lambda lead, context: {name: getattr(lead, name) for name in BANT},
        section=_("Qualification"),
        fields=(
            *map(_answer, BANT),
            Field("note", KINDS["longtext"], _("More about the qualification"), max_length=2000),
        ),
    ),
    Action(
        "convert",
        _("Convert"),
        convert,
        icon="transform",
        style="ok",
        when=is_open,
        begins=conversion_form,
        leads_to=Status.CONVERTED.value,
        fields=CONVERSION,
    ),
    Action(
        "disqualify",
        _("Disqualify"),
        disqualify,
        icon="thumb-down",
        style="bad",
        when=is_open,
        leads_to=Status.DISQUALIFIED.value,
        fields=(
            _link("reason", _("Why disqualified"), "disqualify-reasons", required=True, title_columns=NAMES),
            Field("note", KINDS["text"], _("More about the reason"), max_length=300),
        ),
    ),
    Action("reopen", _("Reopen"), reopen, icon="rotate", when=in_status(Status.DISQUALIFIED)),
    Action(
        "undo-conversion",
        _("Take the conversion back"),
        take_back,
        icon="arrow-back-up",
        style="bad",
        when=lambda lead: lead.converted_at is not None,
    ),
    Action(
        "assign", _("Assign by the rules"), assign, icon="arrows-shuffle", style="menu", when=may_be_assigned
    ),
    Action(
        "share",
        _("Share with a partner"),
        share,
        icon="share-2",
        style="menu",
        when=is_open,
        fields=(
            _link(
                "partner",
                pgettext_lazy("noun", "Partner"),
                "partners",
                required=True,
                title_columns=("name",),
            ),
            Field("note", KINDS["text"], _("Note for the partner"), max_length=300),
        ),
    ),
    Action("part", _("It is somebody else"), part, icon="user-off", style="menu", when=may_part),
)

leads = register(
    Entity(
        model=Lead,
        slug="leads",
        together=True,
        icon="user-search",
        menu=_("Sales"),
        subtitle="company_name",
        told_apart=("company_name", "phone", "number"),
        tended={"status__in": Lead.OPEN},
        board_by="status",
        columns=("name", "company_name", "status", "score", "phone", "email", "amount", "owner"),
        sections={
            pgettext_lazy("noun", "Lead"): (
                "name",
                "number",
                "company_name",
                "job_title",
                "status",
                "entered_status_at",
                "score",
                "origin",
                "product",
                "territory",
                "amount",
                "currency",
            ),
            _("Conversion"): BECAME,
            _("Contact"): ("phone", "email", "city", "country", "language"),
            _("Interest"): ("interest",),
            _("Match"): ("party", "matched_company"),
            _("Qualification"): (*BANT, "qualification_note", "disqualify_reason", "disqualify_note"),
            _("Campaign"): ("form", *UTM, "landing_page", "referrer"),
            _("Consent"): ("consent_text", "consented_at", "consent_language"),
        },
        filters=(
            "status",
            "score",
            "origin",
            "city",
            "country",
            "territory",
            "language",
            "product",
            "amount",
            "budget",
            "authority",
            "need",
            "timing",
            "disqualify_reason",
            "utm_source",
            "utm_campaign",
            "form",
            "party",
            "matched_company",
            "entered_status_at",
            "touched_at",
            "converted_at",
            "owner",
            "org_unit",
            "created_at",
        ),
        search=("name", "number", "company_name", "phone", "email"),
        quick=("name", "company_name", "phone", "email", "origin", "interest"),
        keys=("number", "email", "phone", "name"),
        carried=("number", "entered_status_at", "form", *BECAME),
        match=(),
        rules=(
            derive,
            keep_amount,
            keep_choice,
            keep_chosen,
            follow_status,
            match,
            numbering("LEAD", "-", 5),
        ),
        effects=(write_transition, placing("leads"), assign_what_comes_in, follow_save),
        panel_data=of_lead,
        stages=stages,
        flags=flags,
        views=(
            View(
                "new",
                pgettext_lazy("lead view", "My new ones"),
                ("status:any:new", "owner:any:me"),
                "-created_at",
            ),
            View(
                "untouched",
                _("Untouched for two days"),
                ("status:any:new|contacted", "touched_at:within:before_yesterday"),
                "touched_at",
            ),
            View("hottest", _("Hottest"), ("status:any:new|contacted|qualified", "score:gte:1"), "-score"),
            View("unowned", _("Without an owner"), ("owner:empty", "status:any:new|contacted|qualified")),
            View(
                "qualified",
                pgettext_lazy("lead view", "Qualified"),
                ("status:any:qualified",),
                "-entered_status_at",
            ),
            View(
                "converted",
                pgettext_lazy("lead view", "Converted"),
                ("status:any:converted",),
                "-converted_at",
            ),
        ),
        actions=ACTIONS,
    )
)
