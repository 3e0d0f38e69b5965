"""Throwing away for ever: records that are in the trash, and the values of own fields that are hidden.

A record goes with what belongs to it alone: its small rows, side tables, shares, files. What other records lead to
stays, and it is said which: no link is ever cut. The event log stays as it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DatabaseError, models, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import ShareGrant
from sila.platform.activity import log
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import extensions
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.leading import own_links, tables_leading_to
from sila.platform.entities.merging import merged
from sila.platform.entities.models import CustomRecord, ExternalId, Merged, SearchEntry
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.text import isolate, listed

Kept = dict[UUID, dict[str, int]]  # a record that stays -> nouns that lead to it, and how often


@dataclass
class Purged:
    """What became of some records."""

    gone: set[UUID] = field(default_factory=set)
    kept: Kept = field(default_factory=dict)


def administrators_only(by: Actor) -> None:
    """Raises NotAllowed."""
    if by.read_only or not (by.is_admin or by.member is None):
        raise NotAllowed


def purge(entity: Entity, record_id: UUID, *, by: Actor) -> None:
    """One record of the trash, now. Raises NotAllowed, NotFound, Invalid."""
    administrators_only(by)
    with transaction.atomic():
        trashed = in_trash(entity).filter(id=record_id)
        if not (entity.trashable and trashed.exists()):
            raise NotFound
        done = purge_some(entity, [record_id], by=by)
    if done.kept:
        raise Invalid({"": _("Other records lead to it: %(them)s.") % {"them": told(done.kept[record_id])}})


def in_trash(entity: Entity) -> "models.QuerySet[Any]":
    """What people have thrown away; a merged record lies there too, but belongs to the one that it went into."""
    return entity.rows(trashed=True).exclude(deleted_at=None).exclude(id__in=Merged.objects.values("id"))


def told(leading: dict[str, int]) -> str:
    """Which records lead there: “Deals: 3, Tasks: 1”."""
    return listed(f"{isolate(noun)}: {number}" for noun, number in leading.items())


def purge_some(entity: Entity, ids: Collection[UUID], *, by: Actor) -> Purged:
    """Those that nothing leads to. Call it in a transaction."""
    done = Purged(kept=leading_to(entity, ids))
    free = set(ids) - done.kept.keys()
    titles = {row["id"]: row for row in in_trash(entity).filter(id__in=free).values("id", *entity.title)}
    try:
        with transaction.atomic():
            _delete(entity, set(titles))
    except DatabaseError:  # something else in the database leads to one of them: find out to which
        if len(titles) == 1:
            done.kept[next(iter(titles))] = {_("Other records"): 1}
            return done
        for each in titles:
            one = purge_some(entity, [each], by=by)
            done.gone |= one.gone
            done.kept |= one.kept
        return done
    for each, row in titles.items():
        log.record("purged", by=by, entity=entity.slug, record_id=each, title=entity.title_of(row))
    done.gone |= set(titles)
    return done


# ---- what leads to a record ------------------------------------------------------------------------
def _nouns() -> set[type[models.Model]]:
    """The tables of records, which never go with another record, unless they belong to it."""
    return {CustomRecord, *(entity.model for entity in registry if not entity.belongs_to)}


def leading_to(entity: Entity, ids: Collection[UUID]) -> Kept:
    """Records of any noun, those in the trash too, that lead to these; own links of live ones."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    nouns = _nouns()
    for model, link in tables_leading_to(entity.model):
        if model in nouns:
            column = f"{link}_id"
            rows = model.objects.filter(**{f"{column}__in": ids}).order_by().values(column)
            for row in rows.annotate(number=Count("id")):
                _add(found[row[column]], str(model._meta.verbose_name_plural), row["number"])
    texts = [str(each) for each in ids]
    for other, f in own_links(entity):
        stored = CustomValue.objects.filter(field=f.name, text__in=texts)
        for text, number in stored.order_by().values_list("text").annotate(number=Count("id")):
            _add(found[UUID(text)], str(other.plural), number)
    return dict(found)


def _add(leading: dict[str, int], noun: str, number: int) -> None:
    leading[noun] = leading.get(noun, 0) + number


# ---- going -----------------------------------------------------------------------------------------
def _delete(entity: Entity, ids: set[UUID]) -> None:
    if not ids:
        return
    ids = ids | merged.forget_with(ids)
    for forget in extensions.purged:
        forget(entity, ids)
    CustomValue.objects.filter(record_id__in=ids).delete()
    SearchEntry.objects.filter(id__in=ids).delete()
    ExternalId.objects.filter(record_id__in=ids).delete()
    ShareGrant.objects.filter(record_id__in=ids).delete()
    _delete_small(entity.model, ids, _nouns())
    rows = entity.model._default_manager.filter(id__in=ids)
    rows._raw_delete(rows.db)  # Django would look after links that are looked after here


def _delete_small(model: type[models.Model], ids: Iterable[UUID], nouns: set[type[models.Model]]) -> None:
    """The rows that belong to these alone, with what belongs to those."""
    for other, link in tables_leading_to(model):
        if other in nouns:
            continue
        rows = other.objects.filter(**{f"{link}_id__in": ids})
        inner = list(rows.values_list("id", flat=True)) if tables_leading_to(other) else []
        if inner:
            _delete_small(other, inner, nouns)
        rows._raw_delete(rows.db)
