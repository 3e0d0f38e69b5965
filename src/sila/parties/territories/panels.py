"""What the page of a territory shows beside its fields: the ways to its records, and who came and went lately."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.parties.territories.models import Territory, TerritoryMove
from sila.parties.territories.placing import MOVED, followers
from sila.parties.territories.tree import RULES
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import registry
from sila.platform.entities.timeline import SAYS_BOTH, SPOKEN, VERBS

SHOWN = 8


def panels(territory: Territory, context: Context) -> list[dict[str, Any]]:
    return [_records(territory, context), *_moves(territory, context)]


def _records(territory: Territory, context: Context) -> dict[str, Any]:
    slugs = [*RULES, *(follower.slug for follower in followers)]
    nouns = [registry[slug] for slug in slugs if slug in registry and context.actor.can(slug, "view")]
    items = [
        {
            "title": str(noun.plural),
            "icon": noun.icon,
            "url": f"{noun.url(context.reader.slug)}?f=territory:any:{territory.id}",
        }
        for noun in nouns
        if "territory" in noun.readable(context.actor)
    ]
    return {"key": "here", "label": _("What stands here"), "icon": "map-pin", "items": items}


def _moves(territory: Territory, context: Context) -> list[dict[str, Any]]:
    here = Q(from_territory_id=territory.id) | Q(to_territory_id=territory.id)
    rows = list(TerritoryMove.objects.filter(here).order_by("-id")[:SHOWN])
    if not rows:
        return []
    wanted: dict[str, list[Any]] = {}
    for row in rows:
        wanted.setdefault(row.entity, []).append(row.record_id)
    seen = visible_ids(context.actor, wanted)
    names: dict[Any, str] = {}
    for slug, ids in wanted.items():
        noun = registry[slug]
        found = noun.rows(trashed=True).filter(id__in=[each for each in ids if each in seen])
        names |= {row["id"]: noun.title_of(row) for row in found.order_by().values("id", *noun.title)}
    items = [_move(row, territory, names, context) for row in rows if row.record_id in names]
    return [{"key": "moves", "label": _("Came and went"), "icon": "arrows-left-right", "items": items}]


def _move(row: TerritoryMove, here: Territory, names: dict[Any, str], context: Context) -> dict[str, Any]:
    came = row.to_territory_id == here.id
    day = context.reader.day(row.at.astimezone(context.reader.tz).date())
    return {
        "title": names[row.record_id],
        "url": registry[row.entity].url(context.reader.slug, row.record_id),
        "icon": "arrow-bar-to-down" if came else "arrow-bar-up",
        "hint": f"{_('Came') if came else _('Went')} · {row.get_why_display()} · {day}",
    }


def _why(payload: dict[str, Any]) -> str:
    why = payload.get("why", "")
    return str(TerritoryMove.Why(why).label) if why in TerritoryMove.Why.values else ""


VERBS[MOVED] = (gettext_lazy("moved this record to a territory"), "map-2")
SAYS_BOTH.add(MOVED)
SPOKEN[MOVED] = _why
