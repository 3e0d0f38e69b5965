"""Nouns that a workspace makes: adding, renaming and hiding them."""

import re
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.customfields.models import RecordType
from sila.platform.customfields.shape import reshape, rewrite

LONGEST = 40  # of an address


def add_type(label: str, plural: str, *, by: Actor, **more: Any) -> RecordType:
    """A new noun, at the end of the menu. Its address is made of its English name and never changes."""
    with transaction.atomic():
        slug = _free_slug(more.get("plural_en") or more.get("label_en") or "")
        order = RecordType.objects.count()
        noun = RecordType.objects.create(slug=slug, label=label, plural=plural, order=order, **more)
        reshape(by.workspace)
        log.record("record type added", by=by, entity=noun.slug, record_id=noun.id, title=plural)
    return noun


def _free_slug(english: str) -> str:
    words = re.sub("[^a-z0-9]+", "-", english.lower()).strip("-")
    slug = (RecordType.PREFIX + (words or secrets.token_hex(3)))[:LONGEST].rstrip("-")
    if RecordType.objects.filter(slug=slug).exists():  # also of one that is hidden: it may come back
        slug = f"{slug[: LONGEST - 7]}-{secrets.token_hex(3)}"
    return slug


def change_type(noun: RecordType, *, by: Actor, **values: Any) -> RecordType:
    """Rename it, or give it another icon."""
    with transaction.atomic():
        changes = rewrite(noun, values)
        reshape(by.workspace)
        log.record(
            "record type changed",
            by=by,
            entity=noun.slug,
            record_id=noun.id,
            title=noun.plural,
            changes=changes,
        )
    return noun


def hide_type(noun: RecordType, *, by: Actor) -> None:
    """Take it off every page and out of the API. Its records stay, and come back with it."""
    change_type(noun, by=by, deleted_at=timezone.now())


def show_type(noun: RecordType, *, by: Actor) -> None:
    change_type(noun, by=by, deleted_at=None)


def order_types(nouns: Iterable[RecordType], *, by: Actor) -> None:
    """Number them as they stand."""
    ordered = list(nouns)
    with transaction.atomic():
        for number, noun in enumerate(ordered):
            noun.order = number
        RecordType.objects.bulk_update(ordered, ["order"])
        reshape(by.workspace)
        log.record("record types ordered", by=by, entity="", title=", ".join(noun.plural for noun in ordered))
