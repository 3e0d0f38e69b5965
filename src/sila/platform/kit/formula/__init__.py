"""The language of formula fields: pure, typed, total. See docs/formulas.md.

`parse` reads a text, `check` finds its names and types, `evaluate` says what it comes to. Every function gives a
value or nothing (None): nothing that a record holds can make a formula fail, loop or grow without end.
"""

from sila.platform.kit.formula.checking import Formula, Reference, Unknown, check
from sila.platform.kit.formula.evaluating import Setting, evaluate
from sila.platform.kit.formula.functions import FUNCTIONS, Function
from sila.platform.kit.formula.parsing import LONGEST, parse
from sila.platform.kit.formula.problems import Problem
from sila.platform.kit.formula.restating import keep, restate
from sila.platform.kit.formula.tree import Type, divides

__all__ = [
    "FUNCTIONS",
    "LONGEST",
    "Formula",
    "Function",
    "Problem",
    "Reference",
    "Setting",
    "Type",
    "Unknown",
    "check",
    "divides",
    "evaluate",
    "keep",
    "parse",
    "restate",
]
