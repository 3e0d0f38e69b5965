"""The queue of pairs that may be one, as a reader sees it: only pairs of which both records are theirs to see."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from sila.parties.automatic import CERTAIN
from sila.parties.duplicate_search import KINDS
from sila.parties.duplicates import SLUGS
from sila.parties.matching import REASONS
from sila.parties.models import DuplicatePair, Party
from sila.platform.access.actor import Actor
from sila.platform.entities import extensions, linked
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.merging.verb import may_merge
from sila.platform.entities.registry import OWNERSHIP, STAMPS, Entity, registry
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate

SHOWN = 20
FLAGGED = 3
LIKELY = 17.0  # bits
Row = dict[str, Any]
# The field that a reason gives away: it is told to those who may read the field. The others are about the name.
_FIELDS = {
    "phone": "phone",
    "switchboard": "phone",
    "reach": "phone",
    "email": "email",
    "domain": "email",
    "id": "cr_number",
    "birth": "birth_date",
    "street": "street",
    "district": "district",
    "city": "city",
    "employer": "organization",
}


def kinds_of(actor: Actor) -> list[str]:
    """Whose duplicates the actor may tell apart."""
    return [kind for kind in KINDS if actor.can(SLUGS[kind], "view") and actor.can(SLUGS[kind], "edit")]


def pairs_of(kind: str, actor: Actor, decision: str = "") -> "QuerySet[DuplicatePair]":
    """The likeliest first."""
    seen = registry[SLUGS[kind]].visible_to(actor).order_by().values("id")
    pairs = DuplicatePair.objects.filter(kind=kind, decision=decision, first_id__in=seen, second_id__in=seen)
    return pairs.order_by("-score", "id")


def queue(kind: str, context: Context, decision: str = "") -> list[dict[str, Any]]:
    """The first pairs of the queue, as duplicates.html wants them. As many queries for one as for twenty."""
    entity = registry[SLUGS[kind]]
    pairs = list(pairs_of(kind, context.actor, decision)[:SHOWN])
    ids = {each for pair in pairs for each in (pair.first_id, pair.second_id)}
    fields = entity.readable(context.actor)
    rows = _rows(entity, fields, ids, context)
    mine = set(entity.visible_to(context.actor, "edit").filter(id__in=ids).values_list("id", flat=True))
    return [_shown(pair, entity, fields, rows, mine, context) for pair in pairs]


def _rows(entity: Entity, fields: dict[str, Field], ids: set[UUID], context: Context) -> dict[UUID, Row]:
    columns = dict.fromkeys(column for f in fields.values() for column in f.columns())
    rows = list(entity.rows().filter(id__in=ids).values("id", *columns))
    linked.close(rows, fields.values(), context.actor)
    return {row["id"]: row for row in rows}


def _shown(
    pair: DuplicatePair,
    entity: Entity,
    fields: dict[str, Field],
    rows: dict[UUID, Row],
    mine: set[UUID],
    context: Context,
) -> dict[str, Any]:
    slug, sides = context.actor.workspace.slug, (rows[pair.first_id], rows[pair.second_id])
    base = f"/w/{slug}/duplicates/{pair.id}/"
    may = pair.first_id in mine and pair.second_id in mine
    return {
        "likelihood": _likelihood(pair.score),
        "score": format_number(round(pair.score), digits=context.reader.digits),
        "reasons": _reasons(pair, fields),
        "sides": [
            {"title": entity.title_of(row) or "–", "url": entity.url(slug, row["id"])} for row in sides
        ],
        "fields": _fields(fields, sides, context),
        "merge_url": merge_url(entity, (pair.first_id, pair.second_id), context)
        if may and may_merge(entity, context.actor)
        else "",
        "apart_url": base + "different" if may else "",
        "later_url": base + "later" if may and pair.decision != "later" else "",
    }


def merge_url(entity: Entity, ids: Iterable[UUID], context: Context) -> str:
    base = entity.url(context.reader.slug, tail="merge?")
    return base + urlencode([("id", each) for each in ids])


def _likelihood(score: float) -> str:
    if score >= CERTAIN:
        return _("Almost certainly one")
    return _("Probably the same") if score >= LIKELY else _("Perhaps the same")


def _reasons(pair: DuplicatePair, fields: dict[str, Field]) -> list[dict[str, Any]]:
    return [
        {"text": REASONS[code], "agrees": bits > 0}
        for code, bits in pair.reasons
        if code in REASONS and bits and _FIELDS.get(code.split("_")[0], "name") in fields
    ]


def _fields(fields: dict[str, Field], sides: tuple[Row, Row], context: Context) -> list[dict[str, Any]]:
    """What at least one of them has, and whether it is the same in both."""
    shown = []
    for f in fields.values():
        texts = [f.kind.plain(f, row, context.reader) for row in sides]
        if any(texts) and f.name not in (*STAMPS, *OWNERSHIP[1:]):
            cells = [f.kind.write(f, row, context.reader) for row in sides]
            shown.append({"label": f.label, "cells": cells, "same": texts[0] == texts[1]})
    return shown


def _undecided(record_id: Any) -> "QuerySet[DuplicatePair]":
    return DuplicatePair.objects.filter(Q(first_id=record_id) | Q(second_id=record_id), decision="")


def may_be_twice(entity: Entity) -> Exists | None:
    return Exists(_undecided(OuterRef("id"))) if entity.slug in SLUGS.values() else None


extensions.marks["twice"] = may_be_twice


def flags_of(party: Party, context: Context) -> list[dict[str, Any]]:
    """That a record may be there twice, on its page. No query where the row says that it is not, else three."""
    if party.kind not in kinds_of(context.actor) or not getattr(party, "told", {}).get("twice", True):
        return []
    pairs = _undecided(party.id)
    found = list(pairs.order_by("-score").values_list("first_id", "second_id")[:FLAGGED])
    if not found:
        return []
    others = [second if first == party.id else first for first, second in found]
    entity = registry[SLUGS[party.kind]]
    rows = entity.visible_to(context.actor).filter(id__in=others)
    titles = {row["id"]: entity.title_of(row) for row in rows.values("id", *entity.title)}
    return [
        {
            "text": _("May be the same as %(title)s") % {"title": isolate(titles[other])},
            "kind": "info",
            "link": {"label": _("Compare"), "url": merge_url(entity, (party.id, other), context)}
            if may_merge(entity, context.actor)
            else None,
        }
        for other in others
        if other in titles
    ]


def link_over_lists(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    """The queue of a noun, over its list."""
    found = [kind for kind in kinds_of(actor) if SLUGS[kind] == entity.slug]
    return [
        {
            "label": _("Duplicates"),
            "url": f"/w/{actor.workspace.slug}/duplicates/?kind={kind}",
            "icon": "copy",
        }
        for kind in found
    ]


extensions.list_links.append(link_over_lists)
