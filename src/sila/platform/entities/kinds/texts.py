"""Kinds that are written in letters: long text, phone, e-mail, web address, coordinates."""

from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds.base import DASH, Context, Field, Kind, Row, Unreadable
from sila.platform.kit import contacts, phones
from sila.platform.kit.coordinates import read_spot, spot_of
from sila.platform.kit.text import clean_text, markup, with_links


class LongText(Kind):
    name, widget = "longtext", "textarea"
    operators = ("contains", "empty", "filled")
    sortable = False

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str):
            raise Unreadable(_("Text is expected here."))
        return clean_text(raw, max_length=f.max_length or 20_000, multiline=True)

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        text = self.plain(f, row, reader)
        return markup('<bdi class="s-long">{}</bdi>', with_links(text)) if text else DASH

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": f.max_length or 20_000}


class Phone(Kind):
    name, widget, css = "phone", "phone", "ltr"
    operators = ("contains", "is", "empty", "filled")

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        return phones.normalise_phone(str(raw), context.reader.country)

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = f.read(row)
        return phones.format_phone(value, reader.country) if value else ""

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        value = f.read(row)
        if not value:
            return DASH
        return markup(
            '<a href="{}" class="ltr"><bdi dir="ltr">{}</bdi></a>',
            phones.tel_uri(value),
            self.plain(f, row, reader),
        )

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": 40}

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        if operator == "contains":
            return Q(**{f"{f.name}__contains": phones.phone_query(values[0])})
        return Q(**{f.name: phones.normalise_phone(values[0], context.reader.country)})


class Email(Kind):
    name, widget, css = "email", "email", "ltr"

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str):
            raise Unreadable(_("An e-mail address is expected here."))
        return contacts.normalise_email(raw)

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        value = f.read(row)
        return (
            markup('<a href="mailto:{}" class="ltr"><bdi dir="ltr">{}</bdi></a>', value, value)
            if value
            else DASH
        )

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": 254}


class Url(Kind):
    name, widget, css = "url", "url", "ltr"

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str):
            raise Unreadable(_("A web address is expected here."))
        return contacts.normalise_url(raw)

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        value = f.read(row)
        if not value:
            return DASH
        return markup(
            '<a href="{}" class="ltr" rel="noopener noreferrer" target="_blank"><bdi dir="ltr">{}</bdi></a>',
            value,
            value,
        )

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": 500}


class Coordinates(Kind):
    """A place on the map, as text: latitude, longitude."""

    name, css = "coordinates", "ltr"
    operators = ("empty", "filled")
    sortable = False

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str):
            raise Unreadable(_("Text is expected here."))
        return str(read_spot(raw))

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        value = f.read(row)
        spot = spot_of(value) if value else None
        if spot is None:
            return DASH
        return markup(
            '<a href="{}" class="ltr" rel="noopener noreferrer" target="_blank"><bdi dir="ltr">{}</bdi></a>',
            spot.map_url,
            value,
        )

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": 300}
