"""Kinds of fields. A kind knows each face of a value once.

Faces: `read` (the raw value in a row of `values()`), `write` (HTML), `plain` (text), `json`, `parse`
(from a form, the API or a file), `operators` and `condition` (filters), `schema` (OpenAPI).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities.errors import Invalid
from sila.platform.kit import contacts, dates, money, numbers, phones
from sila.platform.kit.folding import fold, latin_digits
from sila.platform.kit.names import hue, initials
from sila.platform.kit.text import clean_text
from sila.platform.tenancy.current import current

Row = dict[str, Any]
Text = str | Promise
DASH = mark_safe('<span class="s-none-value" aria-hidden="true">–</span>')


class Unreadable(ValueError):
    """A value that a field cannot take; the message is for the person who typed it."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: Text
    color: str = ""


@dataclass(frozen=True)
class Field:
    """One field of an entity, from its model or added by the workspace."""

    name: str
    kind: "Kind"
    label: Text
    required: bool = False
    read_only: bool = False
    help: Text = ""
    choices: tuple[Choice, ...] = ()
    to: str = ""
    title_columns: tuple[str, ...] = ()
    max_length: int | None = None
    currency: str = ""
    default: Any = None
    custom: bool = False
    unique: bool = False
    sort_column: str = ""
    nullable: bool = True
    extra: dict[str, Any] = field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        """What `values()` must fetch for this field."""
        return ("custom",) if self.custom else self.kind.columns(self)

    def read(self, row: Row) -> Any:
        return (row["custom"] or {}).get(self.name) if self.custom else self.kind.read(self, row)

    def parse(self, raw: Any, context: "Context") -> Any:
        """The stored value of what was typed. Raises Unreadable."""
        if raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []:
            if self.required:
                raise Unreadable(_("This field is required."))
            return self.kind.empty(self)
        try:
            return self.kind.parse(self, raw, context)
        except Unreadable:
            raise
        except (ValueError, ArithmeticError) as error:
            raise Unreadable(str(error)) from error


@dataclass(frozen=True)
class Context:
    """Who types, and in which notation."""

    actor: Actor
    reader: Reader
    date_order: str = "dmy"
    calendar: str = "gregorian"
    currency: str = ""
    resolve: Callable[[Field, str], UUID | None] | None = None  # links by natural key (import)


