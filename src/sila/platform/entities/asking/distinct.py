"""The values that there are in an indexed column, however many records hold them."""

from typing import Any

from django.db import connection, models

from sila.platform.entities.registry import Entity
from sila.platform.tenancy.current import current_id

DISTINCT = 400  # values that are gone through


def distinct(parts: list[Entity], column: str, most: int = DISTINCT) -> dict[str, list[str]]:
    """The values of an indexed column of each noun's live records, the first `most` in its order. Each is found behind the
    one before it, so that it takes as many steps in the index as there are values, however many records hold them."""
    held = [_walk(f"held{number}", part, column, most) for number, part in enumerate(parts)]
    if not held:
        return {}
    read = " UNION ALL ".join(
        f"SELECT {number}, value FROM held{number} WHERE value IS NOT NULL"  # noqa: S608
        for number in range(len(held))
    )
    with connection.cursor() as cursor:
        walks = ", ".join(walk for walk, _given in held)
        cursor.execute(f"WITH RECURSIVE {walks} {read}", [each for _walk, given in held for each in given])
        rows = cursor.fetchall()
    return {part.slug: [value for place, value in rows if place == at] for at, part in enumerate(parts)}


def _walk(name: str, part: Entity, column: str, most: int) -> tuple[str, list[Any]]:
    """One of the walks along an index, and what it is given; the names in it are those of the declaration."""
    quote, model = connection.ops.quote_name, part.model._meta
    where = "".join(f" AND {quote(each)} = %s" for each in part.where)
    given = [models.UUIDField().get_db_prep_value(current_id(), connection), *part.where.values()]

    def behind(value: str) -> str:
        return (
            f"(SELECT CAST({quote(column)} AS text) FROM {quote(model.db_table)} WHERE tenant_id = %s"  # noqa: S608
            f" AND deleted_at IS NULL{where} AND {quote(column)} > {value} ORDER BY {quote(column)} LIMIT 1)"
        )

    walk = (
        f"{name}(value, place) AS (SELECT {behind("''")}, 1 UNION ALL SELECT {behind(f'{name}.value')}, place + 1"  # noqa: S608
        f" FROM {name} WHERE {name}.value IS NOT NULL AND place < %s)"
    )
    return walk, [*given, *given, most]
