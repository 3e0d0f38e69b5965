"""Taking a merge back: what moved goes back, what was left out returns, the records are their own again.

What others have changed since stays where it is, with the reason. See operations/undo.py, which goes through it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions, extensions
from sila.platform.entities.computed.keeping import catch_up
from sila.platform.entities.errors import Invalid
from sila.platform.entities.leading import hanging
from sila.platform.entities.merging import merged
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.stored import plain

Outcome = OperationChange.Outcome


def may_part(operation: Operation, by: Actor) -> bool:
    """Whoever could merge into the record may also take it back."""
    entity = registry.get(operation.entity)
    if entity is None:
        return False
    into = entity.visible_to(by, "edit").filter(id=UUID(operation.params["into"])).first()
    return into is not None and by.may(entity.slug, "delete", into)


def check(operation: Operation) -> None:
    """Raises Invalid while a later merge stands upon this one."""
    if merged.is_merged(UUID(operation.params["into"])):
        raise Invalid({"": _("It was merged once more since then. Take the later merge back first.")})


def revive(change: OperationChange, by: Actor) -> None:
    """The record leaves the other. A value that must be one only and that somebody has by now does not come back."""
    entity = registry[change.entity]
    row = merged.row_of(change.record_id)
    if row is None:  # somebody has purged it
        change.outcome, change.reason = Outcome.KEPT, _("The record is gone, or you may not see it.")
        return
    merged.forget(change.record_id)
    try:
        with transaction.atomic():
            record = actions.restore(entity, change.record_id, by=by, kind="parted")
    except Invalid as error:
        record = _without(entity, change.record_id, error.errors)
        record = actions.restore(entity, change.record_id, by=by, kind="parted")
        change.fields = list(error.errors)
    change.outcome = Outcome.UNDONE
    catch_up(entity, [row.into], by=by)
    log.record("parted", by=by, entity=entity.slug, record_id=row.into, text=entity.title_of(record))
    for told in extensions.merged:
        told(entity, row.into, [change.record_id], by=by, apart=True)


def tell(operation: Operation, kind: str, by: Actor, **more: Any) -> None:
    """That a merge is over, or undone: an event of the operation, for the records have theirs."""
    params = operation.params
    log.record(
        kind,
        by=by,
        entity=operation.entity,
        record_id=operation.id,
        title=params["title"],
        into=params["into"],
        gone=params["gone"],
        **more,
    )


def names(operation: Operation, by: Actor, language: str) -> list[str]:
    """Those that stand on their own again, as far as the actor may see them."""
    entity = registry[operation.entity]
    rows = entity.visible_to(by).filter(id__in=[UUID(each) for each in operation.params["gone"]])
    return [entity.title_of(row, language) for row in rows.order_by("id").values("id", *entity.title)]


def _without(entity: Entity, record_id: UUID, names: Any) -> Any:
    record = entity.rows(trashed=True).get(id=record_id)
    record.custom = {name: value for name, value in record.custom.items() if name not in names}
    record.save(update_fields=["custom"])
    return record


def move_back(change: OperationChange) -> None:
    """A row that is no record goes back, if it is still where it was taken to."""
    model: Any = apps.get_model(change.entity)
    columns = {name: model._meta.get_field(name) for name in change.before}
    old = {name: columns[name].to_python(value) for name, value in change.before.items()}
    row = model._default_manager.filter(id=change.record_id).first()
    moved = [name for name in columns if name.endswith("_id")]
    if row is None or any(plain(getattr(row, name)) != change.after[name] for name in moved):
        change.outcome, change.reason = Outcome.KEPT, _("Changed since, so it stays as it is.")
        return
    _written(change, lambda: model._default_manager.filter(id=change.record_id).update(**old))


def put_back(change: OperationChange) -> None:
    """A row that was left out stands again where it stood."""
    model: Any = apps.get_model(change.entity)
    values = {
        name: value if isinstance(f := model._meta.get_field(name), models.JSONField) else f.to_python(value)
        for name, value in change.before.items()
    }
    _written(change, lambda: model(**values).save(force_insert=True))


def count_anew(operation: Operation, batch: Sequence[OperationChange], by: Actor) -> None:
    """Where rows went back by which something hangs on records, the roll-ups of both sides follow."""
    ends: dict[str, set[UUID]] = {}
    for each in hanging:
        label = each.model._meta.label_lower
        back = [change for change in batch if change.entity == label and change.outcome == Outcome.UNDONE]
        rows = each.model.objects.filter(id__in=[change.record_id for change in back])
        for slug, record_id in rows.values_list("entity", "record_id"):
            ends.setdefault(slug, set()).add(record_id)
        sides = [side.get("record_id") for change in back for side in (change.before, change.after)]
        ends.setdefault(operation.entity, set()).update(UUID(side) for side in sides if side)
    for slug, ids in ends.items():
        if ids and slug in registry:
            catch_up(registry[slug], ids, by=by)


def _written(change: OperationChange, write: Any) -> None:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        change.outcome, change.reason = Outcome.KEPT, _("Changed since, so it stays as it is.")
    else:
        change.outcome = Outcome.UNDONE
