"""Routes of the API. Each view loads, checks, acts and answers; the doors around it are in `doorway`."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sila.platform.access.actor import Actor
from sila.platform.access.links import actor_of_token
from sila.platform.access.reader import Reader
from sila.platform.entities import actions, details, listing
from sila.platform.entities.api import problems, schema
from sila.platform.entities.api.conform import complaint
from sila.platform.entities.api.limits import Buckets
from sila.platform.entities.errors import Invalid, Moved, NotAllowed, NotFound, Refusal
from sila.platform.entities.kinds import Context, Field, Row, parse_all
from sila.platform.entities.merging import merged
from sila.platform.entities.models import IdempotencyKey
from sila.platform.entities.registry import Detail, Entity, registry
from sila.platform.entities.summary import summarise
from sila.platform.tenancy.current import scope

buckets = Buckets()
View = Callable[..., HttpResponse]


class BadRequest(Exception):
    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def doorway(*methods: str) -> Callable[[View], View]:
    """Token, rate limit, workspace, language and error answers around a view."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            language = request.headers.get("Accept-Language", "")[:2]
            with translation.override(language if language in ("ar", "en") else "en"):
                return through(request, **kwargs)

        def through(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            token = re.fullmatch(
                r"Bearer (sila_[0-9a-f]{32}\.[\w-]{20,80})", request.headers.get("Authorization", "")
            )
            actor = actor_of_token(token[1]) if token else None
            if actor is None:
                return problems.problem(
                    401, _("A valid token is needed."), headers={"WWW-Authenticate": "Bearer"}
                )
            left, wait = buckets.take(str(actor.member_id))
            limits = {"RateLimit-Limit": str(buckets.per_minute), "RateLimit-Remaining": str(left)}
            if wait:
                return problems.problem(
                    429, _("Too many requests."), headers=limits | {"Retry-After": str(wait)}
                )
            offered = _offered(methods, registry.get(kwargs.get("slug", "")), kwargs.get("name", ""))
            if request.method not in offered:
                return not_offered(*offered)
            with scope(actor.workspace):
                response = _answer(view, request, actor, kwargs)
            for name, value in limits.items():
                response.headers[name] = value
            return response

        return door

    return wrap


def _offered(methods: tuple[str, ...], entity: Entity | None, name: str) -> tuple[str, ...]:
    """The methods of an address, less what its noun does not offer: a mixed noun is read only, a member stays."""
    if entity is None:
        return methods
    if name:
        verbs = ("restore", *(action.name for action in entity.actions))
        return ("POST",) if name in verbs else methods
    closed = (
        {"POST", "PATCH", "DELETE"} if not entity.creatable else {"DELETE"} if not entity.trashable else set()
    )
    return tuple(method for method in methods if method not in closed)


def not_offered(*methods: str) -> HttpResponse:
    return problems.problem(405, _("This method is not offered here."), headers={"Allow": ", ".join(methods)})


def _answer(view: View, request: HttpRequest, actor: Actor, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        context = Context(actor, Reader.of(actor.workspace, actor.member.user if actor.member else None))
        return view(request, context, **kwargs)
    except BadRequest as error:
        return problems.problem(error.status, str(error))
    except RequestDataTooBig:
        return problems.problem(413, _("The request is too large."))
    except Moved as error:
        if request.method != "GET":
            return problems.of_refusal(error)
        path = request.get_full_path().replace(str(kwargs["record_id"]), str(error.into))
        return problems.problem(307, str(error), headers={"Location": path}, merged_into=str(error.into))
    except Refusal as error:
        return problems.of_refusal(error, reads_only=actor.read_only and request.method != "GET")


def json_answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(orjson.dumps(data), status=status, content_type="application/json", headers=headers)


# ---- views -----------------------------------------------------------------------------------------
@doorway("GET")
def openapi(request: HttpRequest, context: Context) -> HttpResponse:
    return json_answer(schema.document(context.actor))


@doorway("GET", "POST")
def collection(request: HttpRequest, context: Context, slug: str) -> HttpResponse:
    entity = entity_of(slug, context.actor)
    if request.method == "POST":
        return once(request, context, lambda: _create(request, context, entity))
    fields = entity.readable(context.actor)
    state = listing.ListState.read(request.GET)
    chosen = chosen_fields(request.GET, fields)
    order = listing.order_of(entity, fields, state.sort, context.actor)
    check_query(request.GET)
    rows = listing.restricted(entity, fields, state, context)
    columns = tuple(dict.fromkeys(column for f in chosen for column in f.columns()))
    page = listing.page(entity, rows, columns, order, state.after, size=_limit(request))
    return json_answer({"items": [row_json(row, chosen) for row in page.rows], "next": page.next or None})


def _create(request: HttpRequest, context: Context, entity: Entity) -> HttpResponse:
    fields = entity.readable(context.actor)
    values = body_of(request, fields, schema.input_schema(fields.values()))
    record = actions.create(entity, values, by=context.actor, context=context)
    return _one(entity, record.id, context, status=201, written=True)


@doorway("GET", "PATCH", "DELETE")
def record(request: HttpRequest, context: Context, slug: str, record_id: UUID) -> HttpResponse:
    entity, key = entity_of(slug, context.actor), record_id
    if request.method == "GET":
        return _one(entity, key, context)
    version = _version(request)
    if request.method == "DELETE":
        actions.trash(entity, key, by=context.actor, version=version)
        return HttpResponse(status=204)
    if version is None:
        actions.get(entity, key, by=context.actor)
        return problems.problem(428, _("Send the record's version as If-Match."))
    fields = entity.readable(context.actor)
    values = body_of(request, fields, schema.input_schema(fields.values(), partial=True))
    actions.update(entity, key, values, by=context.actor, version=version, context=context)
    return _one(entity, key, context, written=True)


@doorway("GET", "POST")
def part(request: HttpRequest, context: Context, slug: str, record_id: UUID, name: str) -> HttpResponse:
    """…/<id>/<name>: the record's small rows of that name, or a verb of the noun."""
    entity = entity_of(slug, context.actor)
    if detail := entity.detail(name):
        if request.method == "POST":
            return once(request, context, lambda: _add_detail(request, context, entity, record_id, detail))
        return json_answer({"items": _details(entity, record_id, detail, context)})
    if name == "restore" and entity.creatable and entity.trashable:
        return once(request, context, lambda: _restore(entity, record_id, context))
    verb = next((found for found in entity.actions if found.name == name), None)
    if verb is None:
        raise NotFound
    return once(request, context, lambda: _act(request, context, entity, record_id, verb))


@doorway("DELETE")
def detail(
    request: HttpRequest, context: Context, slug: str, record_id: UUID, name: str, row_id: UUID
) -> HttpResponse:
    entity = entity_of(slug, context.actor)
    found = details.detail_of(entity, name)
    if "remove" not in found.verbs:
        raise NotFound
    details.act(entity, record_id, found, row_id, "remove", context)
    return HttpResponse(status=204)


@doorway("POST")
def detail_verb(
    request: HttpRequest, context: Context, slug: str, record_id: UUID, name: str, row_id: UUID, verb: str
) -> HttpResponse:
    entity = entity_of(slug, context.actor)
    found = details.detail_of(entity, name)
    if verb == "remove" or verb not in found.verbs:
        raise NotFound
    details.act(entity, record_id, found, row_id, verb, context)
    return json_answer({"items": _details(entity, record_id, found, context)})


def _details(entity: Entity, record_id: UUID, detail: Detail, context: Context) -> list[Row]:
    fields = detail.fields()
    rows = details.rows(entity, record_id, detail, context)
    return [{"id": str(row["id"]), **{f.name: f.kind.json(f, row) for f in fields}} for row in rows]


def _add_detail(
    request: HttpRequest, context: Context, entity: Entity, record_id: UUID, detail: Detail
) -> HttpResponse:
    details.writable(entity, record_id, context)
    fields = {f.name: f for f in detail.fields() if not f.read_only}
    values = body_of(request, fields, schema.input_schema(fields.values()))
    added = str(details.add(entity, record_id, detail, parse_all(fields, values, context), context))
    rows = _details(entity, record_id, detail, context)
    return json_answer(next(row for row in rows if row["id"] == added), status=201)


def _restore(entity: Entity, key: UUID, context: Context) -> HttpResponse:
    actions.restore(entity, key, by=context.actor)
    return _one(entity, key, context, written=True)


def _act(request: HttpRequest, context: Context, entity: Entity, key: UUID, verb: Any) -> HttpResponse:
    found = actions.get(entity, key, by=context.actor)
    fields = {f.name: f for f in verb.fields}
    values = body_of(request, fields, schema.input_schema(verb.fields))
    if not verb.open_to(context.actor, entity.slug, found):
        raise NotAllowed
    asked = actions.in_currency_of(found, fields, context)
    verb.run(found, by=context.actor, **parse_all(fields, values, asked))
    return _one(entity, key, context, written=True)


@doorway("GET")
def summary(request: HttpRequest, context: Context, slug: str) -> HttpResponse:
    entity = entity_of(slug, context.actor)
    fields = entity.readable(context.actor)
    check_query(request.GET)
    rows = listing.restricted(entity, fields, listing.ListState.read(request.GET), context)
    by, total = request.GET.get("by", ""), request.GET.get("sum", "")
    return json_answer(summarise(fields, rows, context, by=by, total=total))


@csrf_exempt
def missing(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    with translation.override("ar" if request.headers.get("Accept-Language", "")[:2] == "ar" else "en"):
        return problems.problem(404, _("There is nothing at this address."))


# ---- parts -----------------------------------------------------------------------------------------
def entity_of(slug: str, actor: Actor) -> Entity:
    entity = registry.get(slug)
    if entity is None:
        raise NotFound
    if not entity.shown_to(actor):
        raise NotAllowed
    return entity


def row_json(row: Row, fields: list[Field]) -> Row:
    return {"id": str(row["id"]), "version": row["version"], **{f.name: f.kind.json(f, row) for f in fields}}


def _one(
    entity: Entity, key: UUID, context: Context, status: int = 200, *, written: bool = False
) -> HttpResponse:
    fields = list(entity.readable(context.actor).values())
    columns = dict.fromkeys(column for f in fields for column in f.columns())
    row = entity.visible_to(context.actor).filter(id=key).values("id", "version", *columns).first()
    if row is None:
        if not written:
            merged.refer(entity, key, by=context.actor)
            raise NotFound
        return json_answer({"id": str(key)}, status)  # given into hands that the actor does not see
    headers = {"ETag": f'"{row["version"]}"'}
    if status == 201:
        headers["Location"] = f"/api/v1/{entity.slug}/{key}"
    return json_answer(row_json(row, fields), status, headers)


def chosen_fields(asked: QueryDict, fields: dict[str, Field]) -> list[Field]:
    names = [name for name in asked.get("fields", "").split(",") if name]
    if unknown := [name for name in names if name not in fields]:
        raise Invalid({"fields": _("There is no field “%(name)s”.") % {"name": unknown[0][:40]}})
    return [fields[name] for name in names] if names else list(fields.values())


def check_query(asked: QueryDict) -> None:
    """A list on a page cuts what is too long; a program is told."""
    if len(asked.get("q", "")) > schema.MAX_QUERY or len(asked.getlist("f")) > schema.MAX_CONDITIONS:
        raise Invalid({"q": _("The question is too long.")})
    for text in asked.getlist("f"):
        if not re.match(schema.CONDITION, text):
            raise Invalid({"f": _("The list cannot be filtered by “%(name)s”.") % {"name": text[:40]}})


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", str(listing.PAGE))
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= schema.MAX_LIMIT:
        raise Invalid(
            {"limit": _("Between 1 and %(most)s rows can be asked for.") % {"most": schema.MAX_LIMIT}}
        )
    return int(text)


def _version(request: HttpRequest) -> int | None:
    text = request.headers.get("If-Match")
    if text is None:
        return None
    match = re.fullmatch(r'"?([0-9]{1,9})"?', text.strip(), re.ASCII)
    if not match:
        raise BadRequest(400, _("If-Match holds the record's version in quotes."))
    return int(match[1])


def body_of(request: HttpRequest, fields: dict[str, Field], shape: dict[str, Any]) -> dict[str, Any]:
    """The JSON object of the request, checked against its schema. Raises BadRequest, Invalid."""
    if request.content_type != "application/json":
        raise BadRequest(415, _("The body must be application/json."))
    try:
        data = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(400, _("The body is not JSON.")) from error
    if not isinstance(data, dict):
        raise BadRequest(400, _("The body must be a JSON object."))
    known = shape["properties"]
    errors = {str(name)[:80]: _unknown(fields, name) for name in data if name not in known}
    errors |= {
        name: wrong
        for name, value in data.items()
        if name in known and (wrong := complaint(known[name], value))
    }
    errors |= {name: _("This field is required.") for name in shape.get("required", []) if name not in data}
    if errors:
        raise Invalid(errors)
    return {name: _whole(known[name], value) for name, value in data.items()}


def _unknown(fields: dict[str, Field], name: str) -> str:
    return _("This field cannot be changed here.") if name in fields else _("There is no such field.")


def _whole(shape: dict[str, Any], value: Any) -> Any:
    """JSON Schema calls 49.0 an integer; so do we."""
    return int(value) if isinstance(value, float) and "integer" in shape["type"] else value


def once(request: HttpRequest, context: Context, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a POST once per Idempotency-Key and caller; the same key repeats the first answer."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", key):
        raise BadRequest(400, _("The Idempotency-Key has an unknown form."))
    same = hashlib.sha256(f"{request.path}\n".encode() + request.body).hexdigest()
    mine = {"member_id": context.actor.member_id, "key": key}
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - timedelta(days=1), **mine).delete()
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = IdempotencyKey.objects.create(request=same, **mine)
        except IntegrityError:
            return _repeat(IdempotencyKey.objects.get(**mine), same)
        response = act()  # a refusal rolls the key back with everything else
        kept.status, kept.answer = response.status_code, response.content.decode()
        kept.headers = {
            name: response.headers[name] for name in ("ETag", "Location") if name in response.headers
        }
        kept.save()
    return response


def _repeat(kept: IdempotencyKey, same: str) -> HttpResponse:
    if kept.request != same:
        raise Invalid({"": _("This Idempotency-Key belongs to another request.")})
    return HttpResponse(
        kept.answer, status=kept.status, content_type="application/json", headers=kept.headers
    )


__all__ = ["collection", "detail", "detail_verb", "missing", "openapi", "part", "record", "summary"]
