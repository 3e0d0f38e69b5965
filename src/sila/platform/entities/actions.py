"""The verbs that every noun has. Pages, API, import, bulk and jobs all come through here.

A verb checks access, changes, records the change and appends the event, in one transaction.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.activity import log
from sila.platform.entities import following, index, unique
from sila.platform.entities.computed.keeping import settle
from sila.platform.entities.concurrent import merging_with
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Stale
from sila.platform.entities.kinds import LINKS, Context, Field, Unreadable
from sila.platform.entities.merging import merged
from sila.platform.entities.quality.rules import refuse_broken
from sila.platform.entities.registry import Changes, Entity, registry
from sila.platform.entities.stored import now, put, replaced, told
from sila.platform.kit import clock
from sila.platform.tenancy.inserting import fresh
from sila.platform.tenancy.writing import insert, step

Values = Mapping[str, Any]


def create(entity: Entity, values: Values, *, by: Actor, context: Context | None = None, **fixed: Any) -> Any:
    """Add a record. `fixed` sets model columns that people do not type. Raises NotAllowed, Invalid."""
    if not by.can(entity.slug, "create"):
        raise NotAllowed(_("You may not add records here."))
    context = context or Context(by, Reader.of(by.workspace))
    moment = clock.now()
    record: Any = fresh(entity.model, {"created_at": moment, "updated_at": moment, **entity.where, **fixed})
    if entity.owned:
        record.created_by_id = record.updated_by_id = by.member_id
    parsed = parse_values(entity, values, context, record=record, creating=True)
    with step():
        changes = _apply(entity, record, parsed, by)
        _own(entity, record, by)
        _belong(entity, record, by)
        derive(entity, record, changes, by)
        watch = settle(entity, record, by=by)
        refuse_broken(entity, record, None, by=by)
        unique.check(entity, record, record.custom)
        _insert(entity, record)
        watch.spread()
        said = {"title": entity.title_of(record), "changes": told(entity, record, changes)}
        log.record("created", by=by, entity=entity.slug, record_id=record.id, **said)
        for effect in entity.effects:  # what follows is told after it
            effect(record, changes, by)
    return record


def update(
    entity: Entity,
    record_id: UUID,
    values: Values,
    *,
    by: Actor,
    version: int | None = None,
    merging: bool = False,
    context: Context | None = None,
    along: Mapping[str, Any] | None = None,
) -> Any:
    """Save these fields. Raises NotFound, NotAllowed, Stale (with the record as it is now), Invalid.

    `merging`: a record that others have changed since `version` is stale only if they changed the same fields.
    `along`: what follows from that by itself, as it is stored, in fields that the actor may not write.
    """
    with transaction.atomic():
        record = get(entity, record_id, by=by, lock=True)
        if not by.may(entity.slug, "edit", record):
            raise NotAllowed
        stale = version is not None and version != record.version
        if stale and not merging:
            raise Stale(record)
        context = context or Context(by, Reader.of(by.workspace))
        parsed = parse_values(entity, values, context, record=record)
        if stale:
            parsed = merging_with(entity, record, parsed, version or 0)
        return change(entity, record, {**parsed, **(along or {})}, by=by)


def change(entity: Entity, record: Any, parsed: Mapping[str, Any], *, by: Actor) -> Any:
    """`update` from values as they are stored, of a record that is locked. Raises NotAllowed, Invalid."""
    if not by.may(entity.slug, "edit", record):
        raise NotAllowed
    with transaction.atomic():
        changes = _apply(entity, record, parsed, by)
        if {"owner", "org_unit"} & changes.keys():
            _may_hand_over(entity, changes, record, by)
        if entity.belongs_to in changes:
            raise Invalid({entity.belongs_to: _("It stays with the record that it belongs to.")})
        if changes:
            derive(entity, record, changes, by)
            save_changed(entity, record, changes, by=by)
    return record


def save_changed(
    entity: Entity, record: Any, changes: Changes, *, by: Actor, kind: str = "changed", **more: Any
) -> None:
    """Write a record that a verb has changed, with its history. Call it inside the verb's transaction."""
    _touch(record, by)
    unique.check(entity, record, changes)
    watch = settle(entity, record, by=by, before=True)
    refuse_broken(entity, record, changes.keys() | watch.settled, by=by)
    _save(entity, record, own=bool(watch.settled) or any(name in record.custom for name in changes))
    watch.spread()
    for effect in entity.effects:
        effect(record, changes, by)
    following.follow(record, changes, by=by)
    tell(kind, entity, record, by, changes=told(entity, record, changes), **more)


def tell(kind: str, entity: Entity, record: Any, by: Actor, **more: Any) -> None:
    """The event of a change. Its version tells what a later one was made on (see concurrent)."""
    title, version = entity.title_of(record), record.version
    log.record(kind, by=by, entity=entity.slug, record_id=record.id, title=title, version=version, **more)


