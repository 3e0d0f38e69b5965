"""What a phone keeps of a day: its visits and their customers, as far as the person may see them, and nothing else."""

from typing import Any
from uuid import UUID

from sila.parties.duplicates import SLUGS
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.dates import format_time
from sila.platform.kit.money import CURRENCIES, format_money
from sila.sales.models import Opportunity, Stage
from sila.work import reading
from sila.work.models import Activity, ActivityLink
from sila.work.visits import showing
from sila.work.visits.day import Stop, on_day, span_of, stops_of

DEALS = "opportunities"
MOST = 25  # visits
NOTES, OPEN_DEALS, READ = 2, 3, 200


def day_of(context: Context) -> dict[str, Any]:
    """As JSON: `seat` is the member's id, by which the phone keeps it apart from what others left there; `at` is when it was
    read, in seconds since 1970."""
    actor, reader = context.actor, context.reader
    stops: list[Stop] = []
    if actor.member_id is not None and actor.can("visits", "view"):
        stops = stops_of(on_day(reader.today, actor.member_id, actor), actor)[:MOST]
    parties = {stop.party.id for stop in stops if stop.party}
    notes, deals = _notes(parties, context), _deals(parties, context)
    return {
        "seat": str(actor.member_id),
        "workspace": reader.slug,
        "language": reader.language,
        "day": reader.today.isoformat(),
        "day_text": reader.day(reader.today, calendar=reader.calendar, style="day"),
        "at": int(reader.now.timestamp()),
        "time": format_time(reader.now, digits=reader.digits),
        "visits": [_visit(stop, notes, deals, context) for stop in stops],
    }


def _visit(
    stop: Stop, notes: dict[UUID, list[str]], deals: dict[UUID, list[str]], context: Context
) -> dict[str, Any]:
    visit, party = stop.visit, stop.party
    start = span_of(visit)[0].astimezone(context.reader.tz)
    reach = showing.reach(party, context)
    return {
        "url": f"/w/{context.reader.slug}/visit-plan/{visit.id}/",
        "about": f"{SLUGS[party.kind]}:{party.id}" if party else "",
        "title": party.name if party else reading.title(visit, context.actor),
        "time": format_time(start, digits=context.reader.digits),
        "done": visit.status != Activity.Status.OPEN,
        "where": (showing.address(party, context) if party else "")
        or reading.said(visit, "location", context.actor),
        "map": stop.spot.map_url if stop.spot else "",
        "phone": reach["phone"],
        "tel": reach["tel"],
        "notes": notes.get(party.id, []) if party else [],
        "deals": deals.get(party.id, []) if party else [],
    }


def _notes(parties: set[UUID], context: Context) -> dict[UUID, list[str]]:
    """The last words about each: one query for the links, one for what may be seen of them."""
    if not parties:
        return {}
    links = ActivityLink.objects.filter(
        entity__in=SLUGS.values(),
        record_id__in=parties,
        activity__status=Activity.Status.DONE,
        activity__deleted_at=None,
    ).order_by("-activity__at")
    pairs = list(links.values_list("record_id", "activity_id")[:READ])
    seen = registry["activities"].visible_to(context.actor).filter(id__in={each for _party, each in pairs})
    rows = {row.id: row for row in seen}
    found: dict[UUID, list[str]] = {}
    for party_id, activity_id in pairs:
        said = found.setdefault(party_id, [])
        if activity_id in rows and len(said) < NOTES:
            said.append(_words(rows[activity_id], context))
    return found


def _words(activity: Activity, context: Context) -> str:
    day = reading.day_of(activity, context.reader)
    words = reading.said(activity, "outcome", context.actor) or reading.said(activity, "body", context.actor)
    text = (words or reading.title(activity, context.actor))[:300]
    return f"{activity.get_kind_display()} · {context.reader.day(day)} · {text}"


def _deals(parties: set[UUID], context: Context) -> dict[UUID, list[str]]:
    noun = registry[DEALS]
    fields = noun.readable(context.actor)
    if not parties or "party" not in fields:
        return {}
    rows = noun.visible_to(context.actor).filter(party_id__in=parties, category=Stage.Category.OPEN)
    found: dict[UUID, list[str]] = {}
    for deal in rows.select_related("stage").order_by("-amount", "-id")[:READ]:
        said = found.setdefault(deal.party_id, [])
        if len(said) < OPEN_DEALS:
            parts = [deal.name, str(deal.stage) if "stage" in fields and deal.stage else ""]
            if "amount" in fields and deal.amount is not None:
                money = _money(deal, context)
                parts.append(money)
            said.append(" · ".join(filter(None, parts)))
    return found


def _money(deal: Opportunity, context: Context) -> str:
    reader = context.reader
    return format_money(
        deal.amount or 0, CURRENCIES[deal.currency], digits=reader.digits, language=reader.language
    )
