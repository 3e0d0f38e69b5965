"""Days, moments and times of day."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds.base import (
    DASH,
    Context,
    Field,
    Kind,
    Row,
    Unreadable,
)
from sila.platform.kit import dates, numbers
from sila.platform.kit.dates import moments
from sila.platform.kit.folding import latin_digits
from sila.platform.kit.text import markup


def _both(text: str) -> SafeString:
    """A day in two calendars breaks between them or before the hour, never inside one."""
    parts = ((part,) for part in re.split(r"(?<=[·،,]) ", text))
    return format_html_join(" ", '<span class="s-nowrap">{}</span>', parts)


class Date(Kind):
    name, widget = "date", "date"
    operators = ("within", "is", "gte", "lte", "between", "empty", "filled")
    searchable = False
    index_column = "moment"

    def empty(self, f: Field) -> Any:
        return None

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        value = raw if isinstance(raw, date) else self.parse_text(raw, context)
        if not 1800 <= value.year <= 2200:
            raise Unreadable(_("The year must lie between 1800 and 2200."))
        return value.isoformat() if f.custom else value

    def parse_text(self, raw: Any, context: Context) -> date:
        if not isinstance(raw, str):
            raise Unreadable(_("A date is expected here."))
        return dates.parse_date(raw, order=context.date_order, calendar=context.calendar)

    def value(self, f: Field, row: Row) -> date | None:
        value = f.read(row)
        return date.fromisoformat(value) if isinstance(value, str) and value else value

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = self.value(f, row)
        if value is None:
            return ""
        return reader.day(value, calendar=reader.calendar)

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        value = self.value(f, row)
        if value is None:
            return DASH
        text = _both(self.plain(f, row, reader))
        return markup('<time datetime="{}">{}</time>', value.isoformat(), text)

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        """In a column one calendar is enough: the reader's first."""
        seen: dict[Any, SafeString] = {}

        def cell(row: Row) -> SafeString:
            value = self.value(f, row)
            if value is None:
                return DASH
            if value not in seen:
                text = reader.day(value)
                seen[value] = markup('<time datetime="{}">{}</time>', value.isoformat(), text)
            return seen[value]

        return cell

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        value = self.value(f, row)
        return value.isoformat() if value else ""

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        return self.value(f, row) or None

    def json(self, f: Field, row: Row) -> Any:
        value = self.value(f, row)
        return value.isoformat() if value else None

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def is_empty(self, f: Field) -> Q:
        return Q(**{f"{f.name}__isnull": True})

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        if operator == "within":
            try:
                first, last = dates.date_range(values[0], context.reader.today, context.reader.week_start)
            except (KeyError, ValueError) as error:
                raise Unreadable(_("This period is not known.")) from error
        else:
            days = [self.parse_text(value, context) for value in values]
            if not all(1000 <= day.year <= 9000 for day in days):  # time zones reach no further
                raise Unreadable(_("This period is not known."))
            first, last = days[0], days[-1]
        low, high = self.bounds(first, last, context.reader)
        later, earlier = Q(**{f"{f.name}__gte": low}), Q(**{f"{f.name}__lt": high})
        return {"gte": later, "lte": earlier}.get(operator, later & earlier)

    def bounds(self, first: date, last: date, reader: Reader) -> tuple[Any, Any]:
        return first, date.fromordinal(last.toordinal() + 1)

    def index(self, value: Any) -> list[Any]:
        return [as_stored(date.fromisoformat(str(value)))] if value else []


def days_of(f: Field) -> Date:
    """The kind of a field with days or moments. Raises TypeError for any other."""
    if not isinstance(f.kind, Date):
        raise TypeError(f"{f.name} has no days")
    return f.kind


def as_stored(day: date | datetime) -> datetime:
    """As the side table of custom values holds it: a day as its midnight of UTC."""
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day, tzinfo=UTC)


class DateTime(Date):
    name, widget = "datetime", "datetime"

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if isinstance(raw, datetime):
            value = raw
        elif isinstance(raw, str):
            value = dates.parse_datetime(raw, context.reader.tz, order=context.date_order)
        else:
            raise Unreadable(_("A date and time is expected here."))
        if not 1800 <= value.year <= 2200:
            raise Unreadable(_("The year must lie between 1800 and 2200."))
        return value.isoformat() if f.custom else value

    def value(self, f: Field, row: Row) -> Any:
        value = f.read(row)
        return datetime.fromisoformat(value) if isinstance(value, str) and value else value

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = self.value(f, row)
        if value is None:
            return ""
        return reader.moment(value, calendar=reader.calendar)

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:

        def cell(row: Row) -> SafeString:
            value = self.value(f, row)
            if value is None:
                return DASH
            text = reader.moment(value)
            local = value.astimezone(reader.tz).isoformat(timespec="minutes")  # as a copied cell tells it
            return markup('<time datetime="{}">{}</time>', local, text)

        return cell

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        value = self.value(f, row)
        return value.astimezone(reader.tz).strftime("%Y-%m-%dT%H:%M") if value else ""

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        value = self.value(f, row)
        return value.astimezone(reader.tz) if value else None

    def json(self, f: Field, row: Row) -> Any:
        value = self.value(f, row)
        return value.astimezone(UTC).isoformat() if value else None

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def bounds(self, first: date, last: date, reader: Reader) -> tuple[Any, Any]:
        return moments(first, last, reader.tz)

    def index(self, value: Any) -> list[Any]:
        return [datetime.fromisoformat(value)] if value else []


class Time(Kind):
    name, widget = "time", "time"
    operators = ("is", "empty", "filled")
    searchable = False

    def empty(self, f: Field) -> Any:
        return None

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str):
            raise Unreadable(_("A time is expected here."))
        try:
            value = time.fromisoformat(latin_digits(raw).strip())
        except ValueError as error:
            raise Unreadable(_("Write the time as 14:30.")) from error
        return value.strftime("%H:%M") if f.custom else value

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = f.read(row)
        text = value if isinstance(value, str) else value.strftime("%H:%M") if value else ""
        return numbers.digits_for(text, reader.digits)

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        text = self.plain(f, row, reader)
        return markup('<bdi dir="ltr">{}</bdi>', text) if text else DASH

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        value = f.read(row)
        return value if isinstance(value, str) else value.strftime("%H:%M") if value else ""

    def json(self, f: Field, row: Row) -> Any:
        return self.input(f, row, None) or None  # type: ignore[arg-type]

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}

    def is_empty(self, f: Field) -> Q:
        return Q(**{f"{f.name}__isnull": True})

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        return Q(**{f.name: self.parse(f, values[0], context)})