def trash(entity: Entity, record_id: UUID, *, by: Actor, version: int | None = None) -> Any:
    """Put a record into the trash. `restore` takes it out again."""
    with transaction.atomic():
        record = get(entity, record_id, by=by, lock=True)
        if not (entity.trashable and by.may(entity.slug, "delete", record)):
            raise NotAllowed
        if version is not None and version != record.version:
            raise Stale(record)
        put_away(entity, record, by=by)
    return record


def put_away(entity: Entity, record: Any, *, by: Actor, kind: str = "trashed", **more: Any) -> None:
    """It lives no more, and is not found. Call it inside the verb's transaction."""
    watch = settle(entity, record, by=by, before=True)
    mark_away(record, by)
    record.save(force_update=True)
    index.forget(record.id, found=kind == "merged")
    watch.spread()
    if entity.on_trash:
        entity.on_trash(record, by)
    tell(kind, entity, record, by, **more)


def mark_away(record: Any, by: Actor) -> None:
    record.deleted_at = timezone.now()
    _touch(record, by)


def restore(entity: Entity, record_id: UUID, *, by: Actor, kind: str = "restored") -> Any:
    """Take it out of the trash. Raises NotFound, NotAllowed, and Invalid where a value of it is taken by now, or it
    was merged into another record."""
    with transaction.atomic():
        gone = by.restrict(entity.model._default_manager.filter(**entity.where), entity.slug)
        record = locked(gone.filter(id=record_id).exclude(deleted_at=None)).first()
        if record is None:
            raise NotFound
        if not by.may(entity.slug, "delete", record):
            raise NotAllowed
        if merged.is_merged(record.id):
            raise Invalid({"": _("It was merged into another record. Take the merge back instead.")})
        record.deleted_at = None
        _touch(record, by)
        watch = settle(entity, record, by=by)
        unique.check(entity, record, record.custom)
        _save(entity, record, own=True)
        watch.spread()
        if entity.on_trash:
            entity.on_trash(record, by)
        tell(kind, entity, record, by)
    return record


def get(entity: Entity, record_id: UUID, *, by: Actor, lock: bool = False) -> Any:
    """The record, if it lives and the actor may see it. Raises NotFound otherwise; Moved says where it went."""
    rows = entity.visible_to(by).filter(id=record_id)
    record = (locked(rows) if lock else rows).first()
    if record is None:
        merged.refer(entity, record_id, by=by)
        raise NotFound
    return record


def unmoved(entity: Entity, record: Any, *, by: Actor) -> Any:
    """The record as it is now, locked, for a verb that changes it. Raises NotFound, NotAllowed, and Stale if it moved on
    since it was read."""
    now = get(entity, record.id, by=by, lock=True)
    if not by.may(entity.slug, "edit", now):
        raise NotAllowed
    if now.version != record.version:
        raise Stale(now)
    return now


def enter(
    entity: Entity, record: Any, columns: Mapping[str, Any], *, by: Actor, kind: str, **more: Any
) -> Changes:
    """Set columns of a record that is locked, by the noun's rules and with its history; gives the old values by field."""
    changes: Changes = {name.removesuffix("_id"): getattr(record, name) for name in columns}
    for name, value in columns.items():
        setattr(record, name, value)
    derive(entity, record, changes, by)
    save_changed(entity, record, changes, by=by, kind=kind, **more)
    return changes


def derive(entity: Entity, record: Any, changes: Changes, by: Actor) -> None:
    """By the noun's rules, which add the old values of what they touch to the changes."""
    for rule in entity.rules:
        rule(record, changes, by)


def locked(rows: Any) -> Any:
    """Nobody else changes them until the transaction ends; SQLite has one writer anyway."""
    return rows.select_for_update(of=("self",)) if connection.vendor == "postgresql" else rows


# ---- values ----------------------------------------------------------------------------------------
def parse_values(
    entity: Entity, values: Values, context: Context, *, record: Any, creating: bool = False
) -> dict[str, Any]:
    """What was typed, as what is stored. Raises Invalid with a message for each field that is wrong."""
    fields, errors, parsed = entity.readable(context.actor), {}, {}
    context = _in_currency_of_whole(entity, fields, values, context) if creating else context
    context = with_currency(fields, values, context, record)
    for name in values:
        if name not in fields:
            errors[str(name)] = _("There is no such field.")
        elif fields[name].read_only:
            errors[name] = _("This field cannot be changed here.")
    for name, f in fields.items():
        if name in errors or f.read_only or (name not in values and not creating):
            continue
        if name not in values and f.custom and f.default is not None:
            parsed[name] = f.default
            continue
        try:
            if name in values and not creating and _same_link(f, record, values[name]):
                parsed[name] = now(f, record)
            elif name in values:
                parsed[name] = f.parse(values[name], context)
            elif f.default is None and f.required:
                raise Unreadable(_("This field is required."))
        except Unreadable as error:
            errors[name] = str(error)
    if errors:
        raise Invalid(errors)
    return parsed


