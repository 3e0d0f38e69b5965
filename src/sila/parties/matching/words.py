"""Words of names: how a name is taken apart, and how much two words are alike."""

import re
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from sila.parties.matching.lexicon import canonical, key_of, names_of, spellings_of
from sila.platform.kit.folding import fold
from sila.platform.kit.names import strip_honorific

SAME, KNOWN, SOUND, TYPO, NEAR, INITIAL, NONE = 1.0, 0.97, 0.9, 0.8, 0.65, 0.5, 0.0

_WORD = re.compile(r"[^\W_]+")
_QUOTES = re.compile(r"['’‘ʼʿʾ`´.]")
_SUN_ARTICLE = re.compile(r"(?<![^\W_])(?:[ae](?:[lrnsdtz]|sh|dh|th)|u[lrds])-", re.IGNORECASE)
_LATIN_ARTICLE = re.compile(r"^(?!al(?:e[kx]|bert|fr)|eli[zs])[ae]l(?=[^aeiou].{3}|.{5})")
# The second halves of names that are one word or two: نور الدين, هبة الله, زين العابدين, سيف الإسلام.
_SECOND_HALF = (
    (re.compile(r"(?:ال)?دين|(?:[aeu][ld]d?)?(?:din|deen|dine)"), "الدين", "eldin"),
    (re.compile(r"الله|[aeu]?llah"), "الله", "allah"),
    (re.compile(r"العابدين|[ae]l[ae]+bi?d[iae]+n"), "العابدين", "elabdin"),
    (re.compile(r"الاسلام|(?:[aeu]l)?islam"), "الاسلام", "elislam"),
)
_A_LITTLE = 0.72
_STUCK = re.compile(r"[./]")
_AROUND = re.compile(r"^[\W_]+")
_FIGURE, _FIGURES = re.compile(r"\d"), re.compile(r"(?<=[^\W\d_])\d+")
_CHAT = re.compile(r"[2356789](?=[a-z])")
_CHAT_LETTERS = {"2": "", "3": "a", "5": "kh", "6": "t", "7": "h", "8": "q", "9": "q"}
_ZAIN_AL_ABIDIN = re.compile(r"\bz[aeiy]+ne?[ -](?:[ae]l[ -]?)?[ae]+bi?d[iae]+n\b")
_DOUBLES = re.compile(r"(.)\1+")
_DOUBLED = re.compile(r"([اوي])\1+")
_FEMININE = frozenset({"a", "ah", "ina", "ine", "ette", "ه", "يت", "يه"})
_OF_THE_FAITH = re.compile(r"(?<=.{2})[aeu][ld]d(?:in|een|ine)$")
_SKIPPED = frozenset(("al", "el", "ul", "bin", "ibn", "ben", "bint", "ال", "بن", "ابن", "بنت"))
_JOINING = frozenset(
    (
        "عبد",
        "ابو",
        "بو",
        "abd",
        "abdul",
        "abdel",
        "abdal",
        "abdur",
        "abder",
        "abdu",
        "abu",
        "abou",
        "abo",
        "bu",
        "bou",
        "با",
        "ba",
    )
)
_KEPT_ARTICLE = frozenset(("alexander", "alexandra", "alfred", "elizabeth", "elena", "alina", "الين", "الاء"))


def is_arabic(word: str) -> bool:
    return "ء" <= word[:1] <= "ي"


@lru_cache(maxsize=50_000)
def words_of_person(name: str) -> tuple[str, ...]:
    """The parts of a name in their order, without titles, articles and بن; "Family, Given" is turned round."""
    last, comma, first = _untitled(name).partition(",")
    if comma and first.strip():
        name = f"{first.strip()} {last.strip()}"
    plain = fold(_SUN_ARTICLE.sub("", _QUOTES.sub("", _untitled(name).replace("،", " "))))
    words: list[str] = []
    for word in _WORD.findall(_ZAIN_AL_ABIDIN.sub("zainelabdin", _spelt_out(plain))):
        if words and words[-1] in _JOINING:
            words[-1] += word.removeprefix("ال") if words[-1] == "ابو" else word
        elif words and (half := _second_half(word)):
            words[-1] += half
        elif word not in _SKIPPED:
            words.append(bare(word))
    return tuple(words)


