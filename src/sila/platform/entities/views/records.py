"""The page of one record: properties, timeline, related lists, verbs, edits in place."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions, extensions, layouts, linked
from sila.platform.entities.errors import NotFound
from sila.platform.entities.exporting.formats import formats_of
from sila.platform.entities.kinds import Context, Field, Row
from sila.platform.entities.kinds.base import DASH
from sila.platform.entities.leading import leading, own_links
from sila.platform.entities.merging import merged
from sila.platform.entities.merging.verb import may_merge
from sila.platform.entities.models import Merged
from sila.platform.entities.registry import OWNERSHIP, STAMPS, Action, Entity, Related, registry
from sila.platform.entities.timeline import timeline_of
from sila.platform.entities.views.door import entity_url, entity_view, fragment
from sila.platform.entities.views.merging import panel_of_merged
from sila.platform.entities.views.quality import meter_of
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate

RELATED_SHOWN = 5
MARK = "mark_"  # before the names of extensions.marks, as columns of a row
METERED = ("quality", "touched_at", "verified_at", "verified_by")  # they stand in the meter


@require_GET
@entity_view
def record_page(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    record = _with_links(entity, record_id, context)
    own = own_entity(entity, record)
    if own is not entity:
        return redirect(entity_url(request, own, record_id))
    return fragment(request, "entities/record.html", page_context(request, entity, record, context))


def own_entity(entity: Entity, record: Any) -> Entity:
    """A mixed entity sends its records to their own page."""
    return registry[entity.narrow(record)] if entity.narrow else entity


def page_context(request: WorkspaceRequest, entity: Entity, record: Any, context: Context) -> dict[str, Any]:
    row = _row_from(entity, record, context)
    record.told = {name.removeprefix(MARK): said for name, said in row.items() if name.startswith(MARK)}
    only = request.GET.get("show", "")
    within = merged.within(record.id) if record.told["merged"] else []
    return {
        "record": head(request, entity, record, row, context)
        | {"parts": [part for source in extensions.head_parts if (part := source(entity, record, context))]},
        "properties": properties(request, entity, record, row, context),
        "quality": meter_of(entity, record, row, context),
        "related": related(request, entity, record, context) + panel_of_merged(within, context),
        **timeline_context(request, entity, record, context, only, within),
    }


def timeline_context(
    request: WorkspaceRequest,
    entity: Entity,
    record: Any,
    context: Context,
    only: str,
    within: Sequence[Merged] | None = None,
) -> dict[str, Any]:
    base = entity_url(request, entity, record.id)
    planned = next(
        (found for source in extensions.next_activity if (found := source(entity, record, context))), None
    )
    return {
        "composer": [tab for source in extensions.composers for tab in source(entity, record, context)]
        or None,
        "next_activity": planned,
        "timeline": timeline_of(
            entity, record, context, within, base=base, only=only, before=request.GET.get("before", "")
        ),
    }


def _with_links(entity: Entity, record_id: UUID, context: Context) -> Any:
    """The record, the records that its fields lead to, and what `extensions.marks` asks of it: one query for what its
    page would ask for one by one. Raises NotFound; Moved says where it went."""
    asked = {MARK + name: expression(entity) for name, expression in extensions.marks.items()}
    marks = {name: expression for name, expression in asked.items() if expression is not None}
    links = {column.split("__")[0] for column in _columns(entity, context) if "__" in column}
    rows = entity.visible_to(context.actor).filter(id=record_id).annotate(**marks)
    record = (rows.select_related(*links) if links else rows).first()
    return record or actions.get(entity, record_id, by=context.actor)


def _row_from(entity: Entity, record: Any, context: Context) -> Row:
    """What `row_of` reads, of a record that has it all."""
    marks = {name: said for name, said in vars(record).items() if name.startswith(MARK)}
    row: Row = {"id": record.id, "version": record.version, **marks}
    for column in _columns(entity, context):
        held = record
        for part in column.split("__"):
            held = getattr(held, part) if held is not None else None
        row[column] = held
    linked.close([row], entity.readable(context.actor).values(), context.actor)
    return row


def _columns(entity: Entity, context: Context) -> dict[str, None]:
    return dict.fromkeys(column for f in entity.readable(context.actor).values() for column in f.columns())


def row_of(entity: Entity, record_id: UUID, context: Context) -> Row:
    fields, columns = entity.readable(context.actor), _columns(entity, context)
    rows = entity.visible_to(context.actor).filter(id=record_id)
    row: Row | None = rows.values("id", "version", *columns).first()
    if row is None:
        raise NotFound
    linked.close([row], fields.values(), context.actor)
    return row


def head(
    request: WorkspaceRequest, entity: Entity, record: Any, row: Row, context: Context
) -> dict[str, Any]:
    base = entity_url(request, entity, record.id)
    title = entity.title_of(record)
    may_edit = context.actor.may(entity.slug, "edit", record)
    return {
        "id": record.id,
        "title": title,
        "subtitle": _subtitle(entity, row, context),
        "url": base,
        "version": record.version,
        "icon": entity.icon,
        "avatar": {"name": title, "square": entity.slug != "people"}
        if entity.slug in ("people", "organizations", "members")
        else None,
        "back": {"url": entity_url(request, entity), "label": entity.plural},
        "contact": [way for source in extensions.contacts for way in source(entity, record, context)],
        "actions": _verbs(entity, record, base, context),
        "menu": _menu(entity, record, base, context, may_edit),
        "flags": entity.flags(record, context) if entity.flags else [],
        "stages": _with_keys(entity.stages(record, context, base)) if entity.stages else None,
        "sheet": entity.sheet(record, context) if entity.sheet else None,
    }


def _with_keys(stages: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """[ and ] press the neighbours of the stage that the record is in."""
    now = next((number for number, stage in enumerate(stages or []) if stage["state"] == "now"), None)
    if stages and now is not None:
        for key, neighbour in (("[", now - 1), ("]", now + 1)):
            if 0 <= neighbour < len(stages):
                stages[neighbour]["key"] = key
    return stages


def _subtitle(entity: Entity, row: Row, context: Context) -> Any:
    f = entity.readable(context.actor).get(entity.subtitle)
    return f.kind.write(f, row, context.reader) if f and f.read(row) else ""


def _verbs(entity: Entity, record: Any, base: str, context: Context) -> list[dict[str, Any]]:
    return [
        {
            "label": action.label,
            "icon": action.icon,
            "url": f"{base}do/{action.name}",
            "css": {"ok": "btn-won", "bad": "btn-quiet"}.get(action.style, ""),
            "post": not action.fields,
            "confirm": said_of(action.label, entity, record)
            if action.style == "bad" and not action.fields
            else "",
        }
        for action in _offered(entity, record, context)
        if action.style != "menu"
    ]


def said_of(verb: Any, entity: Entity, record: Any) -> str:
    """The verb with the name of what it is done to, as plain text."""
    return _("%(verb)s: %(title)s") % {"verb": verb, "title": isolate(entity.title_of(record))}


def _offered(entity: Entity, record: Any, context: Context) -> list[Action]:
    return [
        action
        for action in entity.actions
        if action.when(record) and action.open_to(context.actor, entity.slug, record)
    ]


def _menu(entity: Entity, record: Any, base: str, context: Context, may_edit: bool) -> list[dict[str, Any]]:
    menu: list[dict[str, Any]] = [
        {
            "label": action.label,
            "icon": action.icon,
            "url": f"{base}do/{action.name}",
            "post": not action.fields,
            "dialog": bool(action.fields),
        }
        for action in _offered(entity, record, context)
        if action.style == "menu"
    ]
    if may_edit:
        menu.append({"label": _("Edit all fields"), "icon": "pencil", "url": base + "edit"})
    if context.actor.is_admin and entity.owned:
        menu.append({"label": _("Who sees this, and why?"), "icon": "shield", "url": base + "access"})
    if entity.owned and may_edit:
        menu.append({"label": _("Share"), "icon": "share", "url": base + "share", "dialog": True})
    if may_edit and may_merge(entity, context.actor):
        menu.append(
            {"label": _("Merge with another"), "icon": "arrow-merge", "url": base + "merge", "dialog": True}
        )
    if "vcf" in formats_of(entity) and context.actor.may(entity.slug, "export", record):
        file = f"{entity.url(context.reader.slug)}export?format=vcf&id={record.id}"
        menu.append({"label": _("Address card (vCard)"), "icon": "address-book", "url": file, "file": True})
    if entity.trashable and context.actor.may(entity.slug, "delete", record):
        menu.append(
            {
                "label": _("Move to the trash"),
                "icon": "trash",
                "url": base + "trash",
                "danger": True,
                "post": True,
            }
        )
    return menu


def properties(
    request: WorkspaceRequest, entity: Entity, record: Any, row: Row, context: Context
) -> dict[str, Any]:
    fields = entity.readable(context.actor)
    may_edit = context.actor.may(entity.slug, "edit", record)
    sections = [
        {
            "label": label,
            "fields": [_property(fields[name], row, context, may_edit) for name in names if name in fields],
        }
        for label, names in layouts.sections(entity, sections_of(entity, fields), context.actor).items()
    ]
    empty = [one for section in sections for one in section["fields"] if one["html"] is DASH]
    for section in sections:
        section["fields"] = [one for one in section["fields"] if one["html"] is not DASH]
    return {
        "edit_url": entity_url(request, entity, record.id) + "fields/{field}/",
        "sections": [section for section in sections if section["fields"]],
        "empty": empty,
        "empty_label": _("Empty fields (%(count)s)")
        % {"count": format_number(len(empty), digits=context.reader.digits)},
    }


def sections_of(entity: Entity, fields: Mapping[str, Field]) -> dict[Any, tuple[str, ...]]:
    """The declared sections, then the workspace's own fields, then who owns the record and since when."""
    # Put in anew: the hash of a name that follows the language is that of the language in which it was put in.
    sections: dict[Any, tuple[str, ...]] = {label: names for label, names in entity.sections.items()}  # noqa: C416
    placed = {name for names in sections.values() for name in names}
    if not sections:
        sections[entity.name] = tuple(
            name for name in entity.model_fields if name not in (*OWNERSHIP, *STAMPS)
        )
        placed = set(sections[entity.name])
    for name, f in fields.items():
        if f.custom:
            group = f.group or (
                gettext_lazy("Own fields") if entity.own_section is None else entity.own_section
            )
            sections[group] = (*sections.get(group, ()), name)
    rest = tuple(name for name in entity.model_fields if name not in placed and name not in METERED)
    if rest:
        sections[gettext_lazy("Record")] = rest
    return sections


