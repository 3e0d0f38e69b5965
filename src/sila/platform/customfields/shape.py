"""What changes the shape of a workspace's data is saved, told to the log, and known to every process at once."""

from typing import Any

from django.db.models import F
from django.utils import timezone

from sila.platform.customfields.models import CustomField, RecordType
from sila.platform.tenancy.models import Workspace


def rewrite(row: CustomField | RecordType, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Save these values; what of them was different, for the log."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = timezone.now()
    row.save()
    return [
        {"field": name, "old": _plain(before[name]), "new": _plain(value)}
        for name, value in values.items()
        if before[name] != value
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):  # the rule of a computed field
        return value.get("formula") or ", ".join(f"{name}: {part}" for name, part in value.items() if part)
    return value if isinstance(value, str | int | float | list | type(None)) else str(value)


def reshape(workspace: Workspace) -> None:
    """Fields are cached by the workspace's shape version; a new number makes every process read them again."""
    Workspace.objects.filter(pk=workspace.pk).update(shape_version=F("shape_version") + 1)
    workspace.refresh_from_db(fields=["shape_version"])
