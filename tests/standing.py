"""Companies that are made once in a process, and written down for each test that asks for one.

Making one goes through thirty verbs and a hundred queries: most tests would wait for that longer than for what they are
about. So its rows are kept as SQL, and each test gets them under ids of its own: what the process remembers of a
workspace or of a person, it cannot have remembered of these.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import F, Func, QuerySet, TextField

from sila.platform.access.models import Member, User
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.platform.tenancy.rowsecurity import tenant_models
from tests.people import Company


@dataclass(frozen=True)
class Standing:
    ids: tuple[UUID, ...]  # of the workspace, then of the other rows, in the order of their making
    inserts: tuple[tuple[str, ...], ...]  # one for each table, cut where an id stands

    @classmethod
    def of(cls, company: Company) -> "Standing":
        """A company as it stands in the database."""
        with scope(company.workspace):
            tables = _tables(company)
            keys = {key for rows in tables for key in rows.values_list("id", flat=True)}
            ids = sorted(key for key in keys if isinstance(key, UUID))  # the workspace was there first
            at_ids = re.compile(f"({'|'.join(_written(ids))})")
            return cls(tuple(ids), tuple(tuple(at_ids.split(_insert(rows))) for rows in tables))

    def set_up(self) -> Company:
        """The same company, as nobody has met it yet."""
        new = [uuid7() for _ in self.ids]
        anew = dict(zip(_written(self.ids), _written(new), strict=True))
        with scope(Workspace(pk=new[0])):
            with connection.cursor() as cursor:
                for insert in self.inserts:
                    cursor.execute("".join(anew.get(piece, piece) for piece in insert))
            workspace = Workspace.objects.get(pk=new[0])
            members = Member.objects.select_related("user").order_by("id")
            return Company(workspace, {member.email.partition("@")[0]: member for member in members})


def _written(ids: Sequence[UUID]) -> list[str]:
    """Ids stand with dashes and without; what is searched names the workspace by the end of its id."""
    return [*map(str, ids), *(id.hex for id in ids), ids[0].hex[-12:]]


@contextmanager
def beneath_tests(django_db_blocker: Any) -> Iterator[None]:
    """What is made within it lies beneath the tests of a module: each falls back to it. For what takes many seconds,
    and is read: ids stay, and a process may remember of a workspace what another test had done to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _tables(company: Company) -> list[QuerySet[Any]]:
    """All that a company is made of, in an order in which it can be written."""
    users = [member.user_id for member in company.members.values()]
    rows = {
        Workspace: Workspace.objects.filter(pk=company.workspace.pk),
        User: User.objects.filter(pk__in=users),
        EmailAddress: EmailAddress.objects.filter(user__in=users),
        **{model: model._default_manager.all() for model in tenant_models()},
    }
    filled = {model for model, those in rows.items() if those.exists()}
    refers = {
        model: {f.related_model for f in model._meta.fields if f.is_relation} - {model} for model in filled
    }
    return [rows[model] for model in TopologicalSorter(refers).static_order()]


class Quoted(Func):
    """A column as SQL writes its value."""

    function = "quote"
    output_field = TextField()

    def as_postgresql(self, *args: Any, **more: Any) -> Any:
        return self.as_sql(*args, template="quote_nullable((%(expressions)s)::text)", **more)


def _insert(rows: QuerySet[Any]) -> str:
    fields = [f for f in rows.model._meta.concrete_fields if not f.generated and f.db_returning is False]
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    values = rows.order_by("id").values_list(*(Quoted(F(f.attname)) for f in fields))
    table = connection.ops.quote_name(rows.model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join(f'({", ".join(row)})' for row in values)}"
