"""How leads come in at the sample company: a form on its site, rules that share them out, points that tell who is hot."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sila.platform.access.actor import Actor
from sila.platform.access.models import Team
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.leads.capture import asking
from sila.sales.leads.capture.addresses import Visit
from sila.sales.leads.capture.models import FormSubmission, LeadForm
from sila.sales.leads.capture.receiving import Sent, count, receive
from sila.sales.leads.demo import CONSENT, CONSENT_EN, HELD, SCORES, SENT, TERRITORIES


def add_capture(actors: Mapping[str, Actor], now: datetime) -> None:
    """Before the leads of the sample, so that they are scored as they come."""
    admin = actors["noura"]
    with clock.at(now - timedelta(days=60)):
        for values in SCORES:
            records.create(registry["scoring-rules"], values, by=admin)
        _add_rules(admin)
        form = _add_form(admin)
    for days, (name, email, city, interest, english) in enumerate(SENT):
        with clock.at(now - timedelta(days=days, hours=3)):
            count(form, views=14 + 9 * days % 17)
            receive(form, _sent(f"sample-{days}", name, email, city, interest, english=english))
    with clock.at(now - timedelta(hours=5)):
        name, email, interest = HELD
        held = _sent("sample-held", name, email, "", interest, english=True)
        receive(
            form, Sent(held.values, "en", held.nonce, held.visit, reason=FormSubmission.Reason.LINKS.value)
        )


def _add_rules(admin: Actor) -> None:
    for name, name_en, team, cities in TERRITORIES:
        values: dict[str, Any] = {
            "name": name,
            "name_en": name_en,
            "team": str(Team.objects.get(name_en=team).id),
            "territory": "\n".join(cities),
            "by_language": not cities,
        }
        records.create(registry["assignment-rules"], values, by=admin)


def _add_form(admin: Actor) -> LeadForm:
    values = {
        "name": "اطلب عرض سعر",
        "name_en": "Ask for a quotation",
        "intro": "أخبرونا بما تحتاجون إليه، ونعود إليكم خلال يوم عمل.",
        "intro_en": "Tell us what you need, and we come back to you within a working day.",
        "consent": CONSENT,
        "consent_en": CONSENT_EN,
        "thanks": "وصلنا طلبكم، وسيتواصل معكم أحد زملائنا خلال يوم عمل.",
        "thanks_en": "We have your request. A colleague will call you within a working day.",
        "campaign": "website",
        "sites": "https://www.example.com",
    }
    form: LeadForm = records.create(registry["lead-forms"], values, by=admin)
    asking.add(form, by=admin, name="city", required=True)
    return form


def _sent(nonce: str, name: str, email: str, city: str, interest: str, *, english: bool) -> Sent:
    visit = Visit.of("https://www.example.com/?utm_source=google&utm_medium=cpc&utm_campaign=website", "")
    values = {"name": name, "email": email, "city": city, "interest": interest}
    if not city:
        values["city"] = "الرياض"
    return Sent(values, "en" if english else "ar", nonce, visit, CONSENT_EN if english else CONSENT)
