"""The board of deals: lanes with totals and cards, in a handful of queries however many deals there are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from sila.platform.access.reader import Reader
from sila.platform.entities import linked
from sila.platform.entities.boards import CARDS, PLAIN, Face, newest
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.kinds.links import CLOSED
from sila.platform.entities.rates import Rate, Rates, rates_on
from sila.platform.entities.registry import Entity
from sila.platform.kit import clock
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.sales.models import Pipeline, Stage
from sila.work.lights import LATE, NONE, Light, next_activities

_CARD = (
    "name",
    "number",
    "party_id",
    "party__name",
    "amount",
    "currency",
    "stage_id",
    "owner_id",
    "owner__name",
    "owner__name_en",
    "entered_stage_at",
)

Totals = dict[UUID, dict[str, Any]]  # by stage


def board(
    entity: Entity, rows: QuerySet[Any], context: Context, params: Mapping[str, Any], *, face: Face = PLAIN
) -> dict[str, Any]:
    """What `entities/_board.html` shows of the rows that the actor may see; `lane`: more of one lane. `face` says
    what of the deals stands on their cards."""
    base = entity.url(context.reader.slug)
    pipelines = list(Pipeline.objects.filter(active=True, deleted_at=None).order_by("order", "id"))
    pipeline = _chosen(pipelines, params.get("pipeline", ""))
    stages = (
        list(Stage.objects.filter(pipeline_id=pipeline.id, deleted_at=None).order_by("order", "id"))
        if pipeline
        else []
    )
    lanes = [stage for stage in stages if stage.category == Stage.Category.OPEN]
    if asked := params.get("lane", ""):
        lanes = [stage for stage in lanes if str(stage.id) == asked]
    open_rows = rows.filter(stage_id__in=[stage.id for stage in lanes])
    fields = entity.readable(context.actor)
    weighed = "probability" in fields
    totals = totals_by_stage(open_rows, amounts="amount" in fields, weighed=weighed)
    facts = face.without("stage", "amount").facts if face.chosen else ()
    columns = [*_CARD, *(column for f in facts for column in f.columns())]
    cards = newest(open_rows, [Q(stage_id=stage.id) for stage in lanes], columns, params.get("below", ""))
    linked.close(
        cards, [*(fields[name] for name in ("party", "owner") if name in fields), *facts], context.actor
    )
    cards = [_closed(card, fields) | {"facts": _facts(card, facts, context.reader)} for card in cards]
    lights = next_activities(entity.slug, [card["id"] for card in cards], now=clock.now())
    rates = rates_on(context.reader.today, _currencies(totals))
    cards = [_shown(card, face) for card in cards]
    shown = [_lane(stage, totals, rates, cards, lights, context.reader, base) for stage in lanes]
    return {
        "sums": _sums(totals, rates, context.reader, weighed=weighed) if "amount" in fields else [],
        "lights": _light_counts(lights) if len(cards) == sum(lane["number"] for lane in shown) else [],
        "lanes": shown,
        "outcomes": _outcomes(stages),
        "stages": [{"id": stage.id, "label": str(stage)} for stage in lanes],
        "move_url": base + "{id}/stage/",
        "peek_url": base + "{id}/peek",
        "page": _page(pipelines, pipeline, shown, context.reader),
    }


def _chosen(pipelines: list[Pipeline], asked: str) -> Pipeline | None:
    return next(
        (pipeline for pipeline in pipelines if str(pipeline.id) == asked), pipelines[0] if pipelines else None
    )


def _facts(card: dict[str, Any], facts: Sequence[Field], reader: Reader) -> list[str]:
    return [text for f in facts if (text := f.kind.plain(f, card, reader))]


def _shown(card: dict[str, Any], face: Face) -> dict[str, Any]:
    """The card without what the chosen columns leave out."""
    names = {f.name for f in (*face.fields(), *face.rest)}
    left_out = {name for name in ("party", "amount", "owner") if name not in names}
    return card | {"left_out": left_out if face.chosen else set()}


def _closed(card: dict[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """The card without what the reader's role hides."""
    kept = {"id", "version", "stage_id", "entered_stage_at", CLOSED}
    return {
        name: value if name in kept or name.split("__")[0] in fields else None for name, value in card.items()
    }


