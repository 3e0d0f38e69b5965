"""What was sent by a form becomes a lead, once; what is odd is kept until somebody has looked at it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import Context, Unreadable
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import current, take_turns, today
from sila.sales.leads.capture.addresses import Visit
from sila.sales.leads.capture.asking import Question, questions
from sila.sales.leads.capture.guarding import Spent
from sila.sales.leads.capture.models import FormSubmission, LeadForm, LeadFormDay
from sila.sales.leads.models import Lead

SLUG, SUBMISSIONS = "leads", "form-submissions"
ALIKE = timedelta(hours=1)  # the same words from the same form within it are one lead
CALLED_BY = ("name", "company_name", "email", "phone")  # a form need not ask for the name
State = FormSubmission.State


@dataclass(frozen=True)
class Sent:
    """One filled-in form. `consent`: the text that was agreed to, as it was shown; "" if it was not."""

    values: Mapping[str, Any]
    language: str
    nonce: str
    visit: Visit = field(default_factory=Visit)
    consent: str = ""
    reason: str = ""

    @property
    def beside(self) -> dict[str, Any]:
        """What the page says besides, to be kept while it is held."""
        return {
            "language": self.language,
            "consent": self.consent,
            "page": self.visit.page,
            "referrer": self.visit.referrer,
            "utm": dict(self.visit.utm),
        }


def consent_in(form: LeadForm, language: str) -> str:
    return (form.consent_en if language == "en" else form.consent) or form.consent or form.consent_en


def visitors() -> Actor:
    """Who acts when a visitor sends a form."""
    return Actor.system(current(), "form")


# ---- receiving -------------------------------------------------------------------------------------------
def receive(form: LeadForm, sent: Sent) -> FormSubmission:
    """Keep it, and make a lead of it unless it is odd. Sent twice, it is the one that was first. Raises Invalid, and Spent
    if the mark has brought other words already."""
    asked = questions(form)
    if wrong := wrong_in(asked, sent.values):
        raise Invalid(wrong)
    same = digest(form, sent)
    with transaction.atomic():
        take_turns(f"form {form.id}")
        if known := _known(form, sent, same):
            return known
        lead, reason, told = None, sent.reason, ""
        if not reason:
            try:
                lead = _lead(form, sent, asked)
            except Invalid as error:
                if error.errors.keys() <= {each.name for each in asked}:
                    raise
                reason, told = FormSubmission.Reason.REFUSED.value, "; ".join(error.errors.values())
        count(form, sent=1, leads=1 if lead else 0)
        return _keep(form, sent, same, lead, reason, told)


def wrong_in(asked: list[Question], values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with these values, in the visitor's words, by field."""
    context, errors = _context(), {}
    for each in asked:
        try:
            value = each.field.parse(values.get(each.name), context)
        except Unreadable as error:
            errors[each.name] = str(error)
            continue
        if each.required and value in (None, "", [], False):
            errors[each.name] = _("This field is required.")
    return errors


def _context() -> Context:
    return Context(visitors(), Reader.of(current()))


def digest(form: LeadForm, sent: Sent) -> str:
    words = json.dumps([str(form.id), sorted(sent.values.items())], default=str)
    return hashlib.sha256(words.encode(errors="surrogatepass")).hexdigest()


def _known(form: LeadForm, sent: Sent, same: str) -> FormSubmission | None:
    of_form = FormSubmission.objects.filter(form_id=form.id)
    lately = of_form.filter(digest=same, sent_at__gte=clock.now() - ALIKE).order_by("-id")
    found: FormSubmission | None = of_form.filter(nonce=sent.nonce, digest=same).first() or lately.first()
    if found is None and of_form.filter(nonce=sent.nonce).exists():
        raise Spent
    return found