class Kind:
    """Text, and what the other kinds share with it."""

    name = "text"
    widget = "text"
    operators: tuple[str, ...] = ("contains", "is", "is_not", "starts", "empty", "filled")
    css = ""
    sortable = True
    searchable = True

    def columns(self, f: Field) -> tuple[str, ...]:
        return (f.name,)

    def read(self, f: Field, row: Row) -> Any:
        return row[f.name]

    def empty(self, f: Field) -> Any:
        return None if f.custom else ""

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str | int | float | Decimal) or isinstance(raw, bool):
            raise Unreadable(_("Text is expected here."))
        return clean_text(str(raw), max_length=f.max_length or 1000)

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = f.read(row)
        return "" if value is None else str(value)

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        text = self.plain(f, row, reader)
        return format_html("<bdi>{}</bdi>", text) if text else DASH

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        """The cell function of a column, bound once for all its rows."""
        return lambda row: self.write(f, row, reader)

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        """What stands in the form field."""
        value = f.read(row)
        return "" if value is None else value

    def json(self, f: Field, row: Row) -> Any:
        value = f.read(row)
        return None if value == "" and self.empty(f) is None else value

    def export(self, f: Field, row: Row) -> str:
        value = self.json(f, row)
        return "" if value is None else str(value)

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": f.max_length or 1000}

    # filters ---------------------------------------------------------------------------------------
    def condition(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        """Raises Unreadable on an operator or value that the kind does not know."""
        if operator not in self.operators:
            raise Unreadable(_("This condition is not known here."))
        if operator in ("empty", "filled"):
            return self.is_empty(f) if operator == "empty" else ~self.is_empty(f)
        if not values:
            raise Unreadable(_("A value is missing."))
        return self.compare(f, operator, values, context)

    def is_empty(self, f: Field) -> Q:
        return Q(**{f.name: ""}) | Q(**{f"{f.name}__isnull": True}) if f.nullable else Q(**{f.name: ""})

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        column, text = f.name, values[0]
        if f.sort_column and f.sort_column != f.name:  # a folded twin exists
            column, text = f.sort_column, fold(text)
            suffix = {"contains": "__contains", "starts": "__startswith", "is": "", "is_not": ""}[operator]
        else:
            suffix = {
                "contains": "__icontains",
                "starts": "__istartswith",
                "is": "__iexact",
                "is_not": "__iexact",
            }[operator]
            if operator in ("is", "is_not"):
                suffix = ""
        found = Q(**{column + suffix: text})
        return ~found if operator == "is_not" else found

    # the side table of custom values ---------------------------------------------------------------
    index_column = "text"

    def index(self, value: Any) -> list[Any]:
        """The indexed forms of a custom value (CustomValue.text, .number or .moment)."""
        return [] if value in (None, "", []) else [fold(str(value))[:200]]


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
        return format_html('<bdi class="s-long">{}</bdi>', text) if text else DASH

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": f.max_length or 20_000}


class Number(Kind):
    name, widget, css = "number", "number", "s-end"
    operators = ("is", "is_not", "gt", "lt", "gte", "lte", "between", "empty", "filled")
    searchable = False
    index_column = "number"

    def empty(self, f: Field) -> Any:
        return None

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
            raise Unreadable(_("A number is expected here."))
        value = raw if isinstance(raw, Decimal) else numbers.parse_decimal(str(raw))
        low, high = f.extra.get("min"), f.extra.get("max")
        if (low is not None and value < low) or (high is not None and value > high):
            raise Unreadable(
                _("The number must lie between %(low)s and %(high)s.") % {"low": low, "high": high}
            )
        if f.extra.get("integer"):
            if value != value.to_integral_value():
                raise Unreadable(_("A whole number is expected here."))
            return int(value)
        if abs(value) >= 10**15:
            raise Unreadable(_("The number is too large."))
        places = f.extra.get("places", 6)
        if value != round(value, places):
            raise Unreadable(_("The number has too many decimals."))
        return float(value) if f.custom else value

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = f.read(row)
        if value is None:
            return ""
        number = Decimal(str(value)) if isinstance(value, float) else value
        suffix = f.extra.get("suffix", "")
        return numbers.format_number(number, digits=reader.digits) + suffix

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        text = self.plain(f, row, reader)
        return format_html('<bdi dir="ltr">{}</bdi>', text) if text else DASH

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        value = f.read(row)
        if value is None:
            return ""
        number = Decimal(str(value))
        return f"{number.normalize():f}"

    def json(self, f: Field, row: Row) -> Any:
        value = f.read(row)
        return float(value) if isinstance(value, Decimal) else value

    def schema(self, f: Field) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "integer" if f.extra.get("integer") else "number"}
        low, high = f.extra.get("min", -(10**15)), f.extra.get("max", 10**15)
        return schema | {"minimum": low, "maximum": high}

    def is_empty(self, f: Field) -> Q:
        return Q(**{f"{f.name}__isnull": True})

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        parsed = [self.operand(f, value, context) for value in values]
        if operator == "between":
            if len(parsed) != 2:
                raise Unreadable(_("Two values are needed."))
            return Q(**{f"{f.name}__gte": parsed[0], f"{f.name}__lte": parsed[1]})
        if operator == "is_not":
            return ~Q(**{f.name: parsed[0]})
        return Q(**{f.name + ("" if operator == "is" else f"__{operator}"): parsed[0]})

    def operand(self, f: Field, text: str, context: Context) -> Any:
        try:
            return self.parse(f, text, context)
        except Unreadable:
            raise
        except ValueError as error:
            raise Unreadable(str(error)) from error

    def index(self, value: Any) -> list[Any]:
        return [] if value is None else [Decimal(str(value))]


