"""Are these two records one? Pure functions over profiles: which to compare, how alike they are, and why.

`blocking` says whom to compare, `scoring` adds up the weights, `evidence` has the reasons in words,
`thirds` knows what a third record holds together. Nothing here merges anything; people decide.
"""

from .blocking import find_pairs, keys
from .evidence import REASONS, Match, Reason
from .profile import Profile, looks_like_company, make_profile
from .scoring import HINT, MATCH, compare
from .thirds import STRONG, Found, Pair, by_a_third

__all__ = [
    "HINT",
    "MATCH",
    "REASONS",
    "STRONG",
    "Found",
    "Match",
    "Pair",
    "Profile",
    "Reason",
    "by_a_third",
    "compare",
    "find_pairs",
    "keys",
    "looks_like_company",
    "make_profile",
]