def _untitled(name: str) -> str:
    """Without titles, and without what exports put round a name. «د أحمد علي» has no dot; Arabs use no initials."""
    words = strip_honorific(_STUCK.sub(r"\g<0> ", _AROUND.sub("", name.replace("_", " ")))).split()
    bare_title = len(words) > 2 and len(words[0]) == 1 and is_arabic(fold(words[0]))
    return " ".join(words[1:] if bare_title else words)


def _spelt_out(plain: str) -> str:
    """«7assan» and «Ja3far» are typed on Latin keys; another figure at the end of a word is nothing: «Ahmed2»."""
    if not _FIGURE.search(plain):
        return plain
    return _FIGURES.sub("", _CHAT.sub(lambda found: _CHAT_LETTERS[found[0]], plain))


@lru_cache(maxsize=20_000)
def _second_half(word: str) -> str:
    """One spelling for it, or "" for any other word."""
    for form, arabic, latin in _SECOND_HALF:
        if form.fullmatch(word):
            return arabic if is_arabic(word) else latin
    return ""


def bare(word: str) -> str:
    """Without the article, and Noureddine as Nour el-Din."""
    if word in _KEPT_ARTICLE or canonical(word):
        return word
    if is_arabic(word):  # شفاء and شفا are one
        return fold(word, article=True).replace("ء", "")
    return _OF_THE_FAITH.sub("eldin", _LATIN_ARTICLE.sub("", word))


def alike(a: str, b: str) -> float:
    """One of the steps above, from SAME to NONE. Two names that are known and differ are NONE."""
    if a == b:
        return SAME
    return _alike(a, b) if a < b else _alike(b, a)


@lru_cache(maxsize=200_000)
def _alike(a: str, b: str) -> float:
    if a.isdigit() or b.isdigit():
        return NONE
    known_a, known_b = names_of(a), names_of(b)
    if known_a and known_b:
        return KNOWN if known_a & known_b or _of_one_servant(a, b) else NONE
    if is_arabic(a) != is_arabic(b):
        found = _across(b, a) if is_arabic(b) else _across(a, b)
        return found or _slip_across(a, b) or _slip_across(b, a)
    if len(a) == 1 or len(b) == 1:
        return INITIAL if a[0] == b[0] else NONE
    return _in_one_script(a, b)


def _of_one_servant(a: str, b: str) -> bool:
    """Abdelmagid may be عبدالماجد as well as عبدالمجيد."""
    key = key_of(a)
    return is_arabic(a) != is_arabic(b) and key.startswith("abd") and key == key_of(b)


def _in_one_script(a: str, b: str) -> float:
    short, long = sorted((a, b), key=len)
    if _of_one_sound(a) == _of_one_sound(b):
        return SOUND
    if len(long) < 4 or _of_two_sexes(short, long):
        return NONE
    key, distance = key_of(a), min(DamerauLevenshtein.distance(a, b), _through_the_article(a, b))
    if key == key_of(b) and len(key) > 1:
        return _one_key(short, long, key)
    if distance == 1 or (distance == 2 and len(long) >= 7):
        return TYPO if a[0] == b[0] or len(long) >= 6 else NEAR  # a slip is rare in the first letter
    return NEAR if JaroWinkler.similarity(a, b) >= 0.88 and len(long) >= 5 else NONE


def strangers(a: str, b: str) -> bool:
    """Neither letters nor consonants have anything in common: not even many slips make one of the other."""
    if is_arabic(a) == is_arabic(b) and JaroWinkler.similarity(a, b) >= _A_LITTLE:
        return False
    return min(len(a), len(b)) > 1 and JaroWinkler.similarity(key_of(a), key_of(b)) < _A_LITTLE


def _of_one_sound(word: str) -> str:
    """ض and ظ are said alike, ق is q or g, and رضى is also رضا: the folded word has a ya for its alef maqsura."""
    if not is_arabic(word):
        return _DOUBLES.sub(r"\1", word.replace("q", "g"))
    word = word.replace("ظ", "ض").replace("ء", "")
    masculine = word[1:2] == "ا"  # هاني is not هانا
    return f"{word[:-1]}ا" if word.endswith("ي") and len(word) >= 3 and not masculine else word


