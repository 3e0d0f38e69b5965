"""From words to a tree, by recursive descent: or, and, not, comparison, + - &, * /, sign, the rest."""

from decimal import Decimal

from django.utils.translation import gettext as _

from sila.platform.kit.folding import fold, latin_digits
from sila.platform.kit.formula.functions import FUNCTIONS, WORDS
from sila.platform.kit.formula.problems import Problem
from sila.platform.kit.formula.tokens import Token, tokens
from sila.platform.kit.formula.tree import Call, Literal, Named, Node

LONGEST = 2_000  # characters
MOST = 400  # parts
DEEPEST = 60  # of parts inside parts
NESTED = 30  # of brackets inside brackets
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def parse(source: str) -> Node:
    """Raises Problem."""
    if len(source) > LONGEST:
        raise Problem(_("At most %(count)s characters.") % {"count": LONGEST}, LONGEST, len(source))
    parser = _Parser(list(tokens(source)))
    tree = parser.any()
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, words: list[Token]) -> None:
        self.words, self.at = words, 0
        self.parts = self.nested = 0

    # ---- words -------------------------------------------------------------------------------------
    @property
    def word(self) -> Token:
        return self.words[self.at]

    def said(self) -> str:
        """The word that stands here, if it is one of the language, in English."""
        return WORDS.get(fold(self.word.text), "") if self.word.kind == "name" else ""

    def take(self) -> Token:
        token = self.word
        self.at += 1
        return token

    def sign(self, *signs: str) -> str:
        """The sign that stands here, taken, if it is one of these."""
        if self.word.kind == "sign" and self.word.text in signs:
            return self.take().text
        return ""

    def expect(self, sign: str) -> Token:
        if self.word.kind != "sign" or self.word.text != sign:
            raise Problem(_("“%(sign)s” is missing here.") % {"sign": sign}, *self._here())
        return self.take()

    def expect_end(self) -> None:
        if self.word.kind != "end":
            raise Problem(_("The formula should have ended before this."), *self._here())

    def _here(self) -> tuple[int, int]:
        if self.word.kind == "end" and self.at:
            return self.words[self.at - 1].start, self.words[self.at - 1].end
        return self.word.start, self.word.end

    # ---- parts -------------------------------------------------------------------------------------
    def call(self, name: str, args: tuple[Node, ...], start: int, end: int) -> Call:
        self.parts += 1 + len(args)
        depth = 1 + max((arg.depth for arg in args if isinstance(arg, Call)), default=0)
        if self.parts > MOST:
            raise Problem(_("The formula has too many parts."), start, end)
        if depth > DEEPEST:
            raise Problem(_("The formula is nested too deeply."), start, end)
        return Call(start, end, name, args, depth)

    def pair(self, name: str, left: Node, right: Node) -> Call:
        return self.call(name, (left, right), left.start, right.end)

    def any(self) -> Node:
        self.nested += 1
        if self.nested > NESTED:
            raise Problem(_("The formula is nested too deeply."), *self._here())
        left = self.all()
        while self.said() == "or":
            self.take()
            left = self.pair("or", left, self.all())
        self.nested -= 1
        return left

    def all(self) -> Node:
        left = self.negation()
        while self.said() == "and":
            self.take()
            left = self.pair("and", left, self.negation())
        return left

    def negation(self) -> Node:
        turns = []
        while self.said() == "not":
            turns.append(self.take())
        node = self.comparison()
        for turn in reversed(turns):
            node = self.call("not", (node,), turn.start, node.end)
        return node

    def comparison(self) -> Node:
        left = self.sum()
        if sign := self.sign(*COMPARISONS):
            left = self.pair(sign, left, self.sum())
        return left

    def sum(self) -> Node:
        left = self.product()
        while sign := self.sign("+", "-", "&"):
            left = self.pair(sign, left, self.product())
        return left

    def product(self) -> Node:
        left = self.signed()
        while sign := self.sign("*", "/"):
            left = self.pair(sign, left, self.signed())
        return left

    def signed(self) -> Node:
        turns = []
        while self.word.kind == "sign" and self.word.text in "+-":
            turns.append(self.take())
        node = self.atom()
        for turn in reversed(turns):
            if turn.text == "-":
                node = self.call("minus", (node,), turn.start, node.end)
        return node

    def atom(self) -> Node:
        token = self.word
        if token.kind == "number":
            self.take()
            return Literal(token.start, token.end, Decimal(latin_digits(token.text).replace("٫", ".")))
        if token.kind == "text":
            self.take()
            return Literal(token.start, token.end, token.text)
        if token.kind == "field":
            self.take()
            return Named(token.start, token.end, token.text)
        if self.sign("("):
            inner = self.any()
            self.expect(")")
            return inner
        if token.kind == "name":
            return self.named()
        raise Problem(_("Something is missing here."), *self._here())

    def named(self) -> Node:
        said, token = self.said(), self.take()
        if said in ("true", "false"):
            return Literal(token.start, token.end, said == "true")
        if self.word.kind == "sign" and self.word.text == "(":
            if said in FUNCTIONS or said in ("and", "or"):
                return self.arguments(said, token)
            raise Problem(
                _("There is no function “%(name)s”.") % {"name": token.text}, token.start, token.end
            )
        return Named(token.start, token.end, token.text)

    def arguments(self, name: str, token: Token) -> Node:
        self.expect("(")
        args = []
        if not self.sign(")"):
            args.append(self.any())
            while self.sign(","):
                args.append(self.any())
            self.expect(")")
        return self.call(name, tuple(args), token.start, self.words[self.at - 1].end)