def _property(f: Field, row: Row, context: Context, may_edit: bool) -> dict[str, Any]:
    return {
        "name": f.name,
        "label": f.label,
        "html": f.kind.write(f, row, context.reader),
        "editable": may_edit and not f.read_only,
    }


def related(request: WorkspaceRequest, entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """Panels of the noun, lists of what links here, then what other apps add (files)."""
    groups: list[dict[str, Any]] = entity.panel_data(record, context) if entity.panel_data else []
    relations = [*entity.related, *own_relations(entity)]
    nouns = [relation.entity for relation in relations]
    for relation in relations:
        target = registry[relation.entity]
        if context.actor.can(target.slug, "view") and relation.link in target.readable(context.actor):
            group = _related_list(request, target, relation, record, context)
            groups.append(group | {"add_label": add_label(target, group["label"], nouns)})
    groups += [group for source in extensions.panels for group in source(entity, record, context)]
    for group in groups:
        shows = any(group.get(part) for part in ("items", "graph", "upload", "lazy"))
        group["idle"] = bool(group.get("add_url")) and not shows
    return groups


def add_label(target: Entity, label: Any, nouns: list[str]) -> str:
    """“Add task”; with the list where records of the noun can hang on this one in several ways."""
    name = str(target.name)
    noun = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    if nouns.count(target.slug) > 1:
        return _("Add %(noun)s (%(list)s)") % {"noun": noun, "list": label}
    return _("Add %(noun)s") % {"noun": noun}


def own_relations(entity: Entity) -> list[Related]:
    """The lists that links of the workspace's own fields make: each leads back."""
    return [
        Related(other.slug, f.name, _("%(nouns)s: %(field)s") % {"nouns": other.plural, "field": f.label})
        for other, f in own_links(entity)
    ]


def _related_list(
    request: WorkspaceRequest, target: Entity, relation: Related, record: Any, context: Context
) -> dict[str, Any]:
    fields, link = target.readable(context.actor), relation.link
    hint = fields.get(target.subtitle)
    columns = dict.fromkeys([*target.title, *(hint.columns() if hint else ())])
    rows = list(
        target.visible_to(context.actor)
        .filter(leading(fields[link], [record.id]))
        .order_by("-id")
        .values("id", *columns)[: RELATED_SHOWN + 1]
    )
    linked.close(rows, [hint] if hint else [], context.actor)
    base = entity_url(request, target)
    return {
        "key": f"{target.slug}-{link}",
        "label": relation.label or target.plural,
        "icon": target.icon,
        "count": f"{RELATED_SHOWN}+" if len(rows) > RELATED_SHOWN else str(len(rows) or ""),
        "url": f"{base}?f={link}:any:{record.id}",
        "add_url": f"{base}new?{link}={record.id}"
        if target.creatable and context.actor.can(target.slug, "create")
        else "",
        "items": [
            {
                "title": target.title_of(row) or "–",
                "url": f"{base}{row['id']}/",
                "icon": target.icon,
                "hint": hint.kind.plain(hint, row, context.reader) if hint else "",
            }
            for row in rows[:RELATED_SHOWN]
        ],
    }


@require_GET
@entity_view
def peek(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    record = actions.get(entity, record_id, by=context.actor)
    entity = own_entity(entity, record)
    row = row_of(entity, record_id, context)
    shown = properties(request, entity, record, row, context)
    shown["sections"] = shown["sections"][:2]
    base = entity_url(request, entity, record.id)
    timeline = timeline_of(entity, record, context, base=base, limit=5) | {"more_url": ""}
    return fragment(
        request,
        "entities/_peek.html",
        {
            "record": head(request, entity, record, row, context),
            "properties": shown,
            "timeline": timeline,
        },
    )


@require_GET
@entity_view
def timeline(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    record = actions.get(entity, record_id, by=context.actor)
    shown = timeline_context(request, entity, record, context, request.GET.get("show", ""))
    template = "entities/_timeline_items.html" if request.GET.get("before") else "entities/_timeline.html"
    return fragment(request, template, shown)
