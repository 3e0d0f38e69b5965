"""One choice, several, yes or no."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds.base import (
    DASH,
    Choice,
    Context,
    Field,
    Kind,
    Row,
    Unreadable,
)
from sila.platform.kit.folding import fold
from sila.platform.kit.text import markup


def tag(label: str, color: str = "") -> SafeString:
    return markup('<span class="s-tag{}">{}</span>', f" s-h{color}" if color else "", label)


def choice_names(choice: Choice) -> Iterable[str]:
    """The choice's label, folded, in both languages."""
    from django.utils.translation import override

    for language in ("ar", "en"):
        with override(language):
            yield fold(str(choice.label))


class ChoiceKind(Kind):
    name, widget = "choice", "choice"
    operators = ("any", "none", "empty", "filled")

    def labels(self, f: Field) -> dict[str, Choice]:
        return {choice.value: choice for choice in f.choices}

    def pick(self, f: Field, raw: Any) -> str:
        """A choice by its value or by its label in either language."""
        if not isinstance(raw, str):
            raise Unreadable(_("One of the choices is expected here."))
        if any(raw == choice.value for choice in f.choices):  # names in two languages cost more
            return raw
        wanted = fold(raw)
        for choice in f.choices:
            if wanted in (fold(str(choice.value)), *choice_names(choice)):
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

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        return self.plain(f, row, reader) or None

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "enum": [choice.value for choice in f.choices]}

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        found = Q(**{f"{f.name}__in": [self.pick(f, value) for value in values]})
        return ~found if operator == "none" else found

    def index(self, value: Any) -> list[Any]:
        return [value[:200]] if value else []


PARTS = re.compile(r"[,،;؛\n]")  # what stands between several choices in a cell


def told(choice: Choice) -> str:
    """A choice as one of several in a cell: by its label, unless that holds what stands between them."""
    label = str(choice.label)
    return choice.value if PARTS.search(label) else label


class Choices(ChoiceKind):
    name, widget = "choices", "multi"
    sortable = False

    def empty(self, f: Field) -> Any:
        return []

    def given(self, f: Field, data: Any) -> Mapping[str, Any]:
        sent = f.name in data or f"has-{f.name}" in data
        return {f.name: [value for value in data.getlist(f.name) if value]} if sent else {}

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        parts = PARTS.split(raw) if isinstance(raw, str) else raw
        if not isinstance(parts, list):
            raise Unreadable(_("A list of choices is expected here."))
        picked = [
            self.pick(f, part.strip() if isinstance(part, str) else part)
            for part in parts
            if not isinstance(part, str) or part.strip()
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

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        names = {choice.value: told(choice) for choice in f.choices}
        return ", ".join(names.get(value, value) for value in f.read(row) or []) or None

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
        True: {"1", "true", "yes", "on", "y", "t", "x", "✓", "✔", "☑", fold("نعم"), fold("صح")},
        False: {"0", "false", "no", "off", "n", "f", "", "✗", "✘", "☐", fold("لا"), fold("خطأ")},
    }

    def empty(self, f: Field) -> Any:
        return False

    def given(self, f: Field, data: Any) -> Mapping[str, Any]:
        """A box that is not ticked is not sent."""
        return {f.name: data.get(f.name, "") not in ("", "0", "off", "false")}

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

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        return self.plain(f, row, reader)

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
