"""The words of typed questions, folded (see questions.py)."""

from collections.abc import Iterator
from typing import Any

from sila.platform.kit.folding import fold

LONGEST = 4  # words of one name
STOP = {
    "in", "of", "the", "a", "an", "with", "that", "which", "who", "whose", "are", "is", "at", "on", "for",
    "from", "by", "all", "any", "show", "list", "find", "give", "get", "me", "please", "and", "or", "to", "have", "has",
    "we", "there", "this", "do", "does", "did", "what", "where", "i", "be", "been", "their", "its", "than", "worth",
    "during",
    "because", "في", "من", "عن", "علي", "التي", "الذي", "الذين", "اللي", "مع", "كل", "جميع", "اعرض", "اظهر", "هات",
    "اعطني", "قايمه", "بسبب",
    "ما", "هي", "هم", "هل", "ذات", "كم", "عدد", "how",
    "many", "خلال", "لدي", "لديها", "لديهم", "لديه", "عندهم", "بحسب",
    "قيمتها", "قيمته", "مبلغها", "were", "was", "ارني", "اريد", "لها", "لهم", "و", "او", "عند", "بين", "الي",
    "هذا", "هذه", "تم", "كانت", "كان", "ابحث", "بواسطه",
    "وين", "فين", "ابي", "ابغي", "عايز", "بدي", "وش", "شو",
}  # fmt: skip
JOINTS = {"or", "and", "nor", "او", "و"}
EITHER = {"or", "او"}  # between values of one field; between fields it is not understood
MINE = {"my", "mine", "لي", "خاصتي", "عندي"}
TEAM = ("my team", "our team", "our", "فريقي", "فريقنا", "لفريقي", "زملايي")
UNOWNED = {"unassigned", "ownerless"}
OVERDUE = {
    "overdue", "late", "متاخره", "المتاخره", "متاخر", "المتاخر", "فايته", "الفايته", "متاخرين", "المتاخرين",
}  # fmt: skip
ENDED = {  # verbs for what a choice says
    **dict.fromkeys(
        (
            "خسرناها",
            "خسرنا",
            "فقدناها",
            "فقدنا",
            "خاسره",
            "الخاسره",
            "خسرتها",
            "خسرها",
            "خسر",
            "lose",
            "loses",
        ),
        "lost",
    ),
    **dict.fromkeys(
        (
            "ربحناها",
            "ربحنا",
            "كسبناها",
            "كسبنا",
            "فزنا",
            "رابحه",
            "الرابحه",
            "ربحها",
            "كسبها",
            "مكسوبه",
            "المكسوبه",
            "مربوحه",
            "المربوحه",
            "فايزه",
            "الفايزه",
            "ناجحه",
            "الناجحه",
            "فاز",
            "فازت",
            "win",
            "wins",
        ),
        "won",
    ),
    **dict.fromkeys(("still", "ongoing", "جاريه", "الجاريه", "قايمه", "القايمه"), "open"),
    **dict.fromkeys(("completed", "finished", "منجزه", "المنجزه", "منتهيه", "المنتهيه"), "done"),
}
CLOSED = ("won", "lost")  # a period beside these is that in which it ended, not that in which it was to end
CLOSED_ON = "closed_on"
WITHOUT = {"without", "no", "missing", "lacking", "بدون", "بلا", "دون", "ينقصها", "ينقصهم", "بغير"}
WITH = {
    "with", "has", "have", "having", "مع", "لديه", "لديها", "لديهم", "له", "لها", "لهم", "عنده", "عندها", "عندهم",
}  # fmt: skip
BLANK = {"empty", "blank", "unknown", "فارغ", "فارغه", "خال", "خالي", "خاليه", "ناقص", "ناقصه"}
NOT = {
    "not", "except", "excluding", "non", "ليس", "ليست", "ليسوا", "غير", "عدا", "ماعدا", "باستثناء", "سوي", "لم", "الا",
}  # fmt: skip
OPPOSITE = {
    "gt": "lte",
    "lt": "gte",
    "gte": "lt",
    "lte": "gt",
    "any": "none",
    "is": "is_not",
    "empty": "filled",
    "filled": "empty",
    "yes": "no",
    "no": "yes",
}
MORE = ("more than", "greater than", "bigger than", "larger than", "higher than", "above", "over", "exceeding", ">",
        "فوق", "اكثر من", "اكبر من", "اعلي من", "تزيد عن", "تزيد علي", "تتجاوز", "يتجاوز", "تتخطي", "ازيد من",
        "يزيد علي", "يزيد عن", "تفوق")  # fmt: skip
LESS = (
    "less than", "smaller than", "lower than", "below", "under", "<", "تحت", "اقل من", "اصغر من", "ادني من", "دون", "يقل عن",
    "تقل عن",
)  # fmt: skip
LEAST = (
    "at least", "no less than", "not less than", "minimum", ">=", "علي الاقل", "لا تقل عن", "لا يقل عن", "ابتداء من",
)  # fmt: skip
MOST = (
    "at most", "up to", "no more than", "not more than", "maximum", "<=", "علي الاكثر", "لا تزيد عن", "لا يزيد عن",
    "لا تتجاوز", "لا يتجاوز", "حتي",
)  # fmt: skip
COMPARED = {
    phrase: operator
    for phrases, operator in ((MORE, "gt"), (LESS, "lt"), (LEAST, "gte"), (MOST, "lte"))
    for phrase in sorted(phrases, key=len, reverse=True)
}
AFTERWARDS = {  # behind the number
    "gte": ("or more", "and more", "or above", "and above", "and up", "plus",
            "فاكثر", "فما فوق", "او اكثر", "واكثر", "فاعلي"),
    "lte": ("or less", "and below", "or below", "فاقل", "فما دون", "او اقل"),
}  # fmt: skip
TIMES = {"k": 3, "thousand": 3, "الف": 3, "الاف": 3, "الفا": 3, "m": 6, "mn": 6, "million": 6, "millions": 6, "مليون": 6,
         "ملايين": 6, "مليونا": 6, "bn": 9, "billion": 9, "مليار": 9}  # fmt: skip
