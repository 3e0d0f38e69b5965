"""Lists that people keep: conditions, order and columns under a name, for themselves, their team or everyone."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import through
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import LINKS, Field
from sila.platform.entities.listing import ListState, sort_keys
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import Entity

MOST = 50  # of one person, for one noun
Audience = SavedView.Audience
OWN_KEY = re.compile(r"c_[0-9a-f]{8}")  # customfields.actions.add_field


def views_of(entity: Entity, actor: Actor, *, removed: bool = False) -> QuerySet[SavedView]:
    """Those that the actor may open, or might before they were removed: their own, their team's, everyone's."""
    mates = Q(audience=Audience.TEAM, owner_id__in=actor.policy.mates)
    opened = Q(owner_id=actor.member_id) | mates | Q(audience=Audience.EVERYONE)
    return SavedView.objects.filter(opened, entity=entity.slug, deleted_at__isnull=not removed).order_by("id")


def keep(entity: Entity, name: str, state: ListState, *, audience: str, by: Actor) -> SavedView:
    """A new view. Raises NotAllowed, Invalid."""
    _may_show(audience, by)
    if by.member_id is None or by.read_only:
        raise NotAllowed
    if SavedView.objects.filter(owner_id=by.member_id, entity=entity.slug, deleted_at=None).count() >= MOST:
        raise Invalid({"": _("You have %(count)s views here already: remove one first.") % {"count": MOST}})
    with transaction.atomic():
        view: SavedView = SavedView.objects.create(
            entity=entity.slug, name=name, query=_query(state), audience=audience, owner_id=by.member_id
        )
        log.record("view saved", by=by, entity=entity.slug, record_id=view.id, title=name)
    return view


def change(view: SavedView, *, by: Actor, state: ListState | None = None, **values: Any) -> None:
    """Rename it, show it to others, or let it hold the list as it is now. Raises NotAllowed."""
    _may_change(view, by)
    _may_show(values.get("audience", view.audience), by, before=view.audience)
    for name, value in values.items():
        setattr(view, name, value)
    if state is not None:
        view.query = _query(state)
    view.version += 1
    view.updated_at = timezone.now()
    view.save()


def remove(view: SavedView, *, by: Actor) -> None:
    """`change` with deleted_at=None brings it back. Raises NotAllowed."""
    change(view, by=by, deleted_at=timezone.now())


def mended(state: ListState, entity: Entity, actor: Actor) -> ListState:
    """A kept list without what it says of fields that are gone, or hidden from this reader. Of an address that somebody
    bookmarked or was sent, the workspace's own fields are left out; what else is not there is refused."""
    fields = entity.readable(actor)
    gone = {name for name in _named(state) if not through.field_for(fields, name, actor, entity)}
    if not state.view and not (gone and all(_own(fields, name) for name in gone)):
        return state
    known = {*fields, "created_at", "id"}
    sort = ",".join("-" * down + name for name, down in sort_keys(state.sort) if name in known)
    group = state.group if through.field_for(fields, state.group.partition(":")[0], actor) else ""
    conditions = tuple(
        condition
        for condition in state.conditions
        if through.field_for(fields, condition.field, actor, entity)
    )
    kept = all(name in known for name, _down in sort_keys(state.first.partition(":")[2]))
    near, by = state.near if group else "", state.by if state.by in fields else ""
    first = state.first if kept else ""
    return replace(state, conditions=conditions, sort=sort, first=first, group=group, near=near, by=by)


def _own(fields: Mapping[str, Field], name: str) -> bool:
    """Whether what is missing of it was a field of the workspace's own, or the far end of a link was."""
    first, _mark, inner = name.partition(through.MARK)
    if first not in fields:
        return bool(OWN_KEY.fullmatch(first))
    return fields[first].kind.name in LINKS and bool(OWN_KEY.fullmatch(inner))


def _named(state: ListState) -> set[str]:
    """The fields that a list names."""
    asked = {condition.field for condition in state.conditions} | {state.group.partition(":")[0], state.by}
    return (asked | {name for name, _down in sort_keys(state.sort)}) - {"", "id", "created_at"}


def _may_change(view: SavedView, by: Actor) -> None:
    if by.read_only or not (by.is_admin or view.owner_id == by.member_id):
        raise NotAllowed


def _may_show(audience: str, by: Actor, *, before: str = Audience.MINE) -> None:
    """Only administrators put a view before everyone."""
    if audience == Audience.EVERYONE != before and not by.is_admin:
        raise NotAllowed(_("Only administrators show a view to everyone."))


def _query(state: ListState) -> str:
    return state.url(query="", view="", day="").lstrip("?")[:4000]
