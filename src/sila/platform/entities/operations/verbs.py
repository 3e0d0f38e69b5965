"""What can be done to many records at once: each verb changes one of them, and says how that is taken back.

A verb gives the record and what was in it before, or None if nothing had to be done; it raises Refusal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.models import ShareGrant
from sila.platform.entities import actions, sharing
from sila.platform.entities.declaring import Action as NounVerb
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.importing.links import Links
from sila.platform.entities.kinds import Context, Field, parse_all
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.registry import Changes, Entity
from sila.platform.entities.stored import now, replaced

EDIT, TRASH, TAG, SHARE, PASTE = "edit", "trash", "tag", "share", "paste"
DO = Operation.DO
ADD, REMOVE = "add", "remove"
Values = Mapping[str, Any]
Done = tuple[Any, Changes] | None


@dataclass(frozen=True)
class Partly:
    """Some cells of a record were written, if any; these were not, with the reasons by field."""

    done: Done
    errors: Mapping[str, str]


@dataclass(frozen=True)
class Verb:
    run: Callable[[Entity, UUID, Values, Context], Done | Partly]
    check: Callable[[Entity, Values, Context], Any]  # what nobody could do is refused at once
    event: str  # of the log, when all is done
    right: str = "edit"
    action: str = OperationChange.Action.UPDATED


# ---- one value for all, the trash ------------------------------------------------------------------
def edit(entity: Entity, record_id: UUID, values: Values, context: Context) -> Done:
    record = actions.get(entity, record_id, by=context.actor, lock=True)
    return _give(entity, record, actions.parse_values(entity, values, context, record=record), context)


def _give(entity: Entity, record: Any, parsed: dict[str, Any], context: Context) -> Done:
    before = replaced(entity, record, parsed)
    actions.change(entity, record, parsed, by=context.actor)
    return (record, before) if before else None


def trash(entity: Entity, record_id: UUID, values: Values, context: Context) -> Done:
    return actions.trash(entity, record_id, by=context.actor), {}


# ---- tags ------------------------------------------------------------------------------------------
def tag(entity: Entity, record_id: UUID, values: Values, context: Context) -> Done:
    """Add or take away choices of a field that holds several; the others stay."""
    f, chosen = _tags(entity, values, context)
    record = actions.get(entity, record_id, by=context.actor, lock=True)
    held = list(now(f, record) or [])
    if values["how"] == ADD:
        wanted = [*held, *(choice for choice in chosen if choice not in held)]
    else:
        wanted = [choice for choice in held if choice not in chosen]
    parsed = actions.parse_values(entity, {f.name: wanted}, context, record=record)
    return _give(entity, record, parsed, context) if wanted != held else None


def _tags(entity: Entity, values: Values, context: Context) -> tuple[Field, list[str]]:
    """The field and the choices. Raises Invalid."""
    name = str(values.get("field", ""))
    f = entity.readable(context.actor).get(name)
    if f is None or f.read_only or f.kind.name != "choices" or values.get("how") not in (ADD, REMOVE):
        raise Invalid({"field": _("Choose a field.")})
    chosen = parse_all({name: f}, {name: values.get("chosen")}, context)[name]
    if not chosen:
        raise Invalid({name: _("Choose at least one.")})
    return f, chosen


# ---- sharing ---------------------------------------------------------------------------------------
def share(entity: Entity, record_id: UUID, values: Values, context: Context) -> Done:
    """Open it to a member, a team or a unit; a grant that they have already is changed."""
    record = actions.get(entity, record_id, by=context.actor)
    wanted = _grant(entity, values, context)
    target = {f"{name}_id": wanted[name] for name in sharing.TARGETS}
    old = ShareGrant.objects.filter(entity=entity.slug, record_id=record_id, **target).first()
    was = {"level": old.level, "expires_at": old.expires_at and old.expires_at.isoformat()} if old else None
    grant = sharing.share(entity, record, by=context.actor, **wanted)
    if old and (old.level, old.expires_at) == (grant.level, grant.expires_at):
        return None
    return record, {"grant": str(grant.id), "was": was}


def _grant(entity: Entity, values: Values, context: Context) -> dict[str, Any]:
    """The values of a form as `sharing.share` takes them. Raises Invalid, NotAllowed."""
    if not entity.owned:
        raise NotAllowed
    wanted = parse_all(sharing.fields(), values, context)
    if sum(wanted[name] is not None for name in sharing.TARGETS) != 1:
        raise Invalid({"": _("Choose one member, one team or one unit.")})
    sharing.end_of(wanted["until"], context.actor)
    return wanted


# ---- a verb of the noun ------------------------------------------------------------------------------
def do(entity: Entity, record_id: UUID, values: Values, context: Context) -> Done:
    action = _verb(entity, values, context)
    record = actions.get(entity, record_id, by=context.actor)
    if not action.open_to(context.actor, entity.slug, record):
        raise NotAllowed
    if not action.when(record):
        raise Invalid({"": _("It is past that step already, or not there yet.")})
    action.run(record, by=context.actor)
    return record, {}


def _verb(entity: Entity, values: Values, context: Context) -> NounVerb:
    """Raises NotAllowed."""
    found = next((each for each in entity.actions if each.many and each.name == values.get("verb")), None)
    if found is None or not context.actor.can(entity.slug, found.verb):
        raise NotAllowed
    return found


# ---- cells pasted from a spreadsheet -----------------------------------------------------------------
def paste(entity: Entity, record_id: UUID, values: Values, context: Context) -> Done | Partly:
    """The cells of one row, each for itself."""
    wanted, errors = dict(values[str(record_id)]), {}
    record = actions.get(entity, record_id, by=context.actor, lock=True)
    named = Context(context.actor, context.reader, resolve=Links(context.actor).resolve)
    try:
        parsed = actions.parse_values(entity, wanted, named, record=record)
    except Invalid as error:
        errors = {name: text for name, text in error.errors.items() if name in wanted}
        kept = {name: text for name, text in wanted.items() if name not in errors}
        parsed = actions.parse_values(entity, kept, named, record=record)
    done = _give(entity, record, parsed, context) if parsed else None
    if errors:
        return Partly(done, {name: f"{_label(entity, name)}: {text}" for name, text in errors.items()})
    return done


def _label(entity: Entity, name: str) -> str:
    return str(entity.fields[name].label) if name in entity.fields else name


Action = OperationChange.Action
VERBS: dict[str, Verb] = {
    EDIT: Verb(
        edit,
        check=lambda entity, values, context: actions.parse_values(
            entity, dict(values), context, record=None
        ),
        event="many changed",
    ),
    TRASH: Verb(trash, check=lambda *_any: None, event="many trashed", right="delete", action=Action.TRASHED),
    TAG: Verb(tag, check=_tags, event="many changed"),
    SHARE: Verb(share, check=_grant, event="many shared", action=Action.SHARED),
    DO: Verb(do, check=_verb, event="many done", right="view"),
    PASTE: Verb(paste, check=lambda *_any: None, event="many changed"),
}
