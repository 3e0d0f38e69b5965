"""The OpenAPI 3.1 document, built from the registry for the caller's workspace, its own fields included."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import override

from sila.platform.access.actor import Actor
from sila.platform.entities.api.shapes import (
    EXPORT,
    ID,
    IDEMPOTENCY,
    IF_MATCH,
    MERGE,
    MERGED,
    PROBLEMS,
    ROW,
    SUMMARY,
    UUID_SCHEMA,
    Schema,
)
from sila.platform.entities.exporting.formats import formats_of
from sila.platform.entities.kinds import Field, Text
from sila.platform.entities.listing import MOST_FIRST
from sila.platform.entities.registry import Action, Detail, Entity, registry


@dataclass(frozen=True)
class Named:
    """What stands for a noun where there is none."""

    slug: str
    plural: Text


additions: list[Callable[[list[Entity]], Schema]] = []  # what higher apps offer: (entities) -> paths
MAX_LIMIT = 200
MAX_QUERY = 100
MAX_CONDITIONS = 20
CONDITION = "^[a-z0-9_.~-]{1,60}:[a-z_]{1,12}"


def document(by: Actor) -> Schema:
    """What this caller can do, in English."""
    with override("en"):
        entities = [entity for entity in registry if by.can(entity.slug, "view") or entity.narrow]
        paths: Schema = {}
        schemas: Schema = {"Problem": _problem()}
        for entity in entities:
            schemas.update(_schemas(entity, by))
            paths.update(_paths(entity))
        for more in additions:
            paths.update(more(entities))
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Sila",
                "version": "1",
                "description": "Every noun of the workspace, in one shape.",
            },
            "servers": [{"url": "/"}],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
                "schemas": schemas,
            },
        }


def value_schema(f: Field) -> Schema:
    """What may be sent for a field: null or "" empties it, unless it is required."""
    schema = dict(f.kind.schema(f))
    if f.required:
        if (
            schema["type"] == "string"
            and "enum" not in schema
            and "format" not in schema
            and "pattern" not in schema
        ):
            schema["minLength"] = 1
            schema["pattern"] = r"\S"
        return schema
    if schema["type"] in ("array", "boolean"):
        return schema
    if "enum" in schema:
        return schema | {"type": ["string", "null"], "enum": [*schema["enum"], "", None]}
    if "pattern" in schema:
        schema["pattern"] = f"^$|{schema['pattern']}"
    return schema | {"type": [schema["type"], "null"]}


def input_schema(fields: Iterable[Field], *, partial: bool = False) -> Schema:
    fields = [f for f in fields if not f.read_only]
    required = [f.name for f in fields if f.required and f.default is None]
    schema: Schema = {
        "type": "object",
        "properties": {f.name: value_schema(f) | _told(f) for f in fields},
        "additionalProperties": False,
    }
    return schema if partial or not required else schema | {"required": required}


def _output(f: Field) -> Schema:
    """Answers may hold values that today's rules would refuse, so they promise the type alone."""
    kind = f.kind.schema(f)
    bare: Schema = {"type": kind["type"]} if kind["type"] == "boolean" else {"type": [kind["type"], "null"]}
    if kind["type"] == "array":
        bare["items"] = {"type": "string"}
    return bare | _told(f)


def _told(f: Field) -> Schema:
    """What people call the field; and its choices, whose values say nothing where a workspace has added them."""
    title: Schema = {"title": str(f.label)}
    if not (f.custom and f.choices):
        return title
    return title | {"description": "; ".join(f"{choice.value}: {choice.label}" for choice in f.choices)}


def _schemas(entity: Entity, by: Actor) -> Schema:
    fields = list(entity.readable(by).values())
    name = entity.slug
    return {
        name: {
            "type": "object",
            "properties": {
                "id": UUID_SCHEMA,
                "version": {"type": "integer"},
                **{f.name: _output(f) for f in fields},
            },
            "required": ["id", "version"],
        },
        f"{name}.new": input_schema(fields),
        f"{name}.change": input_schema(fields, partial=True),
        **{f"{name}.{detail.name}": _detail_row(detail) for detail in entity.details},
    }


