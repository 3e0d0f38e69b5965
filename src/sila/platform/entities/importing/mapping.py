"""How a file becomes records: which column is which field, as a map file says or as it is guessed."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import date, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.guessing import column_key, names_of
from sila.platform.entities.importing.targets import MORE, split, targets, writable
from sila.platform.entities.kinds import Context, Field, Unreadable
from sila.platform.entities.models import ExternalId
from sila.platform.entities.registry import Entity
from sila.platform.kit.folding import fold

TEMPLATE = re.compile(r"\{([^{}|]+)(\|slug)?\}")
WORDS = {  # the settings that are one of a few words
    "dates": ("", "dmy", "mdy", "ymd"),
    "calendar": ("", "gregorian", "hijri", "both"),
    "bad_cells": ("refuse", "skip"),
    "empty_cells": ("keep", "clear"),
    "duplicates": ("update", "skip", "create", "ask"),
    "missing": ("create", "refuse"),
}
CHECKED = ("choice", "choices", "bool", "number")  # kinds whose words mean the same in every row
Errors = dict[str, str]


@dataclass
class Mapping:
    """`columns`: header -> target (see targets.py; "" leaves the column out)."""

    columns: dict[str, str] = field(default_factory=dict)
    external_id: str = ""
    source: str = "file"
    dates: str = ""  # dmy, mdy, ymd; "": guessed from the cells
    calendar: str = ""  # gregorian, hijri, both; "": likewise
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    distinct: bool = False  # rows that repeat a key are one record
    bad_cells: str = "refuse"  # or "skip": take the row without the cell, and report it
    empty_cells: str = "keep"  # or "clear": what a record has goes where the file has nothing
    duplicates: str = "update"  # of rows whose record is there; or "skip", "create", "ask"
    missing: str = "create"  # what a link names and is not there, if a name is all that it needs; or "refuse"
    sheet: str = ""  # of a workbook; "": the first one with cells
    only: dict[str, str] = field(
        default_factory=dict
    )  # column -> what a row must say there, "|" between words

    @classmethod
    def load(cls, path: Path) -> "Mapping":
        """From a TOML or JSON file. Raises Invalid with what is wrong in it, and where."""
        try:
            text = path.read_text(encoding="utf-8-sig")
            data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        except OSError as error:
            raise Invalid(
                {"map": _("The map file cannot be read: %(name)s") % {"name": path.name}}
            ) from error
        except (ValueError, RecursionError) as error:
            raise Invalid({"map": _("The map file is wrong: %(why)s") % {"why": error}}) from error
        errors: Errors = {}
        shaped = _shaped(data, errors)
        if errors:
            raise Invalid(errors)
        return cls(**shaped)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


# ---- the shape of a map file -----------------------------------------------------------------------
def _shaped(data: Any, errors: Errors) -> dict[str, Any]:
    """What the file holds, each setting of its own type."""
    if not isinstance(data, dict):
        errors["map"] = _("A map file holds settings and tables, such as [columns].")
        return {}
    shaped = {}
    known = {f.name: f.default for f in dataclass_fields(Mapping)}
    for name, value in data.items():
        if name not in known:
            errors[name] = _("A map has no such setting; it has: %(names)s.") % {"names": ", ".join(known)}
        elif name == "distinct":
            shaped[name] = value
            if not isinstance(value, bool):
                errors[name] = _("true or false is expected here, without quotation marks.")
        elif isinstance(known[name], str):
            shaped[name] = value
            if not isinstance(value, str):
                errors[name] = _("Text in quotation marks is expected here.")
        else:
            shaped[name] = _table(name, value, errors, nested=name == "values")
    return shaped


def _table(place: str, value: Any, errors: Errors, *, nested: bool = False) -> dict[str, Any]:
    if not isinstance(value, dict):
        errors[place] = _("A table is expected here.")
        return {}
    if nested:
        return {name.strip(): _table(f"{place}.{name}", inner, errors) for name, inner in value.items()}
    return {name.strip(): _text(f"{place}.{name}", inner, errors) for name, inner in value.items()}


def _text(place: str, value: Any, errors: Errors) -> str:
    """Where a value stands for a cell, a number, a day, true and false are what the cell would say."""
    if isinstance(value, int | float | date | time) and place.startswith(("values.", "constants.")):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if not isinstance(value, str):
        errors[place] = _("Text in quotation marks is expected here.")
        return ""
    return value


# ---- what it means for this file -------------------------------------------------------------------
def complete(mapping: Mapping, entity: Entity, context: Context, header: list[str]) -> Mapping:
    """The mapping with guesses for an empty one, checked. Raises Invalid for what cannot be meant."""
    from sila.platform.entities.importing.proposing import propose

    fields = targets(entity, context.actor)
    known = names_of(writable(entity, context.actor))
    mapping.constants = {_meant(name, fields, known): text for name, text in mapping.constants.items()}
    mapping.templates = {_meant(name, fields, known): text for name, text in mapping.templates.items()}
    if not mapping.columns:
        given = frozenset({*mapping.constants, *mapping.templates})
        _take_over(mapping, propose(entity, context.actor, header, given)[0])
    mapping.columns = {column: _meant(name, fields, known) for column, name in mapping.columns.items()}
    join_names(mapping, fields)
    errors = dict(
        [
            *_wrong_settings(mapping),
            *_unknown_columns(mapping, header),
            *_unknown_fields(mapping, fields),
            *_given_twice(mapping, fields),
        ]
    )
    if not errors:
        errors = dict([*_wrong_words(mapping, fields, context), *_missing(mapping, entity, fields, header)])
    if errors:
        raise Invalid(errors)
    return mapping


def _take_over(mapping: Mapping, proposal: Mapping) -> None:
    """What is proposed goes where nothing was said."""
    blank = Mapping()
    for f in dataclass_fields(Mapping):
        if getattr(mapping, f.name) == getattr(blank, f.name):
            setattr(mapping, f.name, getattr(proposal, f.name))
    if mapping.external_id:
        mapping.columns[mapping.external_id] = ""


def _meant(name: str, fields: dict[str, Field], known: dict[str, str]) -> str:
    """A map may name a field by its label, as the workspace calls it."""
    return name if name in fields else known.get(column_key(name), name)


def join_names(mapping: Mapping, fields: dict[str, Field]) -> None:
    """A file that has first and last names apart has no column for the whole name."""
    column_of = {name: column for column, name in mapping.columns.items() if name}
    given = {*column_of, *mapping.constants, *mapping.templates}
    for prefix in {name.removesuffix("given") for name in column_of if split(name)[1] == "given"}:
        if prefix + "name" not in fields or prefix + "name" in given:
            continue
        names = [prefix + name for name in ("given", "father", "grandfather", "family")]
        parts = [column_of[name] for name in names if name in column_of]
        mapping.templates[prefix + "name"] = " ".join("{" + part + "}" for part in parts)


def _wrong_settings(mapping: Mapping) -> Iterator[tuple[str, str]]:
    for name, words in WORDS.items():
        value = getattr(mapping, name)
        if value not in words:
            yield (
                name,
                _("“%(value)s” is not known here; possible are: %(words)s.")
                % {"value": value[:60], "words": ", ".join(filter(None, words))},
            )
    longest = ExternalId._meta.get_field("source").max_length or 0
    if not mapping.source.strip() or mapping.source == "row" or len(mapping.source) > longest:
        yield (
            "source",
            _("The name of the other system has 1 to %(most)s characters, and is not “row”.")
            % {"most": longest},
        )


def _unknown_columns(mapping: Mapping, header: list[str]) -> Iterator[tuple[str, str]]:
    """Each place in the map that names a column which the file does not have."""
    named = [(f"columns.{column}", column) for column in mapping.columns]
    named += [(f"values.{column}", column) for column in mapping.values]
    named += [(f"only.{column}", column) for column in mapping.only]
    named += [("external_id", mapping.external_id)] if mapping.external_id else []
    for name, template in mapping.templates.items():
        for part in re.findall(r"\{[^{}]*\}?|\}", template):
            found = TEMPLATE.fullmatch(part)
            named.append((f"templates.{name}", found[1].strip() if found else part))
    for place, column in named:
        if column not in header:
            yield place, _("The file has no column “%(name)s”.") % {"name": column[:60]}


def _unknown_fields(mapping: Mapping, fields: dict[str, Field]) -> Iterator[tuple[str, str]]:
    named = [(f"columns.{column}", name) for column, name in mapping.columns.items() if name]
    named += [(f"constants.{name}", name) for name in mapping.constants]
    named += [(f"templates.{name}", name) for name in mapping.templates]
    for place, name in named:
        if name not in fields or fields[name].read_only:
            yield place, _("There is no field “%(name)s” to write.") % {"name": name}


def _given_twice(mapping: Mapping, fields: dict[str, Field]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for column, name in mapping.columns.items():
        if name in seen and not split(name)[1].startswith(MORE):
            message = _("Two columns are matched to “%(field)s”.")
            yield f"columns.{column}", message % {"field": fields[name].label}
        seen |= {name} & fields.keys()
    for name in fields:
        if (name in seen) + (name in mapping.constants) + (name in mapping.templates) > 1:
            message = _("“%(field)s” is given more than once: by a column, a constant or a template.")
            yield name, message % {"field": fields[name].label}


def _wrong_words(mapping: Mapping, fields: dict[str, Field], context: Context) -> Iterator[tuple[str, str]]:
    """What the map itself says instead of a cell must be understood, before any row comes in."""
    said = [(f"constants.{name}", name, text) for name, text in mapping.constants.items()]
    for column, words in mapping.values.items():
        said += [
            (f"values.{column}.{word}", mapping.columns.get(column, ""), text) for word, text in words.items()
        ]
    for place, name, text in said:
        if name in fields and fields[name].kind.name in CHECKED and text.strip():
            try:
                fields[name].parse(text, context)
            except Unreadable as error:
                yield place, str(error)


def _missing(
    mapping: Mapping, entity: Entity, fields: dict[str, Field], header: list[str]
) -> Iterator[tuple[str, str]]:
    """Stop before the beginning if no row could have a title, rather than refuse them all."""
    title = entity.title[0]
    given = {*mapping.columns.values(), *mapping.constants, *mapping.templates}
    if not any([*mapping.columns.values(), *mapping.templates]):
        names = ", ".join(name[:60] for name in header[:12])
        yield "map", _("None of the columns is known: %(names)s") % {"names": names}
    elif title not in given and title in fields and fields[title].required:
        yield (
            "map",
            _("No column holds “%(field)s”, and a record cannot be without it.")
            % {"field": fields[title].label},
        )


def fill(template: str, cells: dict[str, str]) -> str:
    """`{column}` and `{column|slug}` replaced by the row's cells."""

    def one(match: re.Match[str]) -> str:
        value = cells.get(match[1].strip(), "")
        return re.sub(r"[^a-z0-9]+", ".", fold(value)).strip(".") if match[2] else value

    return TEMPLATE.sub(one, template)
