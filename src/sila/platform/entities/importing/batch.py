"""What the rows of one batch came to."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sila.platform.entities.importing.links import Made
from sila.platform.entities.importing.reading import Row
from sila.platform.entities.models import ImportRefusal
from sila.platform.entities.registry import Changes, Entity


@dataclass
class Batch:
    rows: list[Row]
    taken: set[UUID]  # the records that earlier rows are
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    notes: list[ImportRefusal] = field(default_factory=list)
    claimed: set[UUID] = field(default_factory=set)
    changed: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    beside: Counter[str] = field(default_factory=Counter)  # "noun.outcome" of the records beside
    made: list[Made] = field(default_factory=list)  # since a link named them
    added: list[tuple[Entity, Any]] = field(default_factory=list)
    altered: list[tuple[Entity, Any, Changes]] = field(default_factory=list)  # with what was there before
    further: list[tuple[Entity, Any, Changes]] = field(
        default_factory=list
    )  # with the small rows that it got
