"""What a declaration is made of besides fields: verbs, related lists, small rows, ready-made views."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Field, Text


@dataclass(frozen=True)
class Action:
    """A verb of the noun, offered on its page and in the API as POST …/<id>/<name>."""

    name: str
    label: Text
    run: Callable[..., Any]  # run(record, *, by, **values)
    icon: str = "bolt"
    style: str = ""  # "ok", "bad" or ""; "menu" puts it into the menu instead of a button
    fields: tuple[Field, ...] = ()
    section: Text = ""  # the workspace's own fields in the group of this name are asked for with it
    verb: str = "edit"
    adds: str = ""  # the noun of which it makes a new record
    when: Callable[[Any], bool] = lambda record: True
    begins: Callable[..., Mapping[str, Any]] | None = None  # begins(record, context): what fills its form
    opens: bool = False  # what it gives is another record, whose page is shown then
    many: bool = (
        False  # it can be done to the ticked rows of a list, and asks for nothing that it cannot do without
    )
    leads_to: str = ""  # the lane of the board into which a card gets by this verb only

    def open_to(self, actor: Actor, slug: str, record: Any) -> bool:
        """Whether they may do it to this record of the noun."""
        return actor.may(slug, self.verb, record) and (not self.adds or actor.can(self.adds, "create"))


@dataclass(frozen=True)
class Related:
    """A list on the record's page: the records of `entity` whose `link` points here."""

    entity: str
    link: str
    label: Text = ""


@dataclass(frozen=True)
class Detail:
    """Small rows that belong to a record, such as its phones.

    A dialog on its page adds one; the API has them at …/<id>/<name>. What cannot be typed is `read_only`.
    """

    name: str
    title: Text  # of the dialog
    model: type[models.Model]
    fields: Callable[[], tuple[Field, ...]]
    rows: Callable[[Any, Any], list[Any]]  # rows(record, context): what the actor may read, each with "id"
    add: Callable[..., Any]  # add(record, *, by, **values), gives the new row
    verbs: Mapping[str, Callable[..., Any]]  # run(row, *, by); "remove" is DELETE in the API
    ruled: Text = ""  # what a role's rule calls them, where they have one of their own
    more_of: tuple[str, ...] = ()  # fields of the record that they hold further values of
    add_more: Callable[..., list[Any]] | None = None  # add_more(record, {field: values}, *, by, fresh): ids


@dataclass(frozen=True)
class View:
    """A ready-made list: a tab over the list with conditions (as in the address bar) and an order."""

    key: str
    label: Text
    conditions: tuple[str, ...] = ()
    sort: str = ""
