"""Ids of records, as their tables hold them and as own links do: in small letters, with dashes."""

from typing import Any

from django.db.models import CharField, Func, UUIDField

DASHED = (
    "SUBSTR(%(expressions)s, 1, 8) || '-' || SUBSTR(%(expressions)s, 9, 4) || '-' || SUBSTR(%(expressions)s, 13, 4)"
    " || '-' || SUBSTR(%(expressions)s, 17, 4) || '-' || SUBSTR(%(expressions)s, 21)"
)


class AsText(Func):
    """The id as an own link that leads there holds it."""

    arity = 1
    output_field = CharField()
    template = "CAST(%(expressions)s AS text)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Its tables have ids without dashes."""
        return self.as_sql(compiler, connection, template=DASHED, **context)


class AsId(Func):
    """The id that an own link holds, to be looked up by."""

    arity = 1
    output_field = UUIDField()
    template = "CAST(%(expressions)s AS uuid)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="REPLACE(%(expressions)s, '-', '')", **context)
