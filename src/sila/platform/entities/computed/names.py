"""What a formula may call a field: by its name in either language, by its key, through one or two links."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from sila.platform.entities.kinds import LINKS, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold
from sila.platform.kit.formula import Reference, Type, Unknown

FARTHEST = 3  # names in a path: two links and a field
TYPES = {
    "number": Type.NUMBER,
    "money": Type.NUMBER,
    "date": Type.DATE,
    "datetime": Type.DATE,
    "bool": Type.BOOL,
    **dict.fromkeys(("text", "longtext", "time", "choice", "choices", "phone", "email", "url"), Type.TEXT),
}
LANGUAGES = ("ar", "en")


@dataclass(frozen=True)
class Step:
    """A field of a noun on the way of a path."""

    noun: Entity
    field: Field


def fields_of(noun: Entity) -> dict[str, Field]:
    """What a formula can read of a noun: of a mixed one also what the workspace added to its parts. How good a record
    is follows from all the rest, so it is not among it."""
    own = {name: f for part in noun.slices() for name, f in part.own_fields.items()} if noun.narrow else {}
    return {name: f for name, f in {**noun.fields, **own}.items() if name not in noun.marks}


def steps_of(noun: Entity, path: tuple[str, ...]) -> list[Step]:
    """Raises Unknown where a path of stored names leads nowhere any more."""
    steps = []
    for name in path:
        f = fields_of(noun).get(name)
        if f is None:
            raise Unknown(_("A field that this formula reads is hidden or gone."))
        steps.append(Step(noun, f))
        noun = registry[f.to] if f.kind.name in LINKS else noun
    return steps


class Finder:
    """Finds what formulas of one noun name."""

    def __init__(self, noun: Entity) -> None:
        self.noun = noun
        self._called: dict[str, dict[str, list[Field]]] = {}

    def __call__(self, text: str) -> Reference:
        """Raises Unknown."""
        steps = self._steps(self.noun, text, FARTHEST)
        last = steps[-1].field
        if last.kind.name in LINKS:
            if len(steps) == FARTHEST:
                raise Unknown(_("A formula can look two links far, not farther."))
            target = registry[last.to]
            steps.append(Step(target, fields_of(target)[target.title[0]]))
            last = steps[-1].field
        if last.kind.name not in TYPES:
            raise Unknown(_("“%(name)s” cannot be used in a formula.") % {"name": last.label})
        choices, labels = _choices(last) if last.kind.name == "choice" else ({}, {})
        path = tuple(step.field.name for step in steps)
        return Reference(path, TYPES[last.kind.name], self.name_of(steps), choices, labels)

    def _steps(self, noun: Entity, text: str, left: int) -> list[Step]:
        if f := self._field(noun, text):
            return [Step(noun, f)]
        for at in (at for at, letter in enumerate(text) if letter == "."):
            link = self._field(noun, text[:at])
            if link and link.kind.name in LINKS:
                if left == 1:
                    raise Unknown(_("A formula can look two links far, not farther."))
                return [Step(noun, link), *self._steps(registry[link.to], text[at + 1 :], left - 1)]
        raise Unknown(
            _("%(nouns)s have no field “%(name)s”.") % {"nouns": noun.plural, "name": text.strip()[:60]}
        )

    def _field(self, noun: Entity, text: str) -> Field | None:
        fields = fields_of(noun)
        if text.strip() in fields:
            return fields[text.strip()]
        found = self._names(noun).get(fold(text), [])
        if len(found) > 1:
            raise Unknown(
                _("Several fields are called “%(name)s”; write the key: %(keys)s.")
                % {"name": text.strip()[:60], "keys": ", ".join(f.name for f in found)}
            )
        return found[0] if found else None

    def _names(self, noun: Entity) -> dict[str, list[Field]]:
        if noun.slug not in self._called:
            called: dict[str, list[Field]] = {}
            for language in LANGUAGES:
                with override(language):
                    for f in fields_of(noun).values():
                        same = called.setdefault(fold(str(f.label)), [])
                        if f.name not in {other.name for other in same}:
                            same.append(f)
            self._called[noun.slug] = called
        return self._called[noun.slug]

    def name_of(self, steps: list[Step]) -> str:
        """As a person would write it: names of today, or keys where a name would lead elsewhere."""
        if len(steps) > 1 and steps[-1].field.name == steps[-1].noun.title[0]:
            steps = steps[:-1]  # a link alone means the name behind it
        return ".".join(self._name(step) for step in steps)

    def _name(self, step: Step) -> str:
        label = str(step.field.label)
        alone = len(self._names(step.noun).get(fold(label), [])) == 1
        return label if alone and label.strip() and not set(".[]\n") & set(label) else step.field.name


def _choices(f: Field) -> tuple[dict[str, set[str]], dict[str, str]]:
    called: dict[str, set[str]] = {choice.value: set() for choice in f.choices}
    for language in LANGUAGES:
        with override(language):
            for choice in f.choices:
                called[choice.value].add(fold(str(choice.label)))
    return called, {choice.value: str(choice.label) for choice in f.choices}


def offered(noun: Entity) -> Iterator[tuple[str, str]]:
    """(how to write it, label) of what formulas of the noun can begin with."""
    finder = Finder(noun)
    for f in fields_of(noun).values():
        if f.kind.name in LINKS or f.kind.name in TYPES:
            yield f"[{finder.name_of([Step(noun, f)])}]", str(f.label)


def offered_behind(noun: Entity) -> Iterator[tuple[str, str]]:
    """The same, one link away."""
    finder = Finder(noun)
    for link in fields_of(noun).values():
        if link.kind.name in LINKS:
            target = registry[link.to]
            for f in fields_of(target).values():
                if f.kind.name in TYPES and f.name != target.title[0]:
                    name = finder.name_of([Step(noun, link), Step(target, f)])
                    yield f"[{name}]", f"{link.label} · {f.label}"
