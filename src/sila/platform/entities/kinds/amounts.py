"""Numbers and money."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds.base import DASH, Context, Field, Kind, Row, Unreadable
from sila.platform.entities.kinds.choosing import ChoiceKind
from sila.platform.kit import money, numbers
from sila.platform.kit.currency_names import currency_called
from sila.platform.kit.text import markup
from sila.platform.tenancy.current import current


def _beyond(f: Field) -> int:
    """What no column of the field takes any more."""
    return int(10 ** min(f.extra.get("whole", 15), 15))


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
        if abs(value) >= _beyond(f):
            raise Unreadable(_("The number is too large."))
        places = f.extra.get("places", 6)
        if value != round(value, places):
            raise Unreadable(_("The number has too many decimals."))
        return float(value) if f.custom else value

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = f.read(row)
        if value is None:
            return ""
        number = int(value) if value == int(value) else Decimal(str(value)).normalize()  # 85.0, 3.7500
        suffix = f.extra.get("suffix", "")
        return numbers.format_number(number, digits=reader.digits) + suffix

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        text = self.plain(f, row, reader)
        return markup('<bdi dir="ltr">{}</bdi>', text) if text else DASH

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        value = f.read(row)
        if value is None:
            return ""
        number = Decimal(str(value))
        return f"{number.normalize():f}"

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        text = self.input(f, row, reader)
        return Decimal(text) if text else None

    def json(self, f: Field, row: Row) -> Any:
        value = f.read(row)
        return float(value) if isinstance(value, Decimal) else value

    def schema(self, f: Field) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "integer" if f.extra.get("integer") else "number"}
        low, high = f.extra.get("min", -_beyond(f)), f.extra.get("max", _beyond(f))
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


class CurrencyChoice(ChoiceKind):
    """A currency by its code, or as people call it; «ريال» is the workspace's own, if that is one."""

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str):
            raise Unreadable(_("One of the choices is expected here."))
        code = currency_called(raw, context.reader.currency)
        if code is None:
            raise Unreadable(
                _("“%(value)s” is no currency, or several are called so; write its code, such as SAR.")
                % {"value": raw[:60]}
            )
        return code
