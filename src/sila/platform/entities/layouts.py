"""How a role sees a noun: the sections and fields of its page and form, its columns, its short form, and the menu.

Kept are differences to what the code declares (`Role.layout`): an order of names, names that are left out, and fields
that stand in another section. What a later release or a new own field adds comes behind. A layout opens nothing and
closes nothing: rights are asked as ever.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import override

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Field
from sila.platform.entities.registry import Entity

Change = Mapping[str, Any]  # {"order": […], "drop": […]}
MENU = "menu"  # stands for a noun where the layout is of the menu
PARTS = ("page", "columns", "quick")


def of(actor: Actor, slug: str) -> Change:
    """The differences of the actor's roles for a noun; {} for what the code declares."""
    return actor.policy.layout.get(slug, {})


def arranged(default: Sequence[str], change: Change) -> list[str]:
    """The names in the order of the change, then those that it does not know, without what it drops."""
    order, drop = change.get("order", ()), set(change.get("drop", ()))
    names = [*order, *(name for name in default if name not in order)]
    return [name for name in dict.fromkeys(names) if name not in drop]


def difference(default: Sequence[str], wanted: Sequence[str]) -> dict[str, list[str]]:
    """What makes the default into the wanted; {} if they are the same."""
    if list(default) == list(wanted):
        return {}
    return {"order": list(wanted), "drop": [name for name in default if name not in wanted]}


# ---- lists and short forms -------------------------------------------------------------------------
def columns(entity: Entity, actor: Actor) -> list[str]:
    return arranged(entity.listed, of(actor, entity.slug).get("columns", {}))


def quick(entity: Entity, actor: Actor) -> list[str]:
    return arranged(entity.begun_with, of(actor, entity.slug).get("quick", {}))


def menu(slugs: Sequence[str], actor: Actor) -> list[str]:
    return arranged(slugs, of(actor, MENU).get("menu", {}))


# ---- pages and forms -------------------------------------------------------------------------------
def left_out(entity: Entity, actor: Actor) -> set[str]:
    """The fields that stand on no page and in no form; what must be filled in always does."""
    dropped = set(of(actor, entity.slug).get("page", {}).get("drop", ()))
    return {name for name in dropped if name in entity.fields and not entity.fields[name].required}


def sections(
    entity: Entity, default: Mapping[Any, tuple[str, ...]], actor: Actor
) -> dict[Any, tuple[str, ...]]:
    """The sections of the page as the actor's role has them."""
    change = of(actor, entity.slug).get("page")
    if not change:
        return dict(default)
    return rearranged(default, change, left_out(entity, actor))


def rearranged(
    default: Mapping[Any, tuple[str, ...]], change: Change, dropped: set[str]
) -> dict[Any, tuple[str, ...]]:
    by_key = dict(zip(keys_of(default), default.items(), strict=True))
    places = change.get("places", {})
    where = {
        name: places[name] if places.get(name) in by_key else key
        for key, (_label, names) in by_key.items()
        for name in names
    }
    order = arranged(list(where), {"order": change.get("order", ())})
    return {
        by_key[key][0]: tuple(name for name in order if where.get(name) == key and name not in dropped)
        for key in arranged(list(by_key), {"order": change.get("sections", ())})
        if key in by_key
    }


def keys_of(sections: Mapping[Any, Any]) -> list[str]:
    """What a section is known by, whatever language its label is read in."""
    with override("en"):
        return [str(label) for label in sections]


def page_difference(
    default: Mapping[Any, tuple[str, ...]], wanted: Mapping[str, Sequence[str]], dropped: Sequence[str]
) -> dict[str, Any]:
    """`wanted`: section -> its fields in order, the dropped ones too. {} if that is the default."""
    plain = dict(zip(keys_of(default), default.values(), strict=True))
    home = {name: key for key, names in plain.items() for name in names}
    change: dict[str, Any] = {}
    order = [name for names in wanted.values() for name in names if name in home]
    if order != list(home):
        change["order"] = order
    if places := {
        name: key for key, names in wanted.items() for name in names if name in home and home[name] != key
    }:
        change["places"] = places
    if [key for key in wanted if key in plain] != list(plain):
        change["sections"] = [key for key in wanted if key in plain]
    if gone := [name for name in dropped if name in home]:
        change["drop"] = gone
    return change


def required(fields: Mapping[str, Field]) -> set[str]:
    return {name for name, f in fields.items() if f.required}