class Money(Number):
    name, widget = "money", "money"

    def columns(self, f: Field) -> tuple[str, ...]:
        return (f.name, f.currency) if f.currency else (f.name,)

    def currency_of(self, f: Field, row: Row, reader: Reader) -> str:
        return (row.get(f.currency) if f.currency else "") or reader.currency

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
            raise Unreadable(_("An amount is expected here."))
        value = money.parse_money(str(raw), money.CURRENCIES[context.currency or context.reader.currency])
        if abs(value) >= 10**17:
            raise Unreadable(_("The amount is too large."))
        if value < 0 and not f.extra.get("negative"):
            raise Unreadable(_("The amount cannot be negative."))
        return value

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = f.read(row)
        if value is None:
            return ""
        currency = self.currency_of(f, row, reader)
        return money.format_money(
            value, money.CURRENCIES[currency], digits=reader.digits, language=reader.language
        )

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        digits, fallback, column, name = reader.digits, reader.currency, f.currency, f.name
        html, custom, currencies = money.money_html, f.custom, money.CURRENCIES

        def cell(row: Row) -> SafeString:
            value = f.read(row) if custom else row[name]
            if value is None:
                return DASH
            return html(value, currencies[(row[column] if column else "") or fallback], digits=digits)

        return cell

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        return self.writer(f, reader)(row)

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        value = f.read(row)
        return (
            ""
            if value is None
            else str(money.from_minor(value, money.CURRENCIES[self.currency_of(f, row, reader)]))
        )

    def json(self, f: Field, row: Row) -> Any:
        """Amounts travel as decimal strings: JSON numbers would round them."""
        value = f.read(row)
        if value is None:
            return None
        code = (row.get(f.currency) if f.currency else "") or current().currency
        return str(money.from_minor(value, money.CURRENCIES[code]))

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?\d{1,14}(\.\d{1,3})?$"}


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
        return dates.format_date(
            value,
            language=reader.language,
            calendar=reader.calendar,
            digits=reader.digits,
            country=reader.country,
        )

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        value = self.value(f, row)
        if value is None:
            return DASH
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), self.plain(f, row, reader))

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        """In a column one calendar is enough: the reader's first."""
        calendar = "gregorian" if reader.calendar == "both" else reader.calendar
        seen: dict[Any, SafeString] = {}

        def cell(row: Row) -> SafeString:
            value = self.value(f, row)
            if value is None:
                return DASH
            if value not in seen:
                text = dates.format_date(
                    value,
                    language=reader.language,
                    calendar=calendar,
                    digits=reader.digits,
                    country=reader.country,
                )
                seen[value] = format_html('<time datetime="{}">{}</time>', value.isoformat(), text)
            return seen[value]

        return cell

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        value = self.value(f, row)
        return value.isoformat() if value else ""

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
            first, last = days[0], days[-1]
        low, high = self.bounds(first, last, context.reader)
        later, earlier = Q(**{f"{f.name}__gte": low}), Q(**{f"{f.name}__lt": high})
        return {"gte": later, "lte": earlier}.get(operator, later & earlier)

    def bounds(self, first: date, last: date, reader: Reader) -> tuple[Any, Any]:
        return first, date.fromordinal(last.toordinal() + 1)

    def index(self, value: Any) -> list[Any]:
        return [datetime.fromisoformat(f"{value}T00:00:00+00:00")] if value else []


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
        return dates.format_datetime(
            value,
            reader.tz,
            language=reader.language,
            calendar=reader.calendar,
            digits=reader.digits,
            country=reader.country,
        )

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        calendar = "gregorian" if reader.calendar == "both" else reader.calendar

        def cell(row: Row) -> SafeString:
            value = self.value(f, row)
            if value is None:
                return DASH
            text = dates.format_datetime(
                value,
                reader.tz,
                language=reader.language,
                calendar=calendar,
                digits=reader.digits,
                country=reader.country,
            )
            return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)

        return cell

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        value = self.value(f, row)
        return value.astimezone(reader.tz).strftime("%Y-%m-%dT%H:%M") if value else ""

    def json(self, f: Field, row: Row) -> Any:
        value = self.value(f, row)
        return value.astimezone(UTC).isoformat() if value else None

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def bounds(self, first: date, last: date, reader: Reader) -> tuple[Any, Any]:
        start = datetime.combine(first, time(), tzinfo=reader.tz)
        return start, datetime.combine(date.fromordinal(last.toordinal() + 1), time(), tzinfo=reader.tz)

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
        return format_html('<bdi dir="ltr">{}</bdi>', text) if text else DASH

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