def _same_link(f: Field, record: Any, value: Any) -> bool:
    """A link that stays needs not lead to what its reader may see: a form sends back what it was given."""
    same = record is not None and bool(value) and f.kind.name in LINKS
    return same and str(value) == str(now(f, record))


def with_currency(fields: dict[str, Field], values: Values, context: Context, record: Any) -> Context:
    """Amounts are read in the record's own currency, the new one if that changes too."""
    column = next((f.currency for f in fields.values() if f.currency), "")
    if not column or context.currency:
        return context
    currency = values.get(column) or getattr(record, column, "") or context.reader.currency
    try:
        return replace(context, currency=fields[column].parse(currency, context))
    except (KeyError, Unreadable):
        return replace(context, currency=context.reader.currency)


def _in_currency_of_whole(
    entity: Entity, fields: Mapping[str, Field], values: Values, context: Context
) -> Context:
    """The amounts of a new line are in the currency of its quote."""
    link = fields.get(entity.belongs_to)
    if link is None or context.currency or not any(f.currency for f in fields.values()):
        return context
    try:
        whole = registry[link.to].model._default_manager.filter(id=link.parse(values.get(link.name), context))
    except Unreadable:
        return context
    return replace(context, currency=getattr(whole.first(), "currency", ""))


def in_currency_of(record: Any, fields: Mapping[str, Field], context: Context) -> Context:
    """The amounts that a verb asks for are in the currency of its record."""
    column = next((f.currency for f in fields.values() if f.currency), "")
    return replace(context, currency=getattr(record, column)) if column else context


def _apply(entity: Entity, record: Any, parsed: Mapping[str, Any], by: Actor) -> Changes:
    """Set the values; return the old ones of those that differ."""
    changes, fields = replaced(entity, record, parsed), entity.fields
    for name in changes:
        f, value = fields[name], parsed[name]
        if f.custom:
            record.custom = {**record.custom, name: value}
        else:
            put(f, record, value)
    return changes


def _own(entity: Entity, record: Any, by: Actor) -> None:
    """A new record belongs to whoever made it, in their unit, unless they said otherwise."""
    if not entity.owned:
        return
    if record.owner_id is None:
        record.owner_id = by.member_id
    if record.org_unit_id is None and record.owner_id is not None:
        record.org_unit_id = _unit_of(record.owner_id, by)
    if by.member is not None and not by.policy.allows(
        entity.slug, "create", owner=record.owner_id, unit=record.org_unit_id
    ):
        raise NotAllowed(_("You may not add records for this owner or unit."))


def _belong(entity: Entity, record: Any, by: Actor) -> None:
    """What is added to a record changes it."""
    if entity.belongs_to and not by.may(entity.slug, "create", record):
        raise NotAllowed


def _may_hand_over(entity: Entity, changes: Changes, record: Any, by: Actor) -> None:
    """Who was only lent a record cannot give it away, nor take it."""
    owner, unit = changes.get("owner", record.owner_id), changes.get("org_unit", record.org_unit_id)
    if by.member is not None and not by.policy.allows(entity.slug, "edit", owner=owner, unit=unit):
        raise NotAllowed(_("This record was only shared with you: its owner and unit stay."))


def _unit_of(owner_id: UUID, by: Actor) -> UUID | None:
    if by.member is not None and owner_id == by.member.id:
        return by.member.unit_id
    if owner_id not in by.units:
        by.units[owner_id] = Member.objects.filter(id=owner_id).values_list("unit_id", flat=True).first()
    return by.units[owner_id]


def _touch(record: Any, by: Actor) -> None:
    record.version += 1
    record.updated_at = clock.now()
    if hasattr(record, "updated_by_id"):
        record.updated_by_id = by.member_id
    if hasattr(record, "touched_at") and by.lively:
        record.touched_at = record.updated_at


def _insert(entity: Entity, record: Any) -> None:
    try:
        with step():
            insert(record)
            index.begin(entity, record)
    except IntegrityError as error:
        raise _explained(entity, error) from error


def _save(entity: Entity, record: Any, *, own: bool) -> None:
    """Write what is there already; `own`: the fields of the workspace's own have changed as well."""
    try:
        with transaction.atomic():
            record.save(force_update=True)
            if own:
                index.index_custom(entity, record)
    except IntegrityError as error:
        raise _explained(entity, error) from error
    index.index_search(entity, record)


def _explained(entity: Entity, error: IntegrityError) -> Invalid:
    """The database refused; say which field it was about, in the user's words."""
    text = str(error)
    for constraint in entity.model._meta.constraints:
        names = [name for name in getattr(constraint, "fields", ()) if name != "tenant"]
        columns = [f"{entity.model._meta.db_table}.{name}" for name in names]
        if names and (constraint.name in text or all(column in text for column in columns)):
            return Invalid({names[-1]: unique.taken()})
    if "customvalue" in text or "_alone" in text:
        return Invalid({"": unique.taken()})
    return Invalid({"": _("A linked record is missing, or this value is taken.")})
