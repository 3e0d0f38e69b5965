"""What approval can be asked for. The apps above declare it: in which words, how it is measured, what a yes brings."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds.base import Context, Text

# What is asked about, as JSON: {"amount": 500000, "currency": "SAR", "stage": "…"}. What stands under "said" are words
# for people (names as they were); they are not part of what is approved.
Facts = dict[str, Any]


@dataclass(frozen=True)
class Measure:
    """How much is asked for: an amount in units of its currency, or a number without one, such as percent."""

    value: Decimal
    currency: str = ""


@dataclass(frozen=True)
class Approver:
    """Whom it is put to; neither: whoever has the authority, and administrators."""

    member: UUID | None = None
    role: UUID | None = None


def _anybody(record: Any, facts: Facts) -> Approver:
    return Approver()


@dataclass(frozen=True)
class ApprovalKind:
    """`facts_of` makes the facts from what a page or a program gives, and raises Invalid. `wanted` says whether they need
    anybody's approval at all; empty, they do as soon as the workspace has set an authority limit for the kind. `limit` is
    the kind whose authority limits count for it: the same holds for several nouns; empty, its own."""

    key: str
    label: Text  # what an authority limit calls it
    noun: str  # the slug of the records that it is about
    say: Callable[[Facts, Context], str]  # what is asked for, in the reader's words
    measure: Callable[[Facts], Measure]
    facts_of: Callable[[Any, dict[str, Any], Actor], Facts]
    wanted: Callable[[Any, Facts], bool] | None = None
    approvers: Callable[[Any, Facts], Approver] = _anybody
    approved: Callable[..., None] | None = None  # (record, facts, by=…): what a yes brings about
    limit: str = ""

    @property
    def limited_by(self) -> str:
        return self.limit or self.key


_kinds: dict[str, ApprovalKind] = {}


def declare(kind: ApprovalKind) -> ApprovalKind:
    if kind.key in _kinds:
        raise ValueError(f"The kind of approval {kind.key} is declared twice.")
    _kinds[kind.key] = kind
    return kind


def kind_of(key: str) -> ApprovalKind | None:
    return _kinds.get(key)


def kinds_about(slug: str) -> list[ApprovalKind]:
    return [kind for kind in _kinds.values() if kind.noun == slug]


def choices() -> list[tuple[str, Text]]:
    """The kinds for which authority has limits."""
    return [(kind.key, kind.label) for kind in _kinds.values() if not kind.limit]
