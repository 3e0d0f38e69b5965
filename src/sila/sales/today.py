"""Deals in a person's day: those that need a hand, what happened to them since yesterday, and the figures."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as _

from sila.parties.duplicates import SLUGS
from sila.parties.models import Party
from sila.platform.activity.models import Event
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.rates import rates_on
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.ids import uuid7_at
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.platform.kit.phones import tel_uri
from sila.sales.board import days_here, rot_of
from sila.sales.models import Opportunity, Stage
from sila.work.extensions import today_sections
from sila.work.lights import LATE, NONE, next_activities
from sila.work.views.today import when_happened

SHOWN = 5
READ = 300  # of a member's open deals; figures of more are marked with +
KINDS = {
    "won": ("trophy", 2),
    "lost": ("thumb-down", 4),
    "moved": ("arrow-right", 3),
    "reopened": ("rotate", 5),
    "created": ("plus", 1),
}  # icon, hue


def deals_of_today(context: Context) -> dict[str, Any]:
    if not context.actor.can("opportunities", "view"):
        return {}
    deals = _my_deals(context)
    open_deals = [deal for deal in deals if deal.category == Stage.Category.OPEN]
    return {
        "attention": _attention(open_deals, context),
        "changes": _changes(context),
        "figures": _figures(deals, open_deals, context),
    }


def _my_deals(context: Context) -> list[Opportunity]:
    """My open deals and those that I won this month, the largest first: one query."""
    month = context.reader.today.replace(day=1)
    wanted = Q(category="open") | Q(category="won", closed_on__gte=month)
    rows = (
        registry["opportunities"].visible_to(context.actor).filter(wanted, owner_id=context.actor.member_id)
    )
    return list(rows.select_related("stage", "party", "contact").order_by("-amount")[:READ])


def _attention(deals: list[Opportunity], context: Context) -> list[dict[str, Any]]:
    """Late, idle and rotting deals, the largest first."""
    lights = next_activities("opportunities", [deal.id for deal in deals], now=clock.now())
    shown: list[tuple[Opportunity, str]] = []
    for deal in deals:
        light, days = lights[deal.id], days_here(deal.entered_stage_at, context.reader)
        rot = rot_of(deal.stage, days) if deal.stage else None
        if light.kind == LATE:
            hint = light.text(context.reader)
        elif light.kind == NONE:
            hint = _("No activity planned")
        elif rot:
            hint = rot["text"]
        else:
            continue
        shown.append((deal, hint))
    first = shown[:SHOWN]
    ids = {"parties": {deal.party_id for deal, _hint in first} | {deal.contact_id for deal, _hint in first}}
    seen = visible_ids(context.actor, ids)
    return [_item(deal, hint, seen, context) for deal, hint in first]


def _item(deal: Opportunity, hint: str, seen: set[UUID], context: Context) -> dict[str, Any]:
    fields = registry["opportunities"].readable(context.actor)
    customer = _customer(deal, seen) if "party" in fields else _("No customer yet")
    phone = _phone_of(deal.contact, seen, context) or _phone_of(deal.party, seen, context)
    return {
        "title": deal.name,
        "hint": format_html("<bdi>{}</bdi> · {}", customer, hint),
        "avatar": customer,
        "square": True,
        "value": _money(deal.amount, deal.currency, context)
        if "amount" in fields and deal.amount is not None
        else "",
        "url": registry["opportunities"].url(context.reader.slug, deal.id),
        "way": {"label": _("Call"), "icon": "phone", "url": tel_uri(phone)} if phone else None,
    }


def _customer(deal: Opportunity, seen: set[UUID]) -> str:
    if deal.party is None:
        return _("No customer yet")
    return str(deal.party.name) if deal.party_id in seen else _("No access")


def _phone_of(party: Party | None, seen: set[UUID], context: Context) -> str:
    """The phone, if the reader may see the party and its phone."""
    if party is None or party.id not in seen:
        return ""
    return str(party.phone) if "phone" in registry[SLUGS[party.kind]].readable(context.actor) else ""


def _changes(context: Context) -> list[dict[str, Any]]:
    """What others did to deals that I see, since yesterday."""
    reader = context.reader
    since = datetime.combine(reader.today - timedelta(days=1), time(), tzinfo=reader.tz)
    seen = registry["opportunities"].visible_to(context.actor).order_by().values("id")
    fields = registry["opportunities"].readable(context.actor)
    kinds = [kind for kind in KINDS if kind != "moved" or "stage" in fields]
    events = Event.objects.filter(
        kind__in=kinds, id__gte=uuid7_at(since), at__gte=since, entity="opportunities", record_id__in=seen
    )
    others = events.exclude(member_id=context.actor.member_id).select_related("member").order_by("-id")
    return [_change(event, context) for event in others[:SHOWN]]


def _change(event: Event, context: Context) -> dict[str, Any]:
    icon, hue = KINDS[event.kind]
    who = str(event.member) if event.member else _("The system")
    stage = (event.payload.get("stage_en") if context.reader.language == "en" else "") or event.payload.get(
        "stage", ""
    )
    sentence = {
        "won": _("{who} won {deal}"),
        "lost": _("{who} lost {deal}"),
        "moved": _("{who} moved {deal} to {stage}"),
        "reopened": _("{who} reopened {deal}"),
        "created": _("{who} added {deal}"),
    }[event.kind]
    isolated = {
        "who": format_html("<bdi>{}</bdi>", who),
        "deal": format_html("<bdi><b>{}</b></bdi>", event.payload.get("title", "")),
        "stage": format_html("<bdi>{}</bdi>", stage),
    }
    return {
        "icon": icon,
        "hue": hue,
        "text": format_html(sentence, **isolated),
        "time": when_happened(event.at, context),
        "url": registry["opportunities"].url(context.reader.slug, event.record_id),
    }


def _figures(
    deals: list[Opportunity], open_deals: list[Opportunity], context: Context
) -> list[dict[str, Any]]:
    """Numbers with the lists behind them; amounts in the workspace's currency, at today's rates where there are."""
    reader, base = context.reader, registry["opportunities"].url(context.reader.slug)
    rates = rates_on(reader.today, (deal.currency for deal in deals))
    mine = f"{base}?f=owner:any:me&f=category:any:"
    number = format_number(len(open_deals), digits=reader.digits) + ("+" if len(deals) == READ else "")
    figures = [{"label": _("Open deals"), "value": number, "url": f"{mine}open"}]
    fields = registry["opportunities"].readable(context.actor)
    if "amount" not in fields:
        return figures

    def figure(label: str, amounts: Counter[str], url: str = "") -> dict[str, Any]:
        return {
            "label": label,
            "value": _money(rates.total(amounts)[0], reader.currency, context),
            "url": url,
        }

    value = _amounts((deal.currency, deal.amount) for deal in open_deals)
    weighted = _amounts((deal.currency, deal.weighted) for deal in open_deals)
    closed = [deal for deal in deals if deal.category == Stage.Category.WON]
    won = _amounts(_as_of_its_day(deal, rates.base) for deal in closed)
    figures.append(figure(_("Open value"), value, f"{mine}open"))
    if "probability" in fields:
        figures.append(figure(_("Weighted"), weighted))
    figures.append(figure(_("Won this month"), won, f"{mine}won&f=closed_on:within:this_month"))
    left_out = (
        (_("Open in %(currency)s, no rate"), value),
        (_("Won this month in %(currency)s, no rate"), won),
    )
    return figures + [
        {"label": label % {"currency": currency}, "value": _money(minor, currency, context), "url": ""}
        for label, amounts in left_out
        for currency, minor in sorted(rates.total(amounts)[1].items())
    ]


def _as_of_its_day(deal: Opportunity, base: str) -> tuple[str, int | None]:
    """What a closed deal was worth on the day on which it closed, in the base currency if there was a rate."""
    rated = deal.base_amount is not None and deal.base_currency == base
    return (base, deal.base_amount) if rated else (deal.currency, deal.amount)


def _amounts(pairs: Iterable[tuple[str, int | None]]) -> Counter[str]:
    """What there is in each currency."""
    amounts: Counter[str] = Counter()
    for currency, minor in pairs:
        if minor:
            amounts[currency] += minor
    return amounts


def _money(minor: int, currency: str, context: Context) -> Any:
    return money_html(minor, CURRENCIES[currency], digits=context.reader.digits, compact=True)


today_sections.append(deals_of_today)
