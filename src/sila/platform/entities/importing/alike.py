"""What a noun's matcher tells an import: whom a row may be already."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid
from sila.platform.kit.text import listed

Values = Mapping[str, Any]


class Alike(NamedTuple):
    """The record that a row surely is, and why, in words."""

    id: UUID
    title: str
    reasons: Sequence[str] = ()


class Crowd(Protocol):
    """Whoever the rows of a batch may be, read once for all of them."""

    def find(self, values: Values) -> Alike | None:
        """The one record that these values surely are, if the actor may see it."""

    def add(self, values: Values, record: Any) -> None:
        """A row has become this record: later ones may be it."""


Gather = Callable[..., Crowd]  # gather(rows, by=)


class MayBeThere(Invalid):
    """A row waits for an answer: it may be the record that is there already."""

    def __init__(self, like: Alike) -> None:
        self.like = like
        text = _("It may be “%(title)s”, who is here already: %(reasons)s.")
        bare = _("“%(title)s” is here already.")
        told = (text if like.reasons else bare) % {"title": like.title, "reasons": listed(like.reasons)}
        super().__init__({"": told})
