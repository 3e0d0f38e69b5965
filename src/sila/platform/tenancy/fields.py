"""Links between tenant tables: composite foreign keys that cannot point into another workspace."""

import hashlib
from typing import Any

from django.db import models
from django.db.models.constraints import BaseConstraint


class LinkConstraint(BaseConstraint):
    """FOREIGN KEY (tenant_id, column) REFERENCES to_table (tenant_id, id), on SQLite and PostgreSQL."""

    def __init__(self, *, column: str, to_table: str, name: str) -> None:
        super().__init__(name=name)
        self.column = column
        self.to_table = to_table

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY (tenant_id, {quote(self.column)}) "
            f"REFERENCES {quote(self.to_table)} (tenant_id, id)"
        )

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database refuses a foreign row; the verbs explain it earlier (entities.kinds.LinkKind)."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "column": self.column, "to_table": self.to_table}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LinkConstraint) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__


class Link(models.ForeignObject):  # type: ignore[type-arg]
    """A link to a record of the same workspace. Declares its own `<name>_id` column and constraint.

    Deletion is a verb (trash first, purge later), so the constraint restricts and Django does nothing. `prefer` names the
    records that a picker offers first (`extensions.preferred`).
    """

    def __init__(self, to: Any, *, prefer: str = "", **kwargs: Any) -> None:
        self.prefer = prefer
        for computed in ("on_delete", "from_fields", "to_fields"):
            kwargs.pop(computed, None)
        kwargs.setdefault("related_name", "+")
        self._column = ""
        super().__init__(
            to, models.DO_NOTHING, from_fields=["tenant", ""], to_fields=["tenant", "id"], **kwargs
        )

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False, **kw: Any
    ) -> None:
        column = f"{name}_id"
        self.from_fields = ["tenant", column]
        super().contribute_to_class(cls, name, private_only, **kw)
        if cls.__module__ == "__fake__":  # a migration's model: the column and constraint are listed there
            return
        if column not in {field.name for field in cls._meta.local_fields}:
            id_field = models.UUIDField(
                self.verbose_name, null=self.null, blank=self.blank, editable=False, db_index=False
            )
            cls.add_to_class(column, id_field)
        if not cls._meta.abstract:
            self._add_constraint(cls, column)

    def _add_constraint(self, cls: type[models.Model], column: str) -> None:
        to = self.remote_field.model
        label = to if isinstance(to, str) else to._meta.label
        app, _, model = (cls._meta.label if label == "self" else label).rpartition(".")
        table = f"{app or cls._meta.app_label}_{model}".lower()
        raw = f"{cls._meta.db_table}_{column}_link"
        name = (
            raw
            if len(raw) <= 30
            else f"{raw[:18]}_{hashlib.md5(raw.encode(), usedforsecurity=False).hexdigest()[:6]}_link"
        )
        constraint = LinkConstraint(column=column, to_table=table, name=name)
        cls._meta.constraints = [*cls._meta.constraints, constraint]
        cls._meta.original_attrs["constraints"] = cls._meta.constraints

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for computed in ("on_delete", "from_fields", "to_fields"):
            kwargs.pop(computed, None)
        if kwargs.get("related_name") == "+":
            del kwargs["related_name"]
        return name, path, args, kwargs