def _detail_row(detail: Detail) -> Schema:
    return {
        "type": "object",
        "properties": {"id": UUID_SCHEMA, **{f.name: _output(f) for f in detail.fields()}},
        "required": ["id"],
    }


def _problem() -> Schema:
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "required": ["type", "title", "status", "detail"],
    }


def _paths(entity: Entity) -> Schema:
    base = f"/api/v1/{entity.slug}"
    one = {"get": operation(entity, "read", ref(entity.slug), params=[ID])}
    collection: Schema = {"get": operation(entity, "list", _page_of(entity), params=_list_params(entity))}
    paths: Schema = {
        base: collection,
        f"{base}/{{id}}": one,
        f"{base}/export": _export(entity),
        f"{base}/summary": {"get": operation(entity, "summary", SUMMARY, params=_summary_params(entity))},
    }
    if not entity.creatable:
        return paths
    collection["post"] = operation(
        entity, "create", ref(entity.slug), status=201, body=ref(f"{entity.slug}.new"), params=[IDEMPOTENCY]
    )
    one["patch"] = operation(
        entity, "change", ref(entity.slug), body=ref(f"{entity.slug}.change"), params=[ID, IF_MATCH]
    )
    if entity.trashable:
        one["delete"] = operation(
            entity, "trash", None, status=204, params=[ID, IF_MATCH | {"required": False}]
        )
        paths |= _merge_paths(entity, base)
        restored = operation(entity, "restore", ref(entity.slug), params=[ID, IDEMPOTENCY])
        paths[f"{base}/{{id}}/restore"] = {"post": restored}
    for action in entity.actions:
        paths[f"{base}/{{id}}/{action.name}"] = {"post": _action(entity, action)}
    for detail in entity.details:
        paths |= _detail_paths(entity, detail, f"{base}/{{id}}/{detail.name}")
    return paths


def _export(entity: Entity) -> Schema:
    """All rows that meet the conditions, as a file."""
    kinds = formats_of(entity)
    asked: Schema = {"type": "string", "enum": list(kinds), "default": "json"}
    kept = [param for param in _list_params(entity) if param["name"] not in ("limit", "after")]
    shown = operation(
        entity, "export", None, params=[{"name": "format", "in": "query", "schema": asked}, *kept]
    )
    posted = operation(entity, "export.post", None, body=EXPORT)
    for each_way in (shown, posted):
        each_way["responses"]["200"]["content"] = {
            each.content_type.partition(";")[0]: {"schema": {}} for each in kinds.values()
        }
    return {"get": shown, "post": posted}


def _merge_paths(entity: Entity, base: str) -> Schema:
    """What went into a record, one merge more, and one taken back."""
    if not entity.owned:
        return {}
    every: Schema = {"type": "object", "properties": {"items": {"type": "array", "items": MERGED}}}
    new = operation(entity, "merge", MERGED, status=201, body=MERGE, params=[ID, IDEMPOTENCY])
    return {
        f"{base}/{{id}}/merges": {"get": operation(entity, "merges", every, params=[ID]), "post": new},
        f"{base}/{{id}}/merges/{{row}}": {
            "delete": operation(entity, "unmerge", None, status=204, params=[ID, ROW])
        },
    }


def _detail_paths(entity: Entity, detail: Detail, base: str) -> Schema:
    """The small rows of a record: all, a new one, one gone, a verb of one."""
    name, row = detail.name, ref(f"{entity.slug}.{detail.name}")
    items: Schema = {"type": "array", "items": row}
    every: Schema = {"type": "object", "properties": {"items": items}, "required": ["items"]}
    new = input_schema(detail.fields())
    paths: Schema = {
        base: {
            "get": operation(entity, f"{name}.list", every, params=[ID]),
            "post": operation(entity, f"{name}.add", row, status=201, body=new, params=[ID, IDEMPOTENCY]),
        }
    }
    for verb in detail.verbs:
        if verb == "remove":
            gone = operation(entity, f"{name}.remove", None, status=204, params=[ID, ROW])
            paths[f"{base}/{{row}}"] = {"delete": gone}
        else:
            done = operation(entity, f"{name}.{verb}", every, params=[ID, ROW])
            paths[f"{base}/{{row}}/{verb}"] = {"post": done}
    return paths


