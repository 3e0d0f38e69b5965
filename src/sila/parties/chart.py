"""The org chart of a group of companies: one query for each level, those that the reader may see."""

from typing import Any
from uuid import UUID

from sila.parties.models import Party
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry

LEVELS, COMPANIES = 12, 500


def chart_of(company: Party, context: Context) -> list[dict[str, Any]]:
    """Lines in reading order: {title, url, city, level, here}; level 1 is the top of the group."""
    visible = registry["organizations"].visible_to(context.actor)
    readable = registry["organizations"].readable(context.actor)
    if "parent" not in readable:  # who stands above whom is what the role hides
        visible = visible.none()
    top = _top(company, visible)
    below: dict[UUID, list[Party]] = {}
    level, found = [top], {top.id}
    for _number in range(LEVELS):
        children = list(
            visible.filter(parent_id__in=[one.id for one in level]).order_by("name_fold")[:COMPANIES]
        )
        level = [child for child in children if child.id not in found]
        if not level:
            break
        for child in level:
            found.add(child.id)
            below.setdefault(child.parent_id, []).append(child)
    lines = _lines(top, 1, below, company.id, context.reader.slug)
    return [line if "city" in readable else line | {"city": ""} for line in lines]


def _top(company: Party, visible: Any) -> Party:
    """The highest company above this one that the reader may see."""
    top = company
    for _number in range(LEVELS):
        above = visible.filter(id=top.parent_id).first() if top.parent_id else None
        if above is None or above.id == company.id:
            return top
        top = above
    return top


def _lines(company: Party, level: int, below: dict[UUID, list[Party]], here: UUID, slug: str) -> Any:
    url = registry["organizations"].url(slug, company.id)
    yield {
        "title": company.name,
        "url": url,
        "city": company.city,
        "level": level,
        "here": company.id == here,
    }
    for child in below.get(company.id, []):
        yield from _lines(child, level + 1, below, here, slug)
