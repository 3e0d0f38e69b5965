"""Mistakes in a declaration stop the start, never pass in silence."""

from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist

from sila.platform.entities.kinds.base import TONES
from sila.platform.entities.registry import Entity, registry


@register()
def declarations(**_: Any) -> list[Error]:
    return [problem for entity in registry for problem in problems(entity)]


def problems(entity: Entity) -> list[Error]:
    try:
        known = set(entity.model_fields)
    except (FieldDoesNotExist, LookupError) as error:
        return [Error(f"{entity.slug}: {error}", id="sila.E001")]
    found = []
    for role in ("columns", "filters", "quick", "keys", "read_only", "carried", "title"):
        for name in getattr(entity, role):
            if name not in known and role != "title":
                found.append(Error(f"{entity.slug}: {role} names the unknown field {name}.", id="sila.E002"))
    together = [name for key in entity.match or () if isinstance(key, tuple) for name in key]
    for name in (entity.board_by, entity.subtitle, entity.keys_within, *together):
        if name and name not in known:
            found.append(Error(f"{entity.slug}: the unknown field {name} is used.", id="sila.E003"))
    lanes = entity.model_fields.get(entity.board_by)
    if lanes and lanes.kind.name != "choice" and not entity.board:
        found.append(Error(f"{entity.slug}: no board can be made by {entity.board_by}.", id="sila.E007"))
    for name, tones in entity.tones.items():
        f = entity.model_fields.get(name)
        values = {choice.value for choice in f.choices} if f else set()
        if wrong := [value for value, tone in tones.items() if value not in values or tone not in TONES]:
            found.append(Error(f"{entity.slug}: no tone for {name}: {', '.join(wrong)}.", id="sila.E008"))
    for related in entity.related:
        if related.entity not in registry or related.link not in registry[related.entity].model_fields:
            found.append(
                Error(
                    f"{entity.slug}: related list {related.entity}.{related.link} is unknown.", id="sila.E004"
                )
            )
    for action in entity.actions:
        if not action.verb:
            found.append(
                Error(f"{entity.slug}: the action {action.name} needs no permission.", id="sila.E005")
            )
        if action.adds and action.adds not in registry:
            text = f"{entity.slug}: the action {action.name} adds the unknown noun {action.adds}."
            found.append(Error(text, id="sila.E008"))
    parts = [action.name for action in entity.actions] + [detail.name for detail in entity.details]
    for name in {name for name in parts if parts.count(name) > 1 or name == "restore"}:
        found.append(Error(f"{entity.slug}: two things are called {name}.", id="sila.E006"))
    return found
