"""What records hold in the text fields that the workspace added, as far as the words of a question may name it:
«عملاء العليا» where somebody's neighbourhood is «العليا».

A value is named by the whole of it. It is looked up in the index of the side table, a step for each field and run of
words, however many records hold it; and told only where the reader sees one of the newest of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection, models
from django.db.models.fields.json import KeyTextTransform

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import through
from sila.platform.entities.asking.words import LONGEST, STOP, loosened
from sila.platform.entities.kinds import Field
from sila.platform.entities.registry import Entity
from sila.platform.tenancy.current import current_id

FIELDS, RUNS = 20, 90  # that are looked for
FOUND = 4  # values of one question
NEWEST = 2_000  # records with the value, one of which the reader must see


@dataclass(frozen=True)
class Held:
    """A value that is there: the field as conditions name it, the words that say it, and how a record writes it."""

    name: str
    words: tuple[str, ...]
    written: str

    def said_by(self, words: list[str]) -> bool:
        first, *rest = words
        article = self.words[0].removeprefix("ال") == first.removeprefix("ال")
        return article and tuple(rest) == self.words[1:]


def held(entity: Entity, fields: Mapping[str, Field], words: list[str], actor: Actor) -> list[Held]:
    """The values that the words name, those of more words first."""
    names = _names(fields, actor)
    runs = list(dict.fromkeys(_runs(words)))[:RUNS]
    there = _there(set(names.values()), runs) if names and runs else set()
    named = [(name, run) for run in runs for name, key in names.items() if (key, run) in there]
    named.sort(key=lambda pair: -len(pair[1].split()))
    told = []
    for name, run in named[:FOUND]:
        if written := _written(entity, through.way_of(fields, name, actor), names[name], run, actor):
            told.append(Held(name, tuple(run.split()), written))
    return told


def _names(fields: Mapping[str, Field], actor: Actor) -> dict[str, str]:
    """Where such a value may stand: in the noun's own fields, then in those of what it links to. Each with its key."""
    every = (*fields.values(), *through.reached(fields, actor))
    own = [f.name for f in every if f.custom and f.kind.name == "text"]
    return {name: name.rpartition(through.MARK)[2] for name in own[:FIELDS]}


def _runs(words: list[str]) -> Iterator[str]:
    """The longest first; with the article and without it, and behind a particle that is written with it."""
    for length in range(LONGEST, 0, -1):
        for at in range(len(words) - length + 1):
            span = words[at : at + length]
            if len("".join(span)) < 3 or span[0] in STOP or span[-1] in STOP:
                continue
            rest = span[1:]
            for first in (span[0], *loosened(span[0])):
                yield " ".join([first, *rest])
                if not first.isascii():
                    bare = first.removeprefix("ال")
                    yield " ".join([bare if bare != first else f"ال{first}", *rest])


def _there(keys: Iterable[str], runs: list[str]) -> set[tuple[str, str]]:
    """(field, text) of those that some record holds: one step in the index for each."""
    keys, table = sorted(keys), connection.ops.quote_name(CustomValue._meta.db_table)
    tenant = models.UUIDField().get_db_prep_value(current_id(), connection)

    def listed(number: int) -> str:
        return ", ".join(["(CAST(%s AS text))"] * number)

    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked(field) AS (VALUES {listed(len(keys))}), said(run) AS (VALUES {listed(len(runs))})"  # noqa: S608
            " SELECT asked.field, said.run FROM asked CROSS JOIN said WHERE EXISTS"
            f" (SELECT 1 FROM {table} held WHERE held.tenant_id = %s AND held.field = asked.field"
            " AND held.text = said.run)",
            [*keys, *runs, tenant],
        )
        return {(field, run) for field, run in cursor.fetchall()}


def _written(entity: Entity, way: through.Way | None, key: str, run: str, actor: Actor) -> str:
    """As one of the records writes it that the reader sees; nothing if they see none, or nothing leads there."""
    noun = way.target if way else entity
    entries = CustomValue.objects.filter(field=key, text=run).order_by("-record_id")[:NEWEST]
    seen = noun.visible_to(actor).filter(id__in=entries.values("record_id")).order_by()
    written = seen.values_list(KeyTextTransform(key, "custom"), flat=True)[:1]
    if way and not entity.visible_to(actor).filter(way.leading_to(seen)).order_by().exists():
        return ""
    return str(next(iter(written), ""))
