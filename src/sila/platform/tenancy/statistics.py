"""What SQLite's planner knows of the tables. Without it, it guesses, and guesses wrong: among a million people an e-mail
was looked for in all of them, 2.6 s instead of 4 ms. PostgreSQL keeps its own figures up to date.
"""

from typing import Any

from django.db import connection

LEAST, GROWN = (
    1_000,
    4,
)  # rows from which on figures count; growth after which they are too old: only magnitudes matter
_seen: dict[
    str, int
] = {}  # table -> its size when this process counted it: one with gaps looks larger than it is


def renew() -> list[str]:
    """Count the indexes of tables that have grown far beyond their figures, each in a moment of its own so that nobody
    waits long for the write lock. Returns the tables. Costs a millisecond where there is nothing to do. Call it outside
    of transactions."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        indexes, counted = _indexes(cursor), _counted(cursor)
        grown = {
            table: size
            for table, size in _sizes(cursor, list(indexes)).items()
            if size > GROWN * max(counted.get(table, 0), _seen.get(table, 0), LEAST // GROWN)
        }
        for table in grown:
            for index in indexes[table]:
                cursor.execute("ANALYZE " + connection.ops.quote_name(index))
    _seen.update(grown)
    return list(grown)


def _indexes(cursor: Any) -> dict[str, list[str]]:
    """Of our tables, which have a key that is no row number: not those behind the full-text indexes."""
    cursor.execute("SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index' ORDER BY name")
    found: dict[str, list[str]] = {}
    for table, name in cursor.fetchall():
        found.setdefault(table, []).append(name)
    return {
        table: names
        for table, names in found.items()
        if any(name.startswith("sqlite_autoindex") for name in names)
    }


def _counted(cursor: Any) -> dict[str, int]:
    cursor.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'")
    if not cursor.fetchone():
        return {}
    cursor.execute("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl")
    return dict(cursor.fetchall())


def _sizes(cursor: Any, tables: list[str]) -> dict[str, int]:
    """About how many rows each has, without counting them."""
    span = 'SELECT \'{0}\', (SELECT max(rowid) FROM "{0}") - (SELECT min(rowid) FROM "{0}")'
    cursor.execute(" UNION ALL ".join(span.format(table) for table in tables))
    return {table: size + 1 for table, size in cursor.fetchall() if size}
