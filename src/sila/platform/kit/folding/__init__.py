"""How two spellings of one thing meet: folded text, the Latin key of a name, the other keyboard."""

from .latin import keyed_words, latin_key, other_keys
from .layouts import other_layout
from .plain import fold, latin_digits

__all__ = ["fold", "keyed_words", "latin_digits", "latin_key", "other_keys", "other_layout"]
