"""Whether JSON has the shape that the OpenAPI document promises to accept."""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

TYPES: dict[str, Any] = {"string": str, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def complaint(schema: dict[str, Any], value: Any) -> str:
    """What is wrong with the value, or ""."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(_is(value, name) for name in types):
        return _("The value has the wrong type.")
    if value is None:
        return ""
    if "enum" in schema and value not in schema["enum"]:
        return _("This is not one of the choices.")
    if isinstance(value, str):
        return _text(schema, value)
    if isinstance(value, dict):
        each = schema.get("additionalProperties", {})
        return next((wrong for item in value.values() if (wrong := complaint(each, item))), "")
    if isinstance(value, list):
        if schema.get("uniqueItems") and len({str(item) for item in value}) != len(value):
            return _("A choice stands here twice.")
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return _("There are too many of them, or too few.")
        return next((wrong for item in value if (wrong := complaint(schema["items"], item))), "")
    if not isinstance(value, bool) and not schema.get("minimum", value) <= value <= schema.get(
        "maximum", value
    ):
        return _("The number is out of range.")
    return ""


def _is(value: Any, name: str) -> bool:
    if name in ("integer", "number"):
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return not isinstance(value, bool) and (
            whole if name == "integer" else isinstance(value, int | float)
        )
    return isinstance(value, TYPES[name])


def _text(schema: dict[str, Any], value: str) -> str:
    if len(value) > schema.get("maxLength", len(value)) or len(value) < schema.get("minLength", 0):
        return _("The text is too long or too short.")
    if value == "" and "null" in schema["type"] and "format" not in schema:
        return ""
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return _("The text does not have the expected form.")
    readers: dict[str, Any] = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat}
    try:
        if (name := schema.get("format")) in readers:
            readers[name](value)
            if (name == "date" and len(value) != 10) or (name == "uuid" and len(value) != 36):
                return _("The text does not have the expected form.")
    except ValueError:
        return _("The text does not have the expected form.")
    return ""
