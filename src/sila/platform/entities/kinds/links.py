"""Links to other records, and to colleagues."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds.base import DASH, Context, Field, Kind, Row, Unreadable
from sila.platform.kit.names import hue, initials
from sila.platform.kit.text import markup

LINKS = ("link", "member")  # the kinds that lead to a record
CALLED = (
    "called"  # in a row of a file: id -> what tells the record from others of its name (exporting/called.py)
)
CLOSED = "closed"  # in a row: the links whose records its reader may not see (entities/linked.py)


class LinkKind(Kind):
    """A link to a record of another entity. Rows carry its id and the columns of its title."""

    name, widget = "link", "link"
    operators = ("any", "none", "empty", "filled")

    def columns(self, f: Field) -> tuple[str, ...]:
        return (f"{f.name}_id", *(f"{f.name}__{column}" for column in f.title_columns))

    def read(self, f: Field, row: Row) -> Any:
        return row[f"{f.name}_id"]

    def empty(self, f: Field) -> Any:
        return None

    def title(self, f: Field, row: Row, reader: Reader) -> str:
        if f.name in row.get(CLOSED, ()):
            return _("No access")
        if f.custom:
            return (row.get("titles") or {}).get(str(f.read(row)), "")
        names = [row.get(f"{f.name}__{column}") or "" for column in f.title_columns]
        if len(names) > 1 and f.title_columns[1] == "name_en" and reader.language == "en" and names[1]:
            return names[1]
        return names[0] if names else ""

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        return self.title(f, row, reader) if f.read(row) else ""

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        target = f.read(row)
        if not target:
            return DASH
        if f.name in row.get(CLOSED, ()):
            return markup('<span class="s-muted">{}</span>', self.title(f, row, reader))
        return markup(
            '<a href="/w/{}/{}/{}/" class="s-link" hx-ignore><bdi>{}</bdi></a>',
            reader.slug,
            f.to,
            target,
            self.title(f, row, reader),
        )

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        from sila.platform.entities.registry import registry

        value = self.identify(f, raw, context)
        named = context.resolve is not None and isinstance(
            raw, str
        )  # looked for among what the actor may see
        if not named and not registry[f.to].visible_to(context.actor).filter(id=value).exists():
            raise Unreadable(_("This record was not found."))
        return str(value) if f.custom else value

    def identify(self, f: Field, raw: Any, context: Context) -> UUID:
        if isinstance(raw, UUID):
            return raw
        if not isinstance(raw, str):
            raise Unreadable(_("A record is expected here."))
        if context.resolve:
            found = context.resolve(f, raw)
            if found is None:
                raise Unreadable(_("“%(value)s” was not found.") % {"value": raw[:60]})
            return found
        try:
            return UUID(raw)
        except ValueError as error:
            raise Unreadable(_("This record was not found.")) from error

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        return str(f.read(row) or "")

    def json(self, f: Field, row: Row) -> Any:
        value = f.read(row)
        return str(value) if value else None

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        name, called = self.plain(f, row, reader), row.get(CALLED, {}).get(str(f.read(row)))
        seen = name and f.name not in row.get(CLOSED, ())
        return (f"{name} <{called}>" if called and seen else name) or None

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}

    def is_empty(self, f: Field) -> Q:
        return Q(**{f"{f.name}_id__isnull": True})

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        found = Q(**{f"{f.name}_id__in": [self.operand(value, context) for value in values]})
        return ~found if operator == "none" else found

    def operand(self, value: str, context: Context) -> UUID:
        try:
            return UUID(value)
        except ValueError as error:
            raise Unreadable(_("This record was not found.")) from error

    def index(self, value: Any) -> list[Any]:
        return [str(value)] if value else []


class MemberKind(LinkKind):
    """A colleague. `me` stands for the reader in filters."""

    name, widget = "member", "member"

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        if not f.read(row):
            return DASH
        name = self.title(f, row, reader)
        return markup(
            '<span class="s-person"><span class="s-av s-h{}" aria-hidden="true">{}</span><bdi>{}</bdi></span>',
            hue(name),
            initials(name),
            name,
        )

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        seen: dict[Any, SafeString] = {}

        def cell(row: Row) -> SafeString:
            key = f.read(row)
            if key not in seen:
                seen[key] = self.write(f, row, reader)
            return seen[key]

        return cell

    def operand(self, value: str, context: Context) -> UUID:
        if value == "me" and context.actor.member_id:
            return context.actor.member_id
        return super().operand(value, context)

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        if "team" in values:
            values = [*(value for value in values if value != "team"), *map(str, context.actor.policy.mates)]
        return super().compare(f, operator, values, context)
