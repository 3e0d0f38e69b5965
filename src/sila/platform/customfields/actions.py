"""Adding and changing the fields that a workspace adds to its nouns."""

import secrets
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.customfields.models import CustomField
from sila.platform.tenancy.models import Workspace


def add_field(entity: str, label: str, *, kind: str, by: Actor, **more: Any) -> CustomField:
    """A new field. Its key is drawn by lot and never changes; the label may."""
    with transaction.atomic():
        order = CustomField.objects.filter(entity=entity).count()
        field = CustomField.objects.create(
            entity=entity, key=f"c_{secrets.token_hex(4)}", label=label, kind=kind, order=order, **more
        )
        _reshape(by.workspace)
        log.record("field added", by=by, entity=entity, record_id=field.id, title=label, field_kind=kind)
    return field


def change_field(field: CustomField, *, by: Actor, **values: Any) -> CustomField:
    """Rename, require, give other choices. The kind stays: its values could not follow."""
    with transaction.atomic():
        before = {name: getattr(field, name) for name in values}
        for name, value in values.items():
            setattr(field, name, value)
        field.version += 1
        field.updated_at = timezone.now()
        field.save()
        _reshape(by.workspace)
        changes = [{"field": name, "old": before[name], "new": values[name]} for name in values if before[name] != values[name]]
        log.record("field changed", by=by, entity=field.entity, record_id=field.id, title=field.label, changes=changes)
    return field


def hide_field(field: CustomField, *, by: Actor) -> None:
    """Take the field off every page. Its values stay, and come back with it."""
    change_field(field, by=by, deleted_at=timezone.now())


def show_field(field: CustomField, *, by: Actor) -> None:
    change_field(field, by=by, deleted_at=None)


def _reshape(workspace: Workspace) -> None:
    """Fields are cached by the workspace's shape version; a new number makes every process read them again."""
    Workspace.objects.filter(pk=workspace.pk).update(shape_version=F("shape_version") + 1)
    workspace.refresh_from_db(fields=["shape_version"])
