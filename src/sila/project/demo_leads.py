"""Leads of the sample: told through the verbs, each at its own moment, by the sellers in turn."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.leads import actions, converting
from sila.sales.leads.demo import REASONS, SAMPLES, Sample, values_of
from sila.sales.leads.models import DisqualifyReason, Lead
from sila.work.actions import log

SELLERS = ("noura", "sara", "khalid")
KNOWN = "يسأل عن طلبية جديدة"


def add_leads(actors: Mapping[str, Actor], now: datetime) -> None:
    for number, sample in enumerate(SAMPLES):
        by = actors[SELLERS[number % len(SELLERS)]]
        began = now - timedelta(days=sample.days, hours=2, minutes=7 * number % 50)
        with clock.at(began):
            lead = records.create(registry["leads"], values_of(sample, number), by=by)
        _go_on(lead, sample, by, began)
    _add_one_who_is_known(actors["noura"], now)


def _go_on(lead: Lead, sample: Sample, by: Actor, began: datetime) -> None:
    if sample.end == "new":
        return
    with clock.at(began + timedelta(hours=1)):
        about = [("leads", lead.id)]
        log(
            "call",
            {"subject": "مكالمة تعارف", "direction": "out"},
            by=by,
            about=about,
            outcome=sample.interest,
        )
        lead = actions.contact(lead, by=by)
    if sample.end == "disqualified":
        with clock.at(began + timedelta(hours=26)):
            reason = DisqualifyReason.objects.get(name_en=REASONS[sample.name])
            actions.disqualify(lead, by=by, reason=reason.id)
    elif sample.end == "contacted":
        with clock.at(began + timedelta(hours=2)):
            answers = dict(zip(actions.QUESTIONS, sample.answers, strict=False))
            records.update(registry["leads"], lead.id, answers, by=by)
    else:
        with clock.at(began + timedelta(hours=28)):
            lead = actions.qualify(lead, by=by, **dict(zip(actions.QUESTIONS, sample.answers, strict=False)))
    if sample.end == "converted":
        with clock.at(began + timedelta(days=3)):
            name = f"{sample.interest} – {sample.company}"
            converting.convert(lead, by=by, deal=True, deal_name=name)


def _add_one_who_is_known(by: Actor, now: datetime) -> None:
    """Someone whom the company knows already: the lead says so."""
    people = Party.objects.filter(kind="person", deleted_at=None).exclude(email="").exclude(phone="")
    known = people.order_by("created_at", "name").first()
    if known is None:
        return
    values: dict[str, Any] = {"name": known.name, "email": known.email, "phone": known.phone}
    with clock.at(now - timedelta(hours=3)):
        records.create(registry["leads"], {**values, "origin": "email", "interest": KNOWN}, by=by)
