"""The parts of the OpenAPI document that are the same for every noun."""

from typing import Any

from sila.platform.entities.merging.verb import MOST

Schema = dict[str, Any]
PROBLEMS = {
    400: "The request cannot be understood.",
    401: "The token is missing, wrong or revoked.",
    403: "The role does not allow this.",
    404: "There is no such record, or the caller may not see it.",
    405: "The method is not offered here.",
    409: "The request conflicts with the record's state.",
    412: "The record has changed since the given version.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Some fields cannot take these values; `errors` names them.",
    428: "`If-Match` with the record's version is needed.",
    429: "Too many requests; see `Retry-After`.",
}
UUID_SCHEMA: Schema = {"type": "string", "format": "uuid"}
ID: Schema = {"name": "id", "in": "path", "required": True, "schema": UUID_SCHEMA}
ROW: Schema = {"name": "row", "in": "path", "required": True, "schema": UUID_SCHEMA}
IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The record's version, in quotes.",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'},
}
IDEMPOTENCY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key within a day repeats the first answer instead of the deed.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,80}$"},
}
MERGE: Schema = {
    "type": "object",
    "properties": {
        "others": {"type": "array", "items": UUID_SCHEMA, "minItems": 1, "maxItems": MOST - 1},
        "values": {
            "type": "object",
            "description": "Field: the id of the record whose value stays, or `all` where values can stand together.",
            "additionalProperties": {"type": "string"},
        },
    },
    "required": ["others"],
    "additionalProperties": False,
}
MERGED: Schema = {
    "type": "object",
    "properties": {
        "id": UUID_SCHEMA,
        "into": UUID_SCHEMA,
        "others": {"type": "array", "items": UUID_SCHEMA},
        "titles": {"type": "array", "items": {"type": "string"}},
        "status": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
    },
}
EXPORT: Schema = {
    "type": "object",
    "properties": {
        "format": {"type": "string", "description": "csv, xlsx, json or, of people and companies, vcf."},
        "f": {"type": "array", "items": {"type": "string"}, "maxItems": 20},
        "q": {"type": "string", "maxLength": 100},
        "sort": {"type": "string"},
        "fields": {"type": "array", "items": {"type": "string"}, "maxItems": 200},
        "ids": {"type": "array", "items": UUID_SCHEMA, "minItems": 1, "maxItems": 5_000},
    },
    "additionalProperties": False,
}
SUMMARY: Schema = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "sum": {"type": ["string", "null"]},
        "converted": {
            "type": "object",
            "description": "Of a money field alone: the whole in the workspace's currency, and by which rates.",
            "properties": {
                "currency": {"type": "string"},
                "sum": {"type": "string"},
                "rates": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "currency": {"type": "string"},
                            "day": {"type": "string", "format": "date"},
                            "rate": {"type": "string"},
                        },
                        "required": ["currency", "day", "rate"],
                    },
                },
                "without_rate": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["currency", "sum", "rates", "without_rate"],
        },
        "groups": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "value": {
                        "type": ["string", "null"],
                        "description": "Nothing where the field is empty, and where a link is closed to you.",
                    },
                    "label": {"type": "string"},
                    "count": {"type": "integer"},
                    "sum": {"type": ["string", "null"]},
                },
                "required": ["value", "label", "count", "sum"],
            },
        },
        "more": {"type": "boolean", "description": "Whether these are the largest groups of more."},
    },
    "required": ["count", "groups", "more"],
}
