"""Forms for visitors, and what was sent by them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Action, Entity, Related, View, register
from sila.sales.leads.capture.asking import QUESTIONS
from sila.sales.leads.capture.models import FormSubmission, LeadForm
from sila.sales.leads.capture.panels import of_form, of_submission
from sila.sales.leads.capture.receiving import made_by_visitors_only, reject, release
from sila.sales.leads.capture.rules import begin, tidy

NAMES = ("name", "name_en")
State = FormSubmission.State


def is_waiting(submission: Any) -> bool:
    return submission.state != State.ACCEPTED


lead_forms = register(
    Entity(
        model=LeadForm,
        slug="lead-forms",
        icon="forms",
        title=NAMES,
        columns=("name", "active", "language", "origin", "campaign", "assign_to"),
        sections={
            pgettext_lazy("label", "Form"): ("name", "name_en", "active", "language", "intro", "intro_en"),
            _("Consent"): ("consent", "consent_en", "consent_required"),
            _("Afterwards"): ("thanks", "thanks_en", "redirect_url"),
            pgettext_lazy("noun", "Lead"): ("origin", "source", "campaign", "assign_to"),
            _("Other sites"): ("sites", "proof"),
        },
        filters=("active", "language", "origin", "assign_to"),
        search=NAMES,
        keys=NAMES,
        quick=("name", "name_en", "consent"),
        related=(Related("form-submissions", "form"),),
        details=(QUESTIONS,),
        panel_data=of_form,
        rules=(tidy,),
        effects=(begin,),
    )
)

form_submissions = register(
    Entity(
        model=FormSubmission,
        slug="form-submissions",
        icon="inbox",
        creatable=False,
        columns=("name", "form", "state", "reason", "sent_at"),
        sections={_("Form submission"): ("name", "form", "state", "reason", "told", "sent_at")},
        filters=("form", "state", "reason", "sent_at"),
        tones={"state": {"accepted": "ok", "held": "warn", "rejected": "bad"}},
        subtitle="reason",
        panel_data=of_submission,
        rules=(made_by_visitors_only,),
        views=(
            View("held", _("Held for review"), ("state:any:held",)),
            View("rejected", pgettext_lazy("submissions", "Rejected"), ("state:any:rejected",)),
        ),
        actions=(
            Action(
                "release", _("Take it as a lead"), release, icon="circle-check", style="ok", when=is_waiting
            ),
            Action(
                "reject",
                _("Reject"),
                reject,
                icon="ban",
                when=lambda submission: submission.state == State.HELD,
            ),
        ),
    )
)
