"""The words of typed questions, folded (see questions.py)."""

from typing import Any

from sila.platform.kit.folding import fold

STOP = {
    "in", "of", "the", "a", "an", "with", "that", "which", "who", "are", "is", "at", "on", "for",
    "from", "by", "all", "show", "list", "me", "please", "and", "to", "have", "has", "في", "من", "عن",
    "علي", "التي", "الذي", "الذين", "مع", "كل", "جميع", "اعرض", "اظهر", "هات", "قائمه", "ما", "هي",
    "هل", "ذات", "كم", "عدد", "how", "many",
    "قيمتها", "قيمته", "مبلغها", "مساحتها", "were", "was", "ارني", "اريد", "لها", "لهم", "و", "او", "عند", "بين", "الي",
}  # fmt: skip
MINE = {"my", "mine", "لي", "خاصتي", "عندي"}
OVERDUE = {"overdue", "late", "متاخره", "المتاخره", "متاخر", "المتاخر", "فائته", "الفائته"}  # and still open
ENDED = {  # verbs for what a choice says
    **dict.fromkeys(("خسرناها", "خسرنا", "فقدناها", "فقدنا"), "lost"),
    **dict.fromkeys(("ربحناها", "ربحنا", "كسبناها", "كسبنا", "فزنا"), "won"),
}
WITHOUT = {"without", "no", "missing", "بدون", "بلا", "دون", "ينقصها"}
MORE = ("more than", "greater than", "bigger than", "above", "over", ">", "فوق", "اكثر من", "اكبر من", "تزيد عن",
        "تزيد علي", "تتجاوز", "ازيد من", "يزيد علي", "يزيد عن")  # fmt: skip
LESS = (
    "less than",
    "smaller than",
    "below",
    "under",
    "<",
    "تحت",
    "اقل من",
    "اصغر من",
    "دون",
    "يقل عن",
    "تقل عن",
)
LEAST = ("at least", ">=", "علي الاقل", "لا تقل عن", "لا يقل عن")
MOST = ("at most", "up to", "<=", "علي الاكثر", "لا تزيد عن", "لا يزيد عن", "حتي")
AFTER, BEFORE = ("after", "since", "بعد", "منذ"), ("before", "until", "قبل")
COMPARED = {
    phrase: operator
    for phrases, operator in ((MORE, "gt"), (LESS, "lt"), (LEAST, "gte"), (MOST, "lte"))
    for phrase in phrases
}
DATED = {**dict.fromkeys(AFTER, "gte"), **dict.fromkeys(BEFORE, "lte")}
TIMES = {"k": 3, "thousand": 3, "الف": 3, "الاف": 3, "m": 6, "mn": 6, "million": 6, "مليون": 6, "ملايين": 6, "bn": 9,
         "billion": 9, "مليار": 9}  # fmt: skip
NAMED_DAYS = {"created": "created_at", "added": "created_at", "new": "created_at", "المضافه": "created_at",
              "المنشاه": "created_at", "الجديده": "created_at", "changed": "updated_at", "updated": "updated_at",
              "المعدله": "updated_at", "المحدثه": "updated_at"}  # fmt: skip

OTHER_PERIODS = {
    "الاسبوع الحالي": "this_week", "الاسبوع القادم": "next_week", "الاسبوع الماضي": "last_week",
    "الشهر الحالي": "this_month", "الشهر القادم": "next_month", "الشهر الماضي": "last_month",
    "الربع الحالي": "this_quarter", "الربع القادم": "next_quarter", "الربع الماضي": "last_quarter",
    "السنه الحاليه": "this_year", "العام الحالي": "this_year", "هذا العام": "this_year", "السنه الماضيه": "last_year",
    "العام الماضي": "last_year", "غدا": "tomorrow", "امس": "yesterday", "في رمضان": "ramadan",
}  # fmt: skip


def stem(word: str) -> str:
    """A folded word without its article and the commonest endings, so that المفتوحة meets مفتوح, deals meets deal."""
    word = word.removeprefix("ال") if len(word) > 4 else word
    for ending in ("ات", "ون", "ين", "ه", "ies", "es", "s"):
        if len(word) > len(ending) + 2 and word.endswith(ending):
            return word[: -len(ending)]
    return word


def stems(text: Any) -> tuple[str, ...]:
    return tuple(stem(word) for word in fold(str(text)).split())


def bare(word: str) -> str:
    """The stem of «صفقاتي» is that of «صفقات»; who has it is said by its ending."""
    mine = word.endswith("ي") and not word.isascii() and len(word) > 4
    return stem(word.removesuffix("ي") if mine else word)