SPELT = {"hundred": "100", "ميه": "100", "مايه": "100", "half": "0.5", "نصف": "0.5", "الفين": "2000", "الفان": "2000",
         "مليونين": "2000000", "مليونان": "2000000", "المليون": "1000000", "الالف": "1000"}  # fmt: skip
DAY_UNITS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365, "يوم": 1, "ايام": 1, "يوما": 1, "اسبوع": 7,
        "اسابيع": 7, "اسبوعا": 7, "شهر": 30, "اشهر": 30, "شهور": 30, "شهرا": 30, "سنه": 365, "سنوات": 365, "عام": 365,
        "اعوام": 365, "سن": 365}  # fmt: skip
NAMED_DAYS = {
    **dict.fromkeys(("created", "added", "entered", "المضافه", "المنشاه", "المسجله", "اضيفت", "انشيت", "اضيفوا", "اضفناها",
                     "المضافين", "سجلت", "مضافه", "منشاه"), "created_at"),
    **dict.fromkeys(("changed", "updated", "modified", "edited", "المعدله", "المحدثه", "عدلت", "حدثت"), "updated_at"),
    **dict.fromkeys(("closing", "closes", "close", "expected", "تغلق", "ستغلق", "يغلق", "المتوقعه", "المتوقع"),
                    "expected_close"),
    **dict.fromkeys(("closed", "اغلقت", "المغلقه", "اغلقناها"), CLOSED_ON),
    **dict.fromkeys(("due", "تستحق", "المستحقه", "مستحقه"), "due_at"),
    **dict.fromkeys(("opened", "فتحت", "بدات"), "opened_on"),
    **dict.fromkeys(("born", "المولودون", "مواليد"), "birth_date"),
}  # fmt: skip
NEW = {"new", "الجديده", "جديده", "الجدد", "جدد", "الجديد", "جديد"}  # beside a period: added in it
BIGGEST = {"biggest", "largest", "highest", "top", "اكبر", "اعلي", "اضخم"}
SMALLEST = {"smallest", "lowest", "اصغر"}
COUNTED = {
    word: number
    for number, words in enumerate(
        (
            "two", "three ثلاث ثلاثه", "four اربع اربعه", "five خمس خمسه", "six ست سته", "seven سبع سبعه",
            "eight ثمان ثماني ثمانيه", "nine تسع تسعه", "ten عشر عشره",
        ),
        2,
    )
    for word in words.split()
}  # fmt: skip
COUNTED |= {"twenty": 20, "عشرين": 20, "عشرون": 20, "fifty": 50, "خمسين": 50, "خمسون": 50}
COUNTED |= {"hundred": 100, "ميه": 100, "مايه": 100}
NEWEST = {"newest", "latest", "recent", "احدث"}
OLDEST = {"oldest", "اقدم"}
OWNED = {
    "by",
    "owner",
    "of",
    "لدي",
    "عند",
    "مالك",
    "المالك",
    "المسوول",
    "مسوول",
    "بواسطه",
    "المندوب",
}  # before a name
LEADING = {"of", "for", "from", "at", "with", "عند", "مع", "لدي", "من", "في"}  # before what a record leads to
POSSESSIVES = ("ها", "هم", "ه")  # whose it is, at the end of what is named
PROCLITICS = ("لل", "بال", "وال", "و", "ب", "ل", "ف")


def stem(word: str) -> str:
    """A folded word without its article and the commonest endings, so that المفتوحة meets مفتوح, deals meets deal."""
    word = word.removeprefix("ال") if len(word) > 4 else word
    for ending in ("ات", "ون", "ين", "ه", "ies", "es", "s", "y"):
        if len(word) > len(ending) + 2 and word.endswith(ending):
            return word[: -len(ending)]
    return word


def stems(text: Any) -> tuple[str, ...]:
    return tuple(stem(word) for word in fold(str(text)).split())


def bare(word: str) -> str:
    """The stem of «صفقاتي» is that of «صفقات»; who has it is said by its ending."""
    mine = word.endswith("ي") and not word.isascii() and len(word) > 4
    return stem(word.removesuffix("ي") if mine else word)


def loosened(word: str) -> Iterator[str]:
    """What an Arabic word may be beside the particle that is written at its front: «بجدة», «للرياض», «والمفتوحة»."""
    if word.isascii() or len(word) < 4:
        return
    for particle in PROCLITICS:
        if word.startswith(particle) and len(word) - len(particle) > 1:
            article = "ال" if len(particle) > 1 else ""
            yield article + word.removeprefix(particle)


def possessed(word: str) -> Iterator[str]:
    """What an Arabic word may be without the ending that says whose it is: «سعرها», «مساحته»."""
    for ending in () if word.isascii() else POSSESSIVES:
        thing = word.removesuffix(ending)
        if thing != word and len(thing) > 2:
            yield thing.removesuffix("ت") + "ه" if thing.endswith("ت") else thing
