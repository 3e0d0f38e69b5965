"""Why a verb says no. Pages, API and import each show these in their own way."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _


class Refusal(Exception):
    """The base of every no."""


class NotFound(Refusal):
    """No such record, or none that this actor may see: the two look the same."""

    def __str__(self) -> str:
        return _("This record was not found.")


class Moved(NotFound):
    """The record was merged into another one, which the actor may see."""

    def __init__(self, into: UUID) -> None:
        super().__init__()
        self.into = into

    def __str__(self) -> str:
        return _("This record was merged into another one.")


class NotAllowed(Refusal):
    """The actor sees the record but may not do this."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else _("You may not do this.")


class Invalid(Refusal):
    """Some fields cannot take what was given. Keys are field names; "" holds what concerns the whole."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" if name else text for name, text in errors.items()))
        self.errors = dict(errors)


class Wanting(Invalid):
    """A verb wants something more before it can be done, and a dialog may ask for it right away.

    `fields`: what it asks besides the record's own fields that `errors` names. `supply(values, by=…)` takes that in and
    gives "", and the verb is tried again; or the words that tell what was done in its place.
    """

    def __init__(
        self,
        errors: Mapping[str, str],
        *,
        title: str = "",
        submit: str = "",
        fields: tuple[Any, ...] = (),
        supply: Callable[..., str] | None = None,
    ) -> None:
        super().__init__(errors)
        self.title, self.submit, self.fields, self.supply = title, submit, fields, supply


class Stale(Refusal):
    """Someone else changed the record since it was read.

    `mine` names the fields that this would change, `both` those of them that the others have changed too.
    """

    def __init__(self, record: Any, mine: Iterable[str] = (), both: Iterable[str] = ()) -> None:
        super().__init__()
        self.record, self.mine, self.both = record, tuple(mine), tuple(both)

    def __str__(self) -> str:
        return _("Someone else has changed this record since you opened it.")
