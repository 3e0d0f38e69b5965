"""The workspace's own settings, its logo, and the order of its lists."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.membership import administrators_only
from sila.platform.entities.registry import Entity
from sila.platform.kit.ids import uuid7
from sila.platform.kit.months import week_of
from sila.platform.tenancy.models import Workspace
from sila.project.administration.pictures import BadPicture, picture_kind


def change_workspace(values: dict[str, Any], *, by: Actor) -> Workspace:
    """Save these settings. A new country brings its week, unless a week is given with it."""
    administrators_only(None, {}, by)
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().get(pk=by.workspace.pk)
        values = _with_week(workspace, values)
        changes = [
            {"field": name, "old": getattr(workspace, name), "new": value}
            for name, value in values.items()
            if getattr(workspace, name) != value
        ]
        for change in changes:
            setattr(workspace, change["field"], change["new"])
        if changes:
            workspace.save(update_fields=[change["field"] for change in changes])
            log.record("settings changed", by=by, entity="workspace", title=workspace.name, changes=changes)
    return workspace


def _with_week(workspace: Workspace, values: dict[str, Any]) -> dict[str, Any]:
    if values.get("country", workspace.country) == workspace.country:
        return values
    if values.get("week_start", workspace.week_start) != workspace.week_start:
        return values
    if values.get("weekend", workspace.weekend) != workspace.weekend:
        return values
    first, weekend = week_of(values["country"])
    return {**values, "week_start": first, "weekend": sorted(weekend)}


def set_logo(content: bytes | None, *, by: Actor) -> None:
    """Keep the picture under a generated name; None takes the logo away. Raises Invalid."""
    administrators_only(None, {}, by)
    name = ""
    if content is not None:
        try:
            kind = picture_kind(content)
        except BadPicture as error:
            raise Invalid({"logo": str(error)}) from error
        name = f"{by.workspace.pk}/logo/{uuid7().hex}.{kind}"
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    old = by.workspace.logo
    change_workspace({"logo": name}, by=by)
    if old:
        (Path(settings.MEDIA_ROOT) / old).unlink(missing_ok=True)


def put_in_order(entity: Entity, ids: Sequence[UUID], *, by: Actor) -> None:
    """Number the records as they stand in the list. Raises Invalid if one is not there."""
    administrators_only(None, {}, by)
    with transaction.atomic():
        known = set(entity.visible_to(by).filter(id__in=ids).values_list("id", flat=True))
        if len(known) != len(ids):
            raise Invalid({"": _("This record was not found.")})
        for number, record_id in enumerate(ids):
            actions.update(entity, record_id, {"order": number}, by=by)