class ChoiceKind(Kind):
    name, widget = "choice", "choice"
    operators = ("any", "none", "empty", "filled")

    def labels(self, f: Field) -> dict[str, Choice]:
        return {choice.value: choice for choice in f.choices}

    def pick(self, f: Field, raw: Any) -> str:
        """A choice by its value or by its label in either language."""
        if not isinstance(raw, str):
            raise Unreadable(_("One of the choices is expected here."))
        wanted = fold(raw)
        for choice in f.choices:
            if raw == choice.value or wanted in (fold(str(choice.value)), *choice_names(choice)):
                return choice.value
        raise Unreadable(_("“%(value)s” is not one of the choices.") % {"value": raw[:60]})

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        return self.pick(f, raw)

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = f.read(row)
        choice = self.labels(f).get(value)
        return str(choice.label) if choice else str(value or "")

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        cells = {choice.value: tag(str(choice.label), choice.color) for choice in f.choices}

        def cell(row: Row) -> SafeString:
            value = f.read(row)
            return cells.get(value) or (tag(str(value)) if value else DASH)

        return cell

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        return self.writer(f, reader)(row)

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "enum": [choice.value for choice in f.choices]}

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        found = Q(**{f"{f.name}__in": [self.pick(f, value) for value in values]})
        return ~found if operator == "none" else found

    def index(self, value: Any) -> list[Any]:
        return [value[:200]] if value else []


class Choices(ChoiceKind):
    name, widget = "choices", "multi"
    sortable = False

    def empty(self, f: Field) -> Any:
        return []

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        parts = raw.replace("،", ",").replace(";", ",").split(",") if isinstance(raw, str) else raw
        if not isinstance(parts, list):
            raise Unreadable(_("A list of choices is expected here."))
        picked = [
            self.pick(f, part.strip() if isinstance(part, str) else part) for part in parts if part != ""
        ]
        return list(dict.fromkeys(picked))

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        labels = self.labels(f)
        joint = "، " if reader.language == "ar" else ", "
        return joint.join(
            str(labels[value].label) if value in labels else value for value in f.read(row) or []
        )

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        cells = {choice.value: tag(str(choice.label), choice.color) for choice in f.choices}
        return lambda row: (
            mark_safe(  # noqa: S308  (built from escaped parts)
                " ".join(cells.get(value) or tag(value) for value in f.read(row) or [])
            )
            or DASH
        )

    def json(self, f: Field, row: Row) -> Any:
        return f.read(row) or []

    def export(self, f: Field, row: Row) -> str:
        return ", ".join(f.read(row) or [])

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "array", "items": ChoiceKind.schema(self, f), "uniqueItems": True}

    def is_empty(self, f: Field) -> Q:
        return Q(**{f.name: []})

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        found = Q()
        for value in values:
            found |= Q(**{f"{f.name}__icontains": f'"{self.pick(f, value)}"'})
        return ~found if operator == "none" else found

    def index(self, value: Any) -> list[Any]:
        return [item[:200] for item in value or []]


