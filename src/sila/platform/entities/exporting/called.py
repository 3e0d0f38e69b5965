"""What a file calls the records that its links lead to: by their names, and behind a name that several have, by what
else an import knows them by: «سارة الزهراني <sara@example.com>»."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import LINKS, Field, Row
from sila.platform.entities.kinds.links import CALLED
from sila.platform.entities.registry import Entity, registry

ADDRESSED = re.compile(r"(?P<name>[^<>]*\S)\s*<(?P<address>[^<>]+)>\s*")


def name_apart(rows: Sequence[Row], fields: Iterable[Field], actor: Actor) -> None:
    """Say in each row what the names behind its links leave open."""
    wanted: dict[str, set[UUID]] = {}
    for f in fields:
        if f.kind.name in LINKS and f.to in registry:
            wanted.setdefault(f.to, set()).update(UUID(str(f.read(row))) for row in rows if f.read(row))
    called: dict[str, str] = {}
    for slug, ids in wanted.items():
        called |= addresses(registry[slug], ids, actor)
    for row in rows:
        row[CALLED] = called


def addresses(target: Entity, ids: set[UUID], actor: Actor) -> dict[str, str]:
    """Of those records that share their name with others, what they alone have: id -> their address, phone or code."""
    keys = telling(target, actor)
    if not keys or not ids:
        return {}
    name, visible = target.fields[target.title[0]].sort_column, target.visible_to(actor).order_by()
    names = visible.filter(id__in=ids).values(name)
    shared = visible.filter(**{f"{name}__in": names}).values(name).annotate(n=Count("id")).filter(n__gt=1)
    alike: dict[str, list[dict[str, Any]]] = {}
    for row in visible.filter(**{f"{name}__in": shared.values(name)}).values("id", name, *keys):
        alike.setdefault(row[name], []).append(row)
    found = {}
    for group in alike.values():
        held = {key: Counter(row[key] for row in group) for key in keys}
        for row in group:
            only = (row[key] for key in keys if row[key] and held[key][row[key]] == 1)
            if address := next(only, ""):
                found[str(row["id"])] = str(address)
    return found


def telling(target: Entity, actor: Actor) -> list[str]:
    """The keys besides its name that the actor may see."""
    readable = target.readable(actor)
    return [key for key in target.keys if key not in target.title and key in readable]