def totals_by_stage(rows: QuerySet[Any], *, amounts: bool = True, weighed: bool = True) -> Totals:
    """Per stage the number of deals, and per currency the amount and what it is worth by its probability; `weighed`:
    whether that may be told, as it tells the probability."""
    totals: Totals = {}
    if not amounts:
        counted = rows.order_by().values_list("stage_id").annotate(n=Count("id"))
        return {stage: {"n": number, "amounts": {}} for stage, number in counted}
    weighted = Sum(F("amount") * F("probability") / 100)
    grouped = (
        rows.order_by()
        .values("stage_id", "currency")
        .annotate(n=Count("id"), total=Sum("amount"), weighted=weighted)
    )
    for row in grouped:
        stage = totals.setdefault(row["stage_id"], {"n": 0, "amounts": {}})
        stage["n"] += row["n"]
        stage["amounts"][row["currency"]] = (
            int(row["total"] or 0),
            int(row["weighted"] or 0) if weighed else 0,
        )
    return totals


def _lane(
    stage: Stage,
    totals: Totals,
    rates: Rates,
    cards: list[dict[str, Any]],
    lights: dict[UUID, Light],
    reader: Reader,
    base: str,
) -> dict[str, Any]:
    mine = [card for card in cards if card["stage_id"] == stage.id]
    number = totals.get(stage.id, {}).get("n", 0)
    amounts = totals.get(stage.id, {}).get("amounts", {})
    amount, _rest_of_it = rates.total({currency: pair[0] for currency, pair in amounts.items()})
    weighted, _rest_of_it = rates.total({currency: pair[1] for currency, pair in amounts.items()})
    more = len(mine) == CARDS and number > CARDS
    return {
        "id": stage.id,
        "label": str(stage),
        "number": number,
        "count": format_number(number, digits=reader.digits),
        "total": _money(amount, reader.currency, reader, compact=True) if amount else "",
        "weighted": _money(weighted, reader.currency, reader, compact=True) if weighted else "",
        "share": round(100 * weighted / amount) if amount else 0,
        "add_url": f"{base}new?stage={stage.id}&stay=1",
        "cards": [_card(card, stage, lights[card["id"]], reader, base) for card in mine],
        "more": _rest(stage, mine[-1]) if more else None,
    }


def _rest(stage: Stage, last: dict[str, Any]) -> dict[str, str]:
    """What the address of the lane's next cards says."""
    return {"pipeline": str(stage.pipeline_id), "lane": str(stage.id), "below": str(last["id"])}


def _card(card: dict[str, Any], stage: Stage, light: Light, reader: Reader, base: str) -> dict[str, Any]:
    days = days_here(card["entered_stage_at"], reader)
    owner = (card["owner__name_en"] if reader.language == "en" else "") or card["owner__name"]
    return {
        "id": card["id"],
        "version": card["version"],
        "url": f"{base}{card['id']}/",
        "title": card["name"] or "–",
        "subtitle": "" if "party" in card["left_out"] else _customer(card),
        "facts": card["facts"],
        "amount": _money(card["amount"], card["currency"], reader, whole=True)
        if card["amount"] is not None and "amount" not in card["left_out"]
        else "",
        "light": {"text": light.text(reader), "kind": light.kind},
        "age": days_text(days),
        "owner": "" if "owner" in card["left_out"] else owner or "",
        "rot": rot_of(stage, days),
    }


def _customer(card: dict[str, Any]) -> str:
    if "party" in card.get(CLOSED, ()):
        return _("No access")
    return card["party__name"] or _("No customer yet")


def days_here(since: datetime, reader: Reader) -> int:
    """By the days of the workspace's clock: what came in last evening is here since yesterday."""
    return max(0, (reader.today - since.astimezone(reader.tz).date()).days)


