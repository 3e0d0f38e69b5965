"""Repetition: a rule of RFC 5545, chosen in a small form and read as a sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds.base import Context, Field, Kind, Row, Unreadable
from sila.platform.kit import numbers, recurrence, repeats
from sila.platform.kit.folding import latin_digits
from sila.platform.tenancy.current import current


class Repetition(Kind):
    name, widget = "repetition", "repetition"
    operators = ("empty", "filled")
    sortable = False
    searchable = False

    def given(self, f: Field, data: Any) -> Mapping[str, Any]:
        """The form has several controls; a post of the rule itself (a program, a conflict) has one."""
        if f"{f.name}-end" not in data:
            return super().given(f, data)
        typed = {
            part: latin_digits(data.get(f"{f.name}-{part}", "")).strip()
            for part in ("every", "until", "count")
        }
        form = repeats.Repeat(
            often=data.get(f.name, ""),
            days=tuple(data.getlist(f"{f.name}-days")),
            end=data.get(f"{f.name}-end", ""),
            text=data.get(f"{f.name}-text", ""),
            **typed,
        )
        return {f.name: repeats.rule_of(form, current().week_start)}

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        rule = super().parse(f, raw, context)
        try:
            return recurrence.validate_rrule(rule)
        except recurrence.UnreadableRule as error:
            raise Unreadable(_mistake(rule) or str(error)) from error

    def form(self, value: str) -> repeats.Repeat:
        return repeats.form_of(value, current().weekend, current().week_start)

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        rule = f.read(row)
        if not rule:
            return ""
        try:
            rule = recurrence.validate_rrule(rule)
        except recurrence.UnreadableRule:
            return str(rule)
        return repeats.in_words(
            rule,
            current().weekend,
            written=reader.day,
            number=lambda count: numbers.digits_for(str(count), reader.digits),
        )


def _mistake(rule: str) -> str:
    """What is wrong in words, where it is a box of the form."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    messages = {
        "INTERVAL": _("Write the interval as a whole number, such as 2."),
        "COUNT": _("Write how many times as a whole number, at most 1000."),
        "UNTIL": _("Choose the last day."),
    }
    for name, message in messages.items():
        value = parts.get(name)
        if value is not None and not (value[:8] if name == "UNTIL" else value).isdecimal():
            return message
    return ""
