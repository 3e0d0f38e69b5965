"""What a file most likely means, before anybody has said anything: by the program that wrote it, or by its words."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from django.utils.translation import override

from sila.platform.access.actor import Actor
from sila.platform.entities.importing.guessing import (
    bare,
    column_key,
    guess,
    names_of,
    synonyms_of,
    words_for,
)
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.programs import Export, recognise
from sila.platform.entities.importing.table import Table
from sila.platform.entities.importing.targets import in_order, partners, targets, ties, writable
from sila.platform.entities.kinds import Field
from sila.platform.entities.registry import Entity
from sila.platform.kit.errors import SheetError

LOOKED_AT = 8  # sheets


def propose(
    entity: Entity, by: Actor, header: list[str], besides: frozenset[str] = frozenset()
) -> tuple[Mapping, str]:
    """A mapping for the columns, and the name of the program that wrote the file, or "".

    `besides`: fields that are given in another way than by a column.
    """
    own = {name: f for name, f in writable(entity, by).items() if name not in besides}
    export = recognise(entity.slug, header)
    if export:
        return _of_program(export, entity, by, header, own), export.program
    columns = guess(entity, own, header)
    return Mapping(columns=_with_others(entity, by, columns)), ""


def likely_sheet(path: Path | str, names: Sequence[str], entity: Entity, by: Actor) -> str:
    """Of the sheets of a workbook, in their order, the one to begin with: "" is the first, unless none of its columns is
    known and another one has some. Raises SheetError where the first cannot be read."""

    def known(name: str) -> int:
        proposal, _program = propose(entity, by, Table(path, name).header)
        return sum(bool(target) for target in proposal.columns.values())

    if len(names) < 2 or known(""):
        return ""
    found = {}
    for name in names[1:LOOKED_AT]:
        with suppress(SheetError):
            found[name] = known(name)
    best = max(found, key=lambda name: found[name], default="")
    return best if found.get(best) else ""


def _of_program(
    export: Export, entity: Entity, by: Actor, header: list[str], own: dict[str, Field]
) -> Mapping:
    known = targets(entity, by)
    link_to: dict[str, str] = {}
    nouns = [entity, *partners(entity, by)]
    for link, slug in ties(entity, nouns, by).items():
        link_to.setdefault(f"{slug}.name", link)
    meant = {
        column: target if target in known and not known[target].read_only else link_to.get(target, "")
        for column, target in export.targets(header).items()
    }
    free = {name: f for name, f in own.items() if name not in meant.values()}
    rest = guess(entity, free, [column for column in header if column not in meant])
    there = {column_key(column): column for column in header}
    external = there.get(column_key(export.external_id), "") if export.external_id else ""
    columns = {column: meant.get(column, rest.get(column, "")) for column in header}
    return Mapping(
        columns=columns | ({external: ""} if external else {}),
        external_id=external,
        source=export.source,
        dates=export.dates,
        bad_cells="skip",
        values={name: dict(words) for name, words in export.values.items() if name in header},
        only={name: words for name, words in export.only.items() if name in header},
    )


# ---- several nouns in one row ------------------------------------------------------------------------
def _with_others(entity: Entity, by: Actor, columns: dict[str, str]) -> dict[str, str]:
    """Columns such as “Company phone” and «قيمة الصفقة» belong to what stands beside. Its name is then no link to a
    record that must be there already, but makes one."""
    found = dict(columns)
    for noun in partners(entity, by):
        names = dict(_called(noun, by))
        for column, target in columns.items():
            name = names.get(_plain(column), "")
            if name and not target and f"{noun.slug}.{name}" not in found.values():
                found[column] = f"{noun.slug}.{name}"
    _make_instead_of_link(entity, by, found)
    return found


def _make_instead_of_link(entity: Entity, by: Actor, found: dict[str, str]) -> None:
    named = {target.split(".")[0] for target in found.values() if "." in target}
    beside = [noun for noun in partners(entity, by) if noun.slug in named]
    joined = ties(entity, partners(entity, by), by)
    for column, target in found.items():
        if named and target in joined:
            noun = next(noun for noun in partners(entity, by) if noun.slug == joined[target])
            found[column] = f"{noun.slug}.{noun.title[0]}"
    for noun in in_order(beside, by):
        if (
            f"{noun.slug}.{noun.title[0]}" not in found.values()
            and f"{noun.slug}.given" not in found.values()
        ):
            for column, target in found.items():  # a record without a name cannot be
                found[column] = "" if target.startswith(f"{noun.slug}.") else target


def _called(noun: Entity, by: Actor) -> Iterator[tuple[str, str]]:
    """“company phone”, «هاتف شركه» -> phone: the noun's words before or behind those of the field."""
    fields = writable(noun, by)
    known = {**synonyms_of(noun, fields), **names_of(fields)}
    for word in _words(noun):
        yield _plain(word), noun.title[0]
        for text, name in known.items():
            yield f"{word} {_plain(text)}", name
            yield f"{_plain(text)} {word}", name
        for text in ("name", "اسم"):
            yield f"{word} {text}", noun.title[0]
            yield f"{text} {word}", noun.title[0]


def _words(noun: Entity) -> list[str]:
    words = list(words_for(noun.slug))
    for language in ("en", "ar"):
        with override(language):
            words.append(str(noun.name))
    return list(dict.fromkeys(_plain(word) for word in words))


def _plain(text: str) -> str:
    return bare(column_key(text))
