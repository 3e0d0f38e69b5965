"""Finds the fields that a formula names and the type of every part. What has passed cannot fail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from sila.platform.kit.folding import fold
from sila.platform.kit.formula.functions import ARABIC, FUNCTIONS, OPERATORS, Function
from sila.platform.kit.formula.problems import Problem
from sila.platform.kit.formula.tree import (
    Apply,
    Call,
    Constant,
    Literal,
    Named,
    Node,
    Read,
    Type,
    Typed,
    Value,
)

ORDERED = (Type.NUMBER, Type.DATE, Type.TEXT)


class Unknown(ValueError):
    """There is no such field; the text is for the person."""


@dataclass(frozen=True)
class Reference:
    """The field that a name means. `path`: links, then a field, by what never changes. `choices`: stored value ->
    its names, folded."""

    path: tuple[str, ...]
    type: Type
    name: str = ""  # as its reader calls it today
    choices: dict[str, set[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)  # of the choices, as they are called today


Find = Callable[[str], Reference]  # raises Unknown
Replacements = list[tuple[int, int, str]]


@dataclass
class Formula:
    """`kept` says what to write in place of names that may change: of fields their path, of choices their value;
    `shown` says how they are called today."""

    tree: Typed
    paths: set[tuple[str, ...]] = field(default_factory=set)
    kept: Replacements = field(default_factory=list)
    shown: Replacements = field(default_factory=list)
    of_today: bool = False

    @property
    def type(self) -> Type:
        return self.tree.type


def check(node: Node, find: Find) -> Formula:
    """Raises Problem."""
    checker = _Checker(find)
    tree = checker.understood(node)
    formula = Formula(tree, checker.paths, checker.kept, checker.shown, checker.of_today)
    if formula.type == Type.NOTHING:
        raise Problem(_("This formula is always empty."), node.start, node.end)
    return formula


class _Checker:
    def __init__(self, find: Find) -> None:
        self.find = find
        self.paths: set[tuple[str, ...]] = set()
        self.kept: Replacements = []
        self.shown: Replacements = []
        self.of_today = False

    def understood(self, node: Node) -> Typed:
        if isinstance(node, Literal):
            return Constant(_type_of(node.value), node.value)
        if isinstance(node, Named):
            reference = self.reference(node)
            return Read(reference.type, reference.path)
        assert isinstance(node, Call)
        if node.name in ("=", "!=") and (chosen := self.choice(node)):
            return chosen
        self.of_today |= node.name == "today"
        function = FUNCTIONS.get(node.name) or OPERATORS[node.name]
        self._counted(function, node)
        args = [self.understood(arg) for arg in node.args]
        return Apply(self._fitting(function, node, args), node.name, tuple(args))

    def reference(self, node: Named) -> Reference:
        try:
            found = self.find(node.text)
        except Unknown as error:
            raise Problem(str(error), node.start, node.end) from error
        self.paths.add(found.path)
        path = ".".join(found.path)
        self.kept.append((node.start, node.end, f"[{path}]"))
        self.shown.append((node.start, node.end, f"[{found.name or path}]"))
        return found

    def choice(self, node: Call) -> Typed | None:
        """A choice compared with a word: the word is one of the choices, and stays so when that is renamed."""
        sides = [
            (a, b) for a, b in (node.args, node.args[::-1]) if isinstance(a, Named) and isinstance(b, Literal)
        ]
        if not sides or not isinstance(sides[0][1].value, str) or not sides[0][1].value:
            return None
        named, word = sides[0]
        mark = len(self.kept)
        reference = self.reference(named)
        if not reference.choices:
            del self.kept[mark:], self.shown[mark:]
            return None
        wanted = fold(str(word.value))
        value = next(
            (v for v, names in reference.choices.items() if v == word.value or wanted in names), None
        )
        if value is None:
            text = _("“%(value)s” is not one of the choices.") % {"value": word.value}
            raise Problem(text, word.start, word.end)
        for pieces, text in ((self.kept, value), (self.shown, reference.labels.get(value, value))):
            pieces.append((word.start, word.end, '"' + text.replace('"', '""') + '"'))
        read = Read(Type.TEXT, reference.path, coded=True)
        return Apply(Type.BOOL, node.name, (read, Constant(Type.TEXT, value)))

    def _counted(self, function: Function, node: Call) -> None:
        given, takes = len(node.args), function.takes
        least = sum(not kind.endswith(("?", "*")) for kind in takes)
        most = None if any(kind.endswith("*") for kind in takes) else len(takes)
        if given < least or (most is not None and given > most):
            text = _("“%(name)s” takes %(takes)s values here, not %(given)s.")
            wanted = str(least) if least == most else f"{least}+" if most is None else f"{least}–{most}"
            raise Problem(
                text % {"name": called(node.name), "takes": wanted, "given": given}, node.start, node.end
            )

    def _fitting(self, function: Function, node: Call, args: list[Typed]) -> Type:
        """The type that the function gives. Raises Problem for the first part of a wrong type."""
        same: Type = Type.NOTHING
        for number, (part, arg) in enumerate(zip(node.args, args, strict=True)):
            wanted = function.takes[min(number, len(function.takes) - 1)].rstrip("?*")
            if wanted == "same":
                if same != Type.NOTHING and arg.type not in (same, Type.NOTHING):
                    raise _mismatch(node, part, str(same.label), arg.type)
                same = same if arg.type == Type.NOTHING else arg.type
            elif wanted == "shown" and arg.type == Type.BOOL:
                raise _mismatch(node, part, _("a text, a number or a date"), arg.type)
            elif wanted not in ("any", "shown") and arg.type not in (wanted, Type.NOTHING):
                raise _mismatch(node, part, str(Type(wanted).label), arg.type)
        if node.name in ("<", "<=", ">", ">=", "min", "max") and same not in ORDERED:
            raise _mismatch(node, node.args[0], _("a number, a date or a text"), same)
        return same if function.gives == "same" else Type(function.gives)


def called(name: str) -> str:
    """What a person knows a function or a sign by."""
    from django.utils.translation import get_language

    return "-" if name == "minus" else (ARABIC.get(name) or name) if get_language() == "ar" else name


def _mismatch(node: Call, part: Node, wanted: str, got: Type) -> Problem:
    text = _("“%(name)s” expects %(wanted)s here, but this is %(given)s.")
    said = {"name": called(node.name), "wanted": wanted, "given": got.label}
    return Problem(text % said, part.start, part.end)


def _type_of(value: Value) -> Type:
    if isinstance(value, bool):
        return Type.BOOL
    return Type.NUMBER if isinstance(value, Decimal) else Type.TEXT
