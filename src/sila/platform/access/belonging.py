"""What belongs to another record, as the lines of a quote to the quote, has no rights of its own: who may see or change
the record may see or change what belongs to it. What is guarded is seen by those alone who may change the record."""

from dataclasses import dataclass

_CHANGES = {"create": "edit", "delete": "edit"}  # a line less is a change of its quote


@dataclass(frozen=True)
class Belonging:
    """`link` is the field by which a row says to which record of the noun `slug` it belongs."""

    slug: str
    link: str
    guarded: bool = False


_known: dict[str, Belonging] = {}


def declare(slug: str, belonging: Belonging) -> None:
    _known[slug] = belonging


def belonging(slug: str) -> Belonging | None:
    return _known.get(slug)


def answering(slug: str, verb: str) -> tuple[str, str]:
    """The noun and the verb of it by which a verb on this noun is decided."""
    whole = _known.get(slug)
    if whole is None:
        return slug, verb
    return whole.slug, "edit" if whole.guarded and verb == "view" else _CHANGES.get(verb, verb)