class Bool(Kind):
    name, widget = "bool", "bool"
    operators = ("yes", "no")
    searchable = False
    words = {
        True: {"1", "true", "yes", "on", "y", "t", "x", fold("نعم"), fold("صح")},
        False: {"0", "false", "no", "off", "n", "f", "", fold("لا"), fold("خطأ")},
    }

    def empty(self, f: Field) -> Any:
        return False

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if isinstance(raw, bool):
            return raw
        word = fold(raw) if isinstance(raw, str) else str(raw)
        for value, words in self.words.items():
            if word in words:
                return value
        raise Unreadable(_("Yes or no is expected here."))

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        return _("Yes") if f.read(row) else _("No")

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "boolean"}

    def json(self, f: Field, row: Row) -> Any:
        return bool(f.read(row))

    def condition(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        if operator not in self.operators:
            raise Unreadable(_("This condition is not known here."))
        return Q(**{f.name: operator == "yes"})

    def index(self, value: Any) -> list[Any]:
        return ["1" if value else "0"]


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
        return format_html(
            '<a href="/w/{}/{}/{}/" class="s-link" hx-ignore><bdi>{}</bdi></a>',
            reader.slug,
            f.to,
            target,
            self.title(f, row, reader),
        )

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        from sila.platform.entities.registry import registry

        value = self.identify(f, raw, context)
        rows = registry[f.to].visible_to(context.actor).filter(id=value)
        if not rows.exists():
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
        return format_html(
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
        return format_html(
            '<a href="tel:{}" class="ltr"><bdi dir="ltr">{}</bdi></a>', value, self.plain(f, row, reader)
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
            format_html('<a href="mailto:{}" class="ltr"><bdi dir="ltr">{}</bdi></a>', value, value)
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
        return format_html(
            '<a href="{}" class="ltr" rel="noopener noreferrer" target="_blank"><bdi dir="ltr">{}</bdi></a>',
            value,
            value,
        )

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": 500}


def parse_all(fields: Mapping[str, Field], values: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The parsed values of a small form. Raises Invalid for all fields that are wrong."""
    parsed, errors = {}, {}
    for name, f in fields.items():
        try:
            parsed[name] = f.parse(values.get(name), context)
        except Unreadable as error:
            errors[name] = str(error)
    if errors:
        raise Invalid(errors)
    return parsed


def tag(label: str, color: str = "") -> SafeString:
    return format_html('<span class="s-tag{}">{}</span>', f" s-h{color}" if color else "", label)


def choice_names(choice: Choice) -> Iterable[str]:
    """The choice's label, folded, in both languages."""
    from django.utils.translation import override

    for language in ("ar", "en"):
        with override(language):
            yield fold(str(choice.label))


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(),
        LongText(),
        Number(),
        Money(),
        Date(),
        DateTime(),
        Time(),
        ChoiceKind(),
        Choices(),
        Bool(),
        LinkKind(),
        MemberKind(),
        Phone(),
        Email(),
        Url(),
    )
}

OPERATOR_LABELS: dict[str, Text] = {
    "contains": gettext_lazy("contains"),
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "starts": gettext_lazy("starts with"),
    "empty": gettext_lazy("is empty"),
    "filled": gettext_lazy("is filled in"),
    "gt": gettext_lazy("is above"),
    "lt": gettext_lazy("is below"),
    "gte": gettext_lazy("is at least"),
    "lte": gettext_lazy("is at most"),
    "between": gettext_lazy("lies between"),
    "any": gettext_lazy("is any of"),
    "none": gettext_lazy("is none of"),
    "within": gettext_lazy("is within"),
    "yes": gettext_lazy("is yes"),
    "no": gettext_lazy("is no"),
}
__all__ = ["KINDS", "OPERATOR_LABELS", "Choice", "Context", "Field", "Kind", "Unreadable", "parse_all"]