def days_in_each(moves: Iterable[tuple[Any, int]], *, here: Any, since: datetime) -> dict[Any, int]:
    """Days by step: of those that were left the seconds that are on record, and of the one `here`, if any, up to now."""
    spent: dict[Any, int] = {}
    for step, seconds in moves:
        spent[step] = spent.get(step, 0) + seconds
    if here:
        spent[here] = spent.get(here, 0) + int((clock.now() - since).total_seconds())
    return {step: seconds // 86400 for step, seconds in spent.items()}


def days_text(days: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else _("today")


def rot_of(stage: Stage, days: int) -> dict[str, str] | None:
    """How long over its time the deal has been in the stage; after twice the time it is very rotten."""
    if not stage.rot_days or days <= stage.rot_days:
        return None
    over = days - stage.rot_days
    text = ngettext("%(count)d day too long", "%(count)d days too long", over) % {"count": over}
    return {"text": text, "kind": "very" if days > 2 * stage.rot_days else "rotten"}


def _money(
    minor: int, currency: str, reader: Reader, *, compact: bool = False, whole: bool = False
) -> SafeString:
    return money_html(
        minor, CURRENCIES[currency or reader.currency], digits=reader.digits, compact=compact, whole=whole
    )


def _currencies(totals: Totals) -> set[str]:
    return {currency for stage in totals.values() for currency in stage["amounts"]}


def _sums(totals: Totals, rates: Rates, reader: Reader, *, weighed: bool) -> list[dict[str, Any]]:
    """Open and weighted value in the workspace's currency, with the rates that were used; amounts that have no rate
    stand beside, as they are."""
    amounts: dict[str, int] = {}
    weights: dict[str, int] = {}
    for stage in totals.values():
        for currency, (amount, weighted) in stage["amounts"].items():
            amounts[currency] = amounts.get(currency, 0) + amount
            weights[currency] = weights.get(currency, 0) + weighted
    whole, rest = rates.total(amounts)
    shown: list[dict[str, Any]] = [
        {
            "label": pgettext("value of deals", "Open"),
            "value": _money(whole, reader.currency, reader, compact=True),
        },
    ]
    if weighed:
        weight = _money(rates.total(weights)[0], reader.currency, reader, compact=True)
        shown.append({"label": _("Weighted"), "value": weight})
    shown += [
        {
            "label": _("Open in %(currency)s, no rate") % {"currency": currency},
            "value": _money(amount, currency, reader, compact=True),
        }
        for currency, amount in sorted(rest.items())
        if amount
    ]
    return shown + [rate_line(rate, reader) for rate in rates.used(name for name in amounts if amounts[name])]


def rate_line(rate: Rate, reader: Reader) -> dict[str, Any]:
    """Which rate a total rests on, and of which day."""
    day = reader.day(rate.day)
    number = format_number(rate.rate.normalize(), digits=reader.digits)
    return {
        "label": _("%(currency)s at the rate of %(day)s") % {"currency": rate.currency, "day": day},
        "value": number,
    }


def _light_counts(lights: dict[UUID, Light]) -> list[dict[str, str]]:
    late = sum(light.kind == LATE for light in lights.values())
    idle = sum(light.kind == NONE for light in lights.values())
    counts = []
    if late:
        counts.append(
            {"text": ngettext("%(count)d late", "%(count)d late ones", late) % {"count": late}, "kind": LATE}
        )
    if idle:
        text = ngettext("%(count)d without activity", "%(count)d of them without activity", idle) % {
            "count": idle
        }
        counts.append({"text": text, "kind": NONE})
    return counts


def _outcomes(stages: list[Stage]) -> list[dict[str, Any]]:
    """Drop zones named after the verbs that they call."""
    present = {stage.category for stage in stages}
    zones = [
        ("won", {"stage": "win", "label": _("Won"), "icon": "trophy", "css": "s-green"}),
        ("lost", {"stage": "lose", "label": _("Lost"), "icon": "thumb-down", "css": "s-red"}),
    ]
    return [zone for category, zone in zones if category in present]


def _page(
    pipelines: list[Pipeline],
    pipeline: Pipeline | None,
    lanes: list[dict[str, Any]],
    reader: Reader,
) -> dict[str, Any]:
    number = sum(lane["number"] for lane in lanes)
    return {
        "count": format_number(number, digits=reader.digits),
        "footer": ngettext("%(shown)s open deal", "%(shown)s open deals", number)
        % {"shown": format_number(number, digits=reader.digits)},
        "boards": [
            {"label": str(each), "query": {"pipeline": each.id}, "active": each == pipeline}
            for each in pipelines
        ],
    }
