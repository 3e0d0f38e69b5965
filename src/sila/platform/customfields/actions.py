"""Adding and changing the fields that a workspace adds to its nouns."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.customfields.models import CustomField, CustomValue, DiaryDate
from sila.platform.customfields.shape import reshape, rewrite

WITH_CHOICES = ("choice", "choices")
NEEDS = {"choice": "choices", "choices": "choices", "link": "to", "formula": "rule", "rollup": "rule"}


CAN_BE_UNIQUE = ("text", "number", "email", "phone", "url")


class Alike(ValueError):
    """Records have the same value already, so the field cannot be made unique; `count` values are shared."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class Incomplete(ValueError):
    """A field lacks what its kind needs; `missing` names it."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


def add_field(entity: str, label: str, *, kind: str, by: Actor, **more: Any) -> CustomField:
    """A new field. Its key is drawn by lot and never changes; the label may. Raises Incomplete."""
    _complete(kind, more)
    with transaction.atomic():
        order = CustomField.objects.filter(entity=entity).count()
        field = CustomField.objects.create(
            entity=entity, key=f"c_{secrets.token_hex(4)}", label=label, kind=kind, order=order, **more
        )
        reshape(by.workspace)
        log.record("field added", by=by, entity=entity, record_id=field.id, title=label, field_kind=kind)
    return field


def change_field(field: CustomField, *, by: Actor, **values: Any) -> CustomField:
    """Rename, require, give other choices. The kind stays: its values could not follow.

    Raises Incomplete, Alike.
    """
    if "choices" in values:
        _complete(field.kind, values)
    with transaction.atomic():
        if values.get("unique", field.unique) != field.unique:
            _keep_apart(field, apart=values["unique"])
        changes = rewrite(field, values)
        reshape(by.workspace)
        log.record(
            "field changed",
            by=by,
            entity=field.entity,
            record_id=field.id,
            title=field.label,
            changes=changes,
        )
    return field


def mark_date(entity: str, name: str, label: str, *, by: Actor, marked: bool) -> None:
    """A date of the noun's own fields stands in the calendars of its records' owners from now on, or no more."""
    with transaction.atomic():
        row = DiaryDate.objects.filter(entity=entity, field=name).first()
        if marked == bool(row):
            return
        row = row or DiaryDate(entity=entity, field=name)
        about = row.id
        if marked:
            row.save(force_insert=True)
        else:
            row.delete()
        reshape(by.workspace)
        changes = [{"field": "in_diary", "old": not marked, "new": marked}]
        log.record("field changed", by=by, entity=entity, record_id=about, title=label, changes=changes)


def _keep_apart(field: CustomField, *, apart: bool) -> None:
    """From now on no two records have the same value, or may have it again. Raises Alike."""
    stored = CustomValue.objects.filter(field=field.key)
    if apart:
        shared = stored.values("text", "number").annotate(number_of=Count("id")).filter(number_of__gt=1)
        if count := shared.count():
            raise Alike(count)
    stored.update(sole=apart)


def hide_field(field: CustomField, *, by: Actor) -> None:
    """Take the field off every page. Its values stay, and come back with it."""
    change_field(field, by=by, deleted_at=timezone.now())


def show_field(field: CustomField, *, by: Actor) -> None:
    if field.purged_at is not None:
        raise ValueError("the values of this field are gone")
    change_field(field, by=by, deleted_at=None)


def take_field_away(field: CustomField, *, by: Actor) -> None:
    """It is gone for everyone, and does not come back. Raises ValueError for one that is not hidden."""
    if field.deleted_at is None:
        raise ValueError("only hidden fields go for ever")
    change_field(field, by=by, purged_at=timezone.now())


def order_fields(entity: str, ids: Sequence[UUID], *, by: Actor) -> None:
    """Number the entity's fields as they stand in the list. Raises ValueError if one is not there."""
    with transaction.atomic():
        fields = {field.id: field for field in CustomField.objects.filter(entity=entity, id__in=ids)}
        if len(fields) != len(ids):
            raise ValueError("unknown field")
        for number, field_id in enumerate(ids):
            fields[field_id].order = number
        CustomField.objects.bulk_update(fields.values(), ["order"])
        reshape(by.workspace)
        log.record(
            "fields ordered",
            by=by,
            entity=entity,
            title=", ".join(fields[field_id].label for field_id in ids),
        )


def choice_value() -> str:
    """What is stored for a choice: drawn by lot, so that its label may change."""
    return f"v{secrets.token_hex(3)}"


def _complete(kind: str, given: dict[str, Any]) -> None:
    if kind in NEEDS and not given.get(NEEDS[kind]):
        raise Incomplete(NEEDS[kind])
