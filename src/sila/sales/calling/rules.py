"""What follows from the fields of call lists, and who may not be called."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from sila.parties.models import ContactPoint
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.sales.calling.models import CallList, CallListEntry, DoNotCall
from sila.sales.leads.models import Lead
from sila.sales.rules import today

SLUG, ENTRIES = "call-lists", "call-list-entries"


def derive(call_list: CallList, changes: Changes, by: Actor) -> None:
    call_list.name_fold = fold(call_list.name)[:200]
    if not 1 <= call_list.most_attempts <= 50:
        raise Invalid({"most_attempts": _("It lies between 1 and 50.")})
    if not 0 <= call_list.retry_hours <= 24 * 90:
        raise Invalid({"retry_hours": _("It lies between 0 and 2160 hours.")})


def say_when_asked(number: DoNotCall, changes: Changes, by: Actor) -> None:
    number.asked_on = number.asked_on or today(by)
    if number.asked_on > today(by):
        raise Invalid({"asked_on": _("This day has not come yet.")})


def refused(phones: Iterable[str]) -> set[str]:
    """Those of the numbers that nobody calls."""
    return set(
        DoNotCall.objects.filter(phone__in=[p for p in phones if p], deleted_at=None).values_list(
            "phone", flat=True
        )
    )


def has_consented(entry: CallListEntry) -> bool:
    """The lead has, or a lead that became this person or company."""
    if entry.lead_id is not None:
        return bool(entry.lead.consented_at)
    became = Q(converted_party_id=entry.party_id) | Q(converted_contact_id=entry.party_id)
    return Lead.objects.filter(became, consented_at__isnull=False, deleted_at=None).exists()


def why_not(entry: CallListEntry) -> str:
    """Why the number may not be called now; "" if it may. Asked before each number is shown."""
    whom = entry.lead if entry.lead_id is not None else entry.party
    if whom.deleted_at is not None:
        return _("It is in the trash.")
    if not whom.phone:
        return _("There is no telephone number.")
    if refused([whom.phone]):
        return _("This number is not to be called.")
    if entry.party_id is not None and _is_dead(entry.party_id, whom.phone):
        return _("This number does not work any more.")
    if entry.call_list.needs_consent and not has_consented(entry):
        return _("There is no consent to be contacted.")
    return ""


def _is_dead(party_id: object, phone: str) -> bool:
    points = ContactPoint.objects.filter(party_id=party_id, kind=ContactPoint.Kind.PHONE)
    return points.filter(value=phone, bounce=ContactPoint.Bounce.HARD).exists()
