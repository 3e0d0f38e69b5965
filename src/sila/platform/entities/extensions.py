"""What higher apps add to every record's page: the registry by which they speak downwards.

A timeline source gives items for `_timeline_items.html` plus their `at`; a composer gives a form over the
timeline; a panel gives a card beside it; `next_activity` and `lights` say what is planned.
"""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

Source = Callable[..., list[dict[str, Any]]]  # (entity, record, context, before, limit, only) -> items
timeline_sources: list[Source] = []
composers: list[Callable[..., list[dict[str, Any]]]] = []  # (entity, record, context) -> tabs
panels: list[Callable[..., list[dict[str, Any]]]] = []  # (entity, record, context) -> groups of _related.html
contacts: list[
    Callable[..., list[dict[str, Any]]]
] = []  # (entity, record, context) -> ways of record.contact
head_parts: list[
    Callable[..., dict[str, Any] | None]
] = []  # (entity, record, context) -> a button in the head of its page: its template and what that shows
marks: dict[
    str, Callable[[Any], Any]
] = {}  # name -> (entity) -> an expression of its rows, or None: whether a record's page has more to ask, told with its row
next_activity: list[Callable[..., dict[str, Any] | None]] = []  # (entity, record, context)
what_next: list[
    Callable[..., dict[str, Any] | None]
] = []  # (entity, record, context), after it was moved -> a way to plan what comes: label, url (GET → dialog)
timeline_filters: list[tuple[str, Any]] = []  # (key, label), beside "all" and "changes"
nav_items: list[Callable[..., list[dict[str, Any]]]] = []  # (actor) -> items above the nouns
palette_commands: list[Callable[..., list[dict[str, Any]]]] = []  # (actor) -> options
list_links: list[
    Callable[..., list[dict[str, Any]]]
] = []  # (entity, actor) -> links over a list: label, url, icon
merged: list[
    Callable[..., None]
] = []  # (entity, into, gone ids, by=…, apart=False) when records become one, or are their own again
undone: dict[
    str, list[Callable[..., None]]
] = {}  # kind of operation -> (operation, by=…), when it was taken back
told_with: list[
    Callable[..., list[tuple[str, UUID]]]
] = []  # (entity, record, context) -> others whose history, work and files are told with the record's own: noun and id
rated: list[
    Callable[..., None]
] = []  # (exchange rate, changes, by): one was entered or corrected, in this transaction
purged: list[
    Callable[[Any, Collection[UUID]], None]
] = []  # (entity, ids): records go for ever, in this transaction
unreachable: list[
    Callable[[Any, Collection[UUID]], set[UUID]]
] = []  # (entity, ids) -> those whose way of contact does not work
search_sources: list[
    Callable[..., list[Any]]
] = []  # (query, actor, only) -> hits of global search, besides the records'
shifts: dict[
    str, Callable[[Any, str, Any], dict[str, Any]]
] = {}  # slug -> (record, field, its new day or moment) -> what moves along when a calendar moves the record
preferred: dict[
    str, Callable[[], Any]
] = {}  # name -> () -> a condition of the records that a picker offers first where a link says `prefer`