def _through_the_article(a: str, b: str) -> int:
    """«اصلباغ» is «الصباغ» with a slip, but its article is not to be seen."""
    if not is_arabic(a) or a.startswith("ا") == b.startswith("ا"):
        return max(len(a), len(b))
    slip, plain = (a, b) if a.startswith("ا") else (b, a)
    return DamerauLevenshtein.distance(slip, f"ال{plain}")


def _one_key(short: str, long: str, key: str) -> float:
    """The same consonants. Arabic writes its long vowels, so one more of them makes another name: لين, ليان."""
    if is_arabic(short):
        return SOUND if _DOUBLED.sub(r"\1", long) == _DOUBLED.sub(r"\1", short) or len(long) >= 6 else NEAR
    return SOUND if len(key) >= 3 or JaroWinkler.similarity(short, long) >= 0.75 else NEAR


def _of_two_sexes(short: str, long: str) -> bool:
    """Maria and Mario, Petrov and Petrova, جورج and جورجيت."""
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} == {"a", "o"}
    return long.startswith(short) and short[-1] not in "aehا" and long[len(short) :] in _FEMININE


def _across(arabic: str, latin: str) -> float:
    """Arabic against Latin. Long vowels are written in both, short ones in Latin only."""
    if len(latin) == 1:
        return INITIAL if key_of(arabic)[:1] == key_of(latin)[:1] else NONE
    if _spellings(arabic).fullmatch(latin):
        return SOUND
    key, other = key_of(arabic), key_of(latin)
    if key == other and len(key) >= 3:
        return TYPO
    near = DamerauLevenshtein.distance(key, other) == 1
    return NEAR if near and min(len(key), len(other)) >= 4 else NONE


def _slip_across(known: str, other: str) -> float:
    """«Soiman» for سليمان: a slip in one of the spellings that the lists have for the other letters."""
    spelt = [word for word in spellings_of(known) if is_arabic(word) == is_arabic(other)]
    return TYPO if len(other) >= 5 and any(_in_one_script(word, other) == TYPO for word in spelt) else NONE


_SOUNDS = {
    "ب": "[bp]+",
    "ت": "t+",
    "ث": "(?:th|s|t)+",
    "ج": "(?:dj|j|g)+",
    "ح": "h+",
    "خ": "(?:kh?|h|x)",
    "د": "d+",
    "ذ": "(?:dh|th|z|d)+",
    "ر": "r+",
    "ز": "z+",
    "س": "s+",
    "ش": "(?:sh|ch)",
    "ص": "s+",
    "ض": "(?:dh|d|z)+",
    "ط": "t+",
    "ظ": "(?:dh|z|th)+",
    "غ": "(?:gh|g)",
    "ف": "(?:ph|f|v)+",
    "ق": "(?:q|k|g|c)+",
    "ك": "(?:k|c|q)+",
    "ل": "l+",
    "م": "m+",
    "ن": "n+",
    "ه": "h?",
    "ا": "(?:aa?|e)",
    "ء": "[ae]?",
    "ع": "(?:a{0,2}|[eiouh])",
    "و": "(?:w+|ou|oo|u|o|aw|au|v)",
    "ي": "(?:y+|i+y*|ee?|ei|ai|ay|ey|ea)",
}


@lru_cache(maxsize=50_000)
def _spellings(arabic: str) -> re.Pattern[str]:
    """How a word may be written in Latin letters: its consonants, its long vowels, and one vowel between."""
    sounds = [_SOUNDS.get(letter, letter) for letter in arabic.replace("يي", "ي")]
    if arabic.startswith("اي"):
        sounds[:2] = ["[aeiouy]{1,3}"]
    elif arabic.startswith("ا"):  # the Maghreb says Smail for إسماعيل
        sounds[0] = "[aeiou]{0,2}"
    if arabic.endswith("هالله"):  # هبة الله is Hebatallah
        sounds[-5] = "[ht]?"
    shaped = "(?:ou|[aeiou])?".join(sounds)
    if arabic.endswith("ي"):  # it may have been ى
        shaped = f"{shaped.removesuffix(_SOUNDS['ي'])}(?:{_SOUNDS['ي']}|aa?)"
    return re.compile(f"(?:[ae]l)?[aeiou]?{shaped}[aeo]?h?")
