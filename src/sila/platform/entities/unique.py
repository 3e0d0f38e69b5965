"""Own fields of which no two records may have the same value."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.customfields.models import CustomValue
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Entity


def check(entity: Entity, record: Any, names: Iterable[str]) -> None:
    """Raises Invalid for a value that another live record has. Two at once are told apart by the database."""
    fields, errors = entity.own_fields, {}
    for name in names:
        f = fields.get(name)
        if f is None or not f.unique:
            continue
        for indexed in f.kind.index(record.custom.get(name)):
            others = CustomValue.objects.filter(field=name, **{f.kind.index_column: indexed})
            if others.exclude(record_id=record.id).exists():
                errors[name] = taken()
    if errors:
        raise Invalid(errors)


def taken() -> str:
    return _("Another record already has this value.")
