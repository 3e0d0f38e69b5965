"""Conditions on the records of another noun: what a rule asks. Built as the filters of a list are, said as they are."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds.base import Context, Field, Kind, Row, Unreadable

MOST = 20
LONGEST = 2000


class Conditions(Kind):
    """Stored as a list of texts; `extra["noun"]` is the noun whose records are asked."""

    name, widget = "conditions", "conditions"
    operators = ("empty", "filled")
    sortable = False
    searchable = False

    def empty(self, f: Field) -> Any:
        return []

    def given(self, f: Field, data: Any) -> Mapping[str, Any]:
        sent = f.name in data or f"has-{f.name}" in data
        return {f.name: [text for text in data.getlist(f.name) if text]} if sent else {}

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        """Raises Unreadable for what the system itself cannot ask: an unknown field, a wrong value, `me`."""
        from sila.platform.entities import conditions

        texts = raw.splitlines() if isinstance(raw, str) else raw
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Unreadable(_("A list of conditions is expected here."))
        texts = [text.strip() for text in texts if text.strip()]
        if len(texts) > MOST or any(len(text) > LONGEST or "\n" in text or "\x00" in text for text in texts):
            raise Unreadable(_("The question is too long."))
        try:
            conditions.asked(f.extra["noun"], texts)
        except Invalid as error:
            raise Unreadable("; ".join(error.errors.values())) from error
        return texts

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        from sila.platform.entities import conditions

        joint = "؛ " if reader.language == "ar" else "; "
        return joint.join(conditions.said(f.extra["noun"], f.read(row) or [], reader))

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        return f.read(row) or []

    def json(self, f: Field, row: Row) -> Any:
        return f.read(row) or []

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        return "\n".join(f.read(row) or []) or None

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "maxLength": LONGEST}, "maxItems": MOST}

    def is_empty(self, f: Field) -> Q:
        return Q(**{f.name: []})
