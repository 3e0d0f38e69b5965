"""The order of a list as its head shows it: a click sorts by a column, one with Shift by one more."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sila.platform.entities.kinds import Field
from sila.platform.entities.listing import MOST_KEYS, ListState, sort_keys
from sila.platform.entities.registry import Entity

Keys = list[tuple[str, bool]]  # name, and whether it is turned round


def keys_of(entity: Entity, state: ListState) -> Keys:
    return sort_keys(state.sort) or sort_keys(entity.sort) or [("created_at", True)]


def of_column(f: Field, base: str, state: ListState, keys: Keys) -> dict[str, Any]:
    """How the list is sorted by the column, and where its heading leads."""
    if not f.kind.sortable:
        return {"sort_url": "", "sorted": ""}
    place = next((place for place, (name, _down) in enumerate(keys) if name == f.name), None)
    down = place is not None and keys[place][1]
    first = keys == [(f.name, False)]
    return {
        "sort_url": base + state.url(sort=("-" if first else "") + f.name),
        "also_url": base + state.url(sort=_written(_and(keys, f.name))),
        "sorted": "" if place is None else "desc" if down else "asc",
        "place": place + 1 if place is not None and len(keys) > 1 else 0,
    }


def _and(keys: Keys, name: str) -> Keys:
    """One more key; one that is there is turned round, and then goes."""
    if (name, False) in keys:
        return [(name, True) if key == (name, False) else key for key in keys]
    if (name, True) in keys:
        return [key for key in keys if key[0] != name]
    return [*keys[: MOST_KEYS - 1], (name, False)]


def _written(keys: Keys) -> str:
    return ",".join("-" * down + name for name, down in keys)


def said(fields: Mapping[str, Field], keys: Keys) -> str:
    """“Name, ascending”; with several keys their names, one after the other."""
    known = [(fields[name].label, down) for name, down in keys if name in fields]
    if len(known) == 1:
        label, down = known[0]
        return (_("%(field)s, descending") if down else _("%(field)s, ascending")) % {"field": label}
    return pgettext("sorted by", " then ").join(str(label) for label, _down in known)