def _lead(form: LeadForm, sent: Sent, asked: list[Question]) -> Lead:
    """In a savepoint: where a rule refuses it, only the lead is undone."""
    names = {each.name for each in asked}
    values = {name: value for name, value in sent.values.items() if name in names}
    if "name" not in names:
        values["name"] = _called(form, values)
    owner = Member.objects.filter(id=form.assign_to_id, active=True, deleted_at=None).first()
    with transaction.atomic():
        lead: Lead = records.create(
            registry[SLUG],
            values,
            by=visitors(),
            context=_context(),
            owner_id=owner.id if owner else None,
            org_unit_id=owner.unit_id if owner else None,
            form_id=form.id,
            origin=form.origin,
            source=form.source,
            language=sent.language,
            **_of_visit(form, sent),
        )
    return lead


def _called(form: LeadForm, values: Mapping[str, Any]) -> str:
    return next((str(values[name]) for name in CALLED_BY if values.get(name)), form.name)


def _of_visit(form: LeadForm, sent: Sent) -> dict[str, Any]:
    utm = dict(sent.visit.utm)
    utm["utm_campaign"] = utm.get("utm_campaign") or form.campaign
    consented = {
        "consent_text": sent.consent,
        "consented_at": clock.now(),
        "consent_language": sent.language,
    }
    pages = {"landing_page": sent.visit.page, "referrer": sent.visit.referrer}
    return {**utm, **pages, **(consented if sent.consent else {})}


def _keep(form: LeadForm, sent: Sent, same: str, lead: Lead | None, reason: str, told: str) -> FormSubmission:
    kept: FormSubmission = records.create(
        registry[SUBMISSIONS],
        {},
        by=visitors(),
        form_id=form.id,
        name=_called(form, sent.values)[:200],
        state=State.ACCEPTED if lead else State.HELD,
        reason=reason,
        told=told,
        answers={} if lead else dict(sent.values),
        beside={} if lead else sent.beside,
        nonce=sent.nonce,
        digest=same,
        lead_id=lead.id if lead else None,
        sent_at=clock.now(),
    )
    return kept


def count(form: LeadForm, **more: int) -> None:
    """Add to the numbers of today."""
    day, _new = LeadFormDay.objects.get_or_create(form_id=form.id, day=today())
    changes = {name: F(name) + number for name, number in more.items()}
    LeadFormDay.objects.filter(id=day.id).update(**changes)


# ---- what was held ---------------------------------------------------------------------------------------
@transaction.atomic
def release(submission: FormSubmission, *, by: Actor) -> FormSubmission:
    """It is from a person after all: it becomes a lead. Raises Invalid where the lead cannot be made."""
    held = _waiting(submission, by)
    form = LeadForm.objects.get(id=held.form_id)
    lead = _lead(form, _sent_again(held), questions(form))
    count(form, leads=1)
    columns = {"state": State.ACCEPTED, "lead_id": lead.id, "answers": {}, "beside": {}}
    _enter(held, columns, "released", by)
    return held


def _sent_again(held: FormSubmission) -> Sent:
    beside = held.beside
    visit = Visit(beside.get("page", ""), beside.get("referrer", ""), tuple(beside.get("utm", {}).items()))
    return Sent(held.answers, beside.get("language", "ar"), held.nonce, visit, beside.get("consent", ""))


@transaction.atomic
def reject(submission: FormSubmission, *, by: Actor) -> FormSubmission:
    """It is spam. It stays where it is until somebody throws it away."""
    held = _waiting(submission, by)
    if held.state == State.REJECTED:
        raise Invalid({"": _("This was rejected already.")})
    _enter(held, {"state": State.REJECTED}, "rejected", by)
    return held


def _waiting(submission: FormSubmission, by: Actor) -> FormSubmission:
    held: FormSubmission = records.unmoved(registry[SUBMISSIONS], submission, by=by)
    if held.state == State.ACCEPTED:
        raise Invalid({"": _("This is a lead already.")})
    return held


def _enter(held: FormSubmission, columns: Mapping[str, Any], kind: str, by: Actor) -> None:
    records.enter(registry[SUBMISSIONS], held, columns, by=by, kind=kind)


def made_by_visitors_only(submission: Any, changes: Any, by: Actor) -> None:
    """Nobody types one."""
    if by.member is not None and submission._state.adding:
        raise NotAllowed
