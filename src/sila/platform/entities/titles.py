"""The names of what the workspace's own links lead to."""

from collections.abc import Iterable
from typing import Any

from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.registry import registry


def link_titles(rows: list[dict[str, Any]], links: Iterable[Field], context: Context) -> None:
    """Fetch them for all rows at once, as far as the actor may see them; LinkKind.title finds them there."""
    titles: dict[str, str] = {}
    for f in links:
        target = registry[f.to]
        ids = {f.read(row) for row in rows if f.read(row)}
        if ids:
            found = target.visible_to(context.actor).filter(id__in=ids).values("id", *target.title)
            titles |= {str(row["id"]): target.title_of(row, context.reader.language) for row in found}
    for row in rows:
        row["titles"] = titles
