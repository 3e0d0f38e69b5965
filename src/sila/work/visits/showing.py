"""A day of visits and those who are worth one, as templates want them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from sila.parties.duplicates import SLUGS
from sila.parties.models import Party
from sila.parties.rules import address_line
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import registry
from sila.platform.kit.coordinates import Spot, spot_of
from sila.platform.kit.dates import format_time
from sila.platform.kit.numbers import format_number
from sila.platform.kit.phones import tel_uri
from sila.work import reading
from sila.work.models import Activity
from sila.work.visits.day import Stop, kilometres, span_of
from sila.work.visits.models import VisitCheck, VisitHabits
from sila.work.visits.worth import Candidate

ADDRESS = ("street", "district", "city")
VISITS = "visits"


def day(stops: list[Stop], habits: VisitHabits, base: str, context: Context) -> dict[str, Any]:
    """Of the page: its stops, how far they are, what is not on the map, and how many have been made."""
    office, shown = spot_of(habits.office), []
    before = office
    checks = VisitCheck.objects.filter(visit_id__in=[stop.visit.id for stop in stops], left_at=None)
    here = set(checks.values_list("visit_id", flat=True)) if stops else set()
    open_ones = [stop.visit.id for stop in stops if stop.visit.status == Activity.Status.OPEN]
    for number, stop in enumerate(stops, start=1):
        line = _stop(stop, before, base, context) | {
            "number": format_number(number, digits=context.reader.digits)
        }
        line["state"] = "here" if stop.visit.id in here else stop.visit.status
        may = stop.visit.id in open_ones and context.actor.may(VISITS, "edit", stop.visit)
        place = open_ones.index(stop.visit.id) if may else -1
        line["up_url"] = f"{base}{stop.visit.id}/up" if may and place > 0 else ""
        line["down_url"] = f"{base}{stop.visit.id}/down" if may and place < len(open_ones) - 1 else ""
        shown.append(line)
        before = stop.spot or before
    way = kilometres(stops, office)
    return {
        "stops": shown,
        "way": km(way, context) if way else "",
        "from_office": office is not None,
        "unplaced": sum(stop.spot is None for stop in stops),
        "done": sum(stop.visit.status == Activity.Status.DONE for stop in stops),
        "clashes": sum(bool(stop.clashes) for stop in stops),
    }


def _stop(stop: Stop, before: Spot | None, base: str, context: Context) -> dict[str, Any]:
    visit, reader = stop.visit, context.reader
    start, end = (moment.astimezone(reader.tz) for moment in span_of(visit))
    far = before.far(stop.spot) if before and stop.spot else None
    return {
        "id": visit.id,
        "title": stop.party.name if stop.party else reading.title(visit, context.actor),
        "url": f"{base}{visit.id}/",
        "start": format_time(start, digits=reader.digits),
        "end": format_time(end, digits=reader.digits) if visit.ends_at else "",
        "where": (address(stop.party, context) if stop.party else "")
        or reading.said(visit, "location", context.actor),
        "outcome": reading.said(visit, "outcome", context.actor),
        "map_url": stop.spot.map_url if stop.spot else "",
        "far": km(far, context) if far is not None else "",
        "clashes": [_clash(each, context) for each in stop.clashes],
        **reach(stop.party, context),
    }


def _clash(other: Activity, context: Context) -> str:
    start = span_of(other)[0].astimezone(context.reader.tz)
    said = {
        "title": reading.title(other, context.actor),
        "time": format_time(start, digits=context.reader.digits),
    }
    return _("At the same time: %(title)s, %(time)s") % said


def address(party: Party, context: Context) -> str:
    """On one line, of what the reader may see."""
    seen = registry[SLUGS[party.kind]].readable(context.actor)
    return address_line({name: getattr(party, name) for name in ADDRESS if name in seen})


def reach(party: Party | None, context: Context) -> dict[str, str]:
    """The phone, if the reader may see it, and where the record is."""
    if party is None:
        return {"phone": "", "tel": "", "record_url": ""}
    noun = registry[SLUGS[party.kind]]
    phone = party.phone if "phone" in noun.readable(context.actor) else ""
    f = Field("phone", KINDS["phone"], "")
    return {
        "phone": f.kind.plain(f, {"phone": phone}, context.reader) if phone else "",
        "tel": tel_uri(phone) if phone else "",
        "record_url": noun.url(context.reader.slug, party.id),
    }


def km(far: float, context: Context) -> str:
    """Kilometres with one decimal; what is nearer than one in metres."""
    digits = context.reader.digits
    if far < 1:
        return _("%(number)s m") % {"number": format_number(round(far * 100) * 10, digits=digits)}
    return _("%(number)s km") % {"number": format_number(Decimal(f"{far:.1f}"), digits=digits)}


def candidate(each: Candidate, context: Context) -> dict[str, Any]:
    noun = registry[SLUGS[each.party.kind]]
    return {
        "id": each.party.id,
        "title": each.party.name,
        "square": each.party.kind == Party.Kind.ORGANIZATION,
        "url": noun.url(context.reader.slug, each.party.id),
        "where": address(each.party, context),
        "placed": bool(each.party.coordinates) and "coordinates" in noun.readable(context.actor),
        "reasons": [{"text": reason.text, "icon": reason.icon, "url": reason.url} for reason in each.reasons],
    }