def _action(entity: Entity, action: Action) -> Schema:
    body = input_schema(action.fields)
    return operation(entity, action.name, ref(entity.slug), body=body, params=[ID, IDEMPOTENCY])


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _filters() -> list[Schema]:
    return [
        {
            "name": "f",
            "in": "query",
            "description": "Condition: `field:operator:value|value`, repeatable.",
            "schema": {
                "type": "array",
                "items": {"type": "string", "pattern": CONDITION},
                "maxItems": MAX_CONDITIONS,
            },
        },
        {
            "name": "q",
            "in": "query",
            "description": "Words to search for.",
            "schema": {"type": "string", "maxLength": MAX_QUERY},
        },
        {
            "name": "first",
            "in": "query",
            "description": f"Only the first so many, at most {MOST_FIRST}, in an order: `10:-created_at`.",
            "schema": {"type": "string", "pattern": "^([0-9]{1,3}(:[a-z0-9_,-]+)?)?$"},
        },
    ]


def _list_params(entity: Entity) -> list[Schema]:
    sortable = [name for name, f in entity.model_fields.items() if f.kind.sortable]
    orders = [*sortable, *("-" + name for name in sortable)]
    return [
        *_filters(),
        {
            "name": "sort",
            "in": "query",
            "description": "Fields to sort by, separated by commas; a minus turns one round.",
            "schema": {"type": "string", "examples": [*orders[:4], ",".join(orders[:2])]},
        },
        {
            "name": "fields",
            "in": "query",
            "description": "The fields to answer with, separated by commas.",
            "schema": {"type": "string"},
        },
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50},
        },
        {
            "name": "after",
            "in": "query",
            "description": "`next` of the page before.",
            "schema": {"type": "string"},
        },
    ]


def _summary_params(entity: Entity) -> list[Schema]:
    return [
        *_filters(),
        {
            "name": "by",
            "in": "query",
            "description": "A choice, link, colleague, yes/no or text field, of the noun or, as `link~field`, of what "
            "it links to; a day with `:gregorian` or `:hijri` behind it, for the months of that calendar.",
            "schema": {"type": "string"},
        },
        {
            "name": "sum",
            "in": "query",
            "description": "A number or money field.",
            "schema": {"type": "string"},
        },
    ]


def _page_of(entity: Entity) -> Schema:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": ref(entity.slug)},
            "next": {"type": ["string", "null"], "description": "The cursor of the next page."},
        },
        "required": ["items", "next"],
    }


def operation(
    entity: Entity | Named,
    verb: str,
    answer: Schema | None,
    *,
    status: int = 200,
    body: Schema | None = None,
    params: list[Schema] | None = None,
) -> Schema:
    good: Schema = {"description": "Done." if status != 200 else "The answer."}
    if answer:
        good["content"] = {"application/json": {"schema": answer}}
    if verb in ("read", "create", "change"):
        good["headers"] = {"ETag": {"schema": {"type": "string"}}}
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    of_one = body is None and ID in (params or []) and status == 200
    operation: Schema = {
        "operationId": f"{entity.slug}.{verb}",
        "summary": f"{entity.plural}: {verb}",
        "tags": [entity.slug],
        "responses": {str(status): good}
        | (
            {"307": {"description": "The record was merged into another one.", "content": problem}}
            if of_one
            else {}
        )
        | {str(code): {"description": text, "content": problem} for code, text in PROBLEMS.items()},
    }
    if params:
        operation["parameters"] = params
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation
