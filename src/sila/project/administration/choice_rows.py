"""The choices of an own field, as a form edits them: a line for each, with its names and its colour."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.customfields.actions import choice_value
from sila.platform.entities.kinds import Context, Field, Kind, Row, Unreadable
from sila.platform.kit.text import clean_text

COLORS = ("1", "2", "3", "4", "5", "6")
PARTS = ("value", "label", "label_en", "color")
LONGEST, MOST = 80, 500
Line = dict[str, str]


class ChoiceRows(Kind):
    """Lines of a stored value ("" if it is new), the Arabic name, the English name and a colour."""

    name = widget = "choice_rows"

    def given(self, f: Field, data: Any) -> Mapping[str, Any]:
        columns = [data.getlist(f"{f.name}-{part}") for part in PARTS]
        lines = [dict(zip(PARTS, line, strict=True)) for line in zip(*columns, strict=False)]
        return {f.name: [line for line in lines if line["label"].strip() or line["label_en"].strip()]}

    def parse(self, f: Field, raw: Any, context: Context) -> list[Line]:
        """Raises Unreadable."""
        if len(raw) > MOST:
            raise Unreadable(_("At most %(count)s choices.") % {"count": MOST})
        lines = [self._line(line) for line in raw]
        for part in ("label", "label_en"):
            names = [line[part] for line in lines if line[part]]
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise Unreadable(_("Two choices are called “%(name)s”.") % {"name": twice})
        return lines

    def _line(self, given: Line) -> Line:
        line = {part: clean_text(given[part], max_length=LONGEST) for part in PARTS}
        if not line["label"]:
            raise Unreadable(_("“%(name)s” has no name in Arabic.") % {"name": line["label_en"]})
        if line["color"] and line["color"] not in COLORS:
            raise Unreadable(_("There is no such colour."))
        return line

    def input(self, f: Field, row: Row, reader: Reader) -> list[Line]:
        return f.read(row) or []


def stored(old: list[Line], new: list[Line]) -> list[Line]:
    """What the field stores: a line that came with a choice of this field stays that choice, whatever it is called
    now and wherever it stands; every other is a new one."""
    known = {line["value"] for line in old}
    kept: list[Line] = []
    for line in new:
        same = line["value"] in known
        known -= {line["value"]}
        kept.append(line | {"value": line["value"] if same else choice_value()})
    return kept
