"""Names of companies: what they are known by, what they do, where they are. A weight is log2(m/u), see scoring."""

from typing import NamedTuple

from sila.parties.matching.evidence import Reason
from sila.parties.matching.lexicon import TRANSLATED, brand_rarity
from sila.parties.matching.people import SHARE
from sila.parties.matching.profile import CompanyName
from sila.parties.matching.words import SAME, SOUND, TYPO, alike, is_arabic

_MOST = 16.0
_WHOLE = 2.0  # nothing is left over on either side
_PLACE = 4.0
_CONCEPT = 2.5  # a shared line of business
OTHER_NAME, EXTRA_WORD = -15.0, -3.0
OTHER_TRADE, EXTRA_TRADE = -12.0, -2.0
# Branches of a chain share name, domain and switchboard; they are told apart by nothing but this.
OTHER_BRANCH, EXTRA_BRANCH = -25.0, -10.0
_OF_PLACE = frozenset(
    {"international", "arab", "saudi", "national", "group", "holding", "centre", "office", "general"}
)


def compare_companies(a: CompanyName, b: CompanyName) -> list[Reason]:
    if not any((a.core, a.concepts, a.branch)) or not any((b.core, b.concepts, b.branch)):
        return []
    shared = a.concepts & b.concepts
    core = _core(a.core, b.core, known=bool(shared or a.branch & b.branch))
    if core is None:
        return [Reason("name_differs", OTHER_NAME)]
    bits = core.bits + _CONCEPT * len(shared) * (1 if a.core and b.core else 2)
    if not (a.core or b.core):
        bits += _PLACE * len(a.branch & b.branch)  # «بنك الرياض» has no other name
    bits += EXTRA_WORD * core.extra + (_WHOLE if _whole(a, b, core) else 0)
    if bits <= 0:
        return [Reason("name_differs", bits)]
    code = "name" if core.likeness >= SAME else "name_sound" if core.likeness >= SOUND else "name_typo"
    return [
        Reason("name_part" if core.extra else code, min(bits, _MOST)),
        *_trade(a, b, core),
        *_branch(a, b),
    ]


def _whole(a: CompanyName, b: CompanyName, core: "Core") -> bool:
    """The same words in either letters, and the same trade: there is nothing of it left to tell two apart."""
    alone = len(a.core) == 1 and not a.concepts  # one word in other letters may be another one
    rest = a.concepts == b.concepts and a.branch == b.branch and a.numbers == b.numbers
    return a == b or (rest and not alone and not core.extra and core.likeness >= SOUND)


class Core(NamedTuple):
    """Of the words that companies are known by: bits, the least likeness, how many `a` has alone, and `b`."""

    bits: float
    likeness: float
    over: int = 0
    left: int = 0
    translated: bool = False  # in two scripts: what is left over on either side may be the same word

    @property
    def extra(self) -> float:
        """As many left over on both sides are likely the same words, one by one."""
        if not self.translated:
            return self.over + self.left
        return self.over / 2 if self.over == self.left else max(self.over, self.left)


def _core(a: tuple[str, ...], b: tuple[str, ...], *, known: bool) -> Core | None:
    """None: two names. What is left over on both sides makes them two, unless it may be a translation: then
    trade and place have to be `known` to be shared."""
    joined = alike("".join(a), "".join(b)) if a and b and len(a) != len(b) else 0
    if joined >= TYPO:
        return Core(sum(map(brand_rarity, a)) * SHARE[joined], joined)
    bits, likeness, left, over = 0.0, SAME, list(b), 0
    for word in a:
        found, best = max(((_likeness(word, each), each) for each in left), default=(0.0, ""))
        if found >= TYPO:
            left.remove(best)
            share = SHARE[found]
            if found == TYPO and _of_one_length(word, best):
                bits, share = bits + EXTRA_WORD, share / 2
            bits, likeness = bits + brand_rarity(word) * share, min(likeness, found)
        else:
            over += 1
    two_scripts = is_arabic("".join(a)) != is_arabic("".join(b))
    if a and b and not (two_scripts and (bits or known)) and (not bits or (over and left)):
        return None
    return Core(bits, likeness, over, len(left), two_scripts)


def _of_one_length(a: str, b: str) -> bool:
    """«أوتاد» and «أوتار»: a letter in place of another makes a word of its own more often than a slip, in short words."""
    return len(a) == len(b) <= 6 and sorted(a) != sorted(b)


def _likeness(a: str, b: str) -> float:
    """«الخليج» is Gulf, and Khaleej as well; «أورينت» is Orient in other letters."""
    meant, other = TRANSLATED.get(a, a), TRANSLATED.get(b, b)
    if meant == other:
        return SAME
    return max(alike(a, b), alike(meant, other) if (meant, other) != (a, b) else 0.0)


def _trade(a: CompanyName, b: CompanyName, core: Core) -> list[Reason]:
    """Another trade is another company of the family; one more word is often left out. Of a trade that no list has
    its words are left over: «Golden Wheat Bakery» and «Golden Wheat Mills»."""
    only_a, only_b = a.concepts - b.concepts, b.concepts - a.concepts
    if only_a and only_b:
        return [Reason("trade_differs", OTHER_TRADE)]
    if not core.translated and ((only_a and core.left) or (only_b and core.over)):
        return [Reason("trade_differs", OTHER_TRADE / 2)]
    weighty = (only_a | only_b) - _OF_PLACE
    loss = EXTRA_TRADE * min(2, len(weighty)) + EXTRA_TRADE / 2 * len((only_a | only_b) & _OF_PLACE)
    return [Reason("trade_differs", loss)] if loss else []


def _branch(a: CompanyName, b: CompanyName) -> list[Reason]:
    if a.numbers != b.numbers:
        both = a.numbers and b.numbers
        return [Reason("number_differs", OTHER_BRANCH if both else EXTRA_BRANCH)]
    if a.branch and b.branch:
        same = any(alike(one, other) for one in a.branch for other in b.branch)
        return [] if same else [Reason("branch_differs", OTHER_BRANCH)]
    return [Reason("branch_differs", EXTRA_BRANCH)] if a.branch or b.branch else []
