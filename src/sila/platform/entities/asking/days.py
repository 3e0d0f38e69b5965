"""The days that typed questions name: periods by name, the last so many days, months of both calendars, quarters, years."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import override

from sila.platform.access.reader import Reader
from sila.platform.entities.asking.words import DAY_UNITS, LONGEST, stem, stems
from sila.platform.entities.months import month_range
from sila.platform.kit.date_input import UnreadableDate, month_named, parse_date
from sila.platform.kit.dates import RANGE_LABELS, date_range
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.folding import fold
from sila.platform.kit.hijri import HIJRI_MONTHS_AR, HIJRI_MONTHS_EN, hijri_year_range, to_hijri
from sila.platform.kit.months import ARABIC_MONTH_SETS, MONTHS_EN

TWO = {
    "يومين": 2,
    "يومان": 2,
    "اسبوعين": 14,
    "اسبوعان": 14,
    "شهرين": 60,
    "شهران": 60,
    "سنتين": 730,
    "عامين": 730,
}
NUMBERS = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten",
        "واحد اثنين ثلاثه اربعه خمسه سته سبعه ثمانيه تسعه عشره",
        "واحده اثنتين ثلاث اربع خمس ست سبع ثماني تسع عشر",
    )
    for number, word in enumerate(words.split(), 1)
}
PAST = {"last", "past", "previous", "اخر"}
COMING = {"next", "coming", "within", "خلال"}
GONE = {"الماضيه", "الماضي", "السابقه", "الاخيره", "الماضيين", "الاخيرين", "الاخير"}
TO_COME = {"القادمه", "القادم", "المقبله", "التاليه", "القادمين", "المقبلين"}
AFTER, SINCE = {"after", "بعد"}, {"since", "منذ", "starting", "ابتداء"}
BEFORE, UNTIL = {"before", "قبل"}, {"until", "till", "حتي", "لغايه"}
OLDER = ("older than", "more than", "over", "اقدم من", "اكثر من", "منذ اكثر من", "قبل اكثر من")
MONTH, YEAR = {"month", "شهر"}, {"year", "سنه", "عام", "العام", "السنه"}
QUARTERS = {
    **{f"q{number}": number for number in range(1, 5)},
    **dict(zip(("first", "second", "third", "fourth"), range(1, 5), strict=True)),
    **dict(zip(("الاول", "الثاني", "الثالث", "الرابع"), range(1, 5), strict=True)),
}
OTHER_PERIODS = {
    "الاسبوع الحالي": "this_week", "الشهر الحالي": "this_month", "الربع الحالي": "this_quarter",
    "السنه الحاليه": "this_year", "العام الحالي": "this_year", "هذا العام": "this_year", "غدا": "tomorrow",
    "الغد": "tomorrow", "الامس": "yesterday", "بكره": "tomorrow", "امس": "yesterday", "البارحه": "yesterday",
    "في رمضان": "ramadan", "النهارده": "today",
    "هالاسبوع": "this_week", "هالشهر": "this_month", "هالسنه": "this_year", "هذا الفصل": "this_quarter",
    "الشهر الهجري": "this_hijri_month", "الشهر الهجري الحالي": "this_hijri_month",
    "العام الهجري": "this_hijri_year", "السنه الهجريه": "this_hijri_year",
}  # fmt: skip
_SPANS = {
    "week": ("week", "اسبوع"),
    "month": ("month", "شهر"),
    "quarter": ("quarter", "ربع"),
    "year": ("year", "سنه", "عام"),
}
_TURNS = {
    "last": (("last", "previous", "past", "prior"), ("الماضي", "السابق", "الفايت", "المنصرم", "اللي فات")),
    "this": (("this", "current"), ("هذا", "هذه")),
    "next": (("next", "coming", "following"), ("القادم", "المقبل", "التالي", "الجاي")),
}
Days = tuple[date, date]
_MONTH_WORDS = {
    word
    for months in (*ARABIC_MONTH_SETS, MONTHS_EN, HIJRI_MONTHS_AR, HIJRI_MONTHS_EN)
    for name in months
    for word in fold(name).split()
}
DAY_WORDS = {
    *DAY_UNITS, *TWO, *NUMBERS, *PAST, *COMING, *GONE, *TO_COME, *AFTER, *SINCE, *BEFORE, *UNTIL, *MONTH, *YEAR, *QUARTERS,
    "ago", *(word for phrase in OLDER for word in phrase.split()), *_MONTH_WORDS,
}  # fmt: skip


@dataclass(frozen=True)
class Period:
    """How many words it took, and the condition on a day that they make."""

    length: int
    operator: str
    values: tuple[str, ...]
    of: str = ""  # the field that is meant: what is older than a month was made before


def _between(length: int, days: Days) -> Period:
    return Period(length, "between", tuple(day.isoformat() for day in days))


def period(words: list[str], at: int, reader: Reader) -> Period | None:
    """The longest span of days that these words name."""
    if at >= len(words):
        return None
    for read in (_turned, _from_to, _bounded, _older, _rolling):
        if found := read(words, at, reader):
            return found
    return _named(words, at) or _calendar(words, at, reader)


# ---- by name -------------------------------------------------------------------------------------------
def _named(words: list[str], at: int) -> Period | None:
    names = period_names()
    for length in range(LONGEST, 0, -1):
        key = names.get(tuple(map(stem, words[at : at + length])))
        if key and at + length <= len(words):
            return Period(length, "within", (key,))
    return None


_NAMES: dict[tuple[str, ...], str] = {}


def period_names() -> dict[tuple[str, ...], str]:
    """The names of periods in both languages."""
    if not _NAMES:
        for turn, (english, arabic) in _TURNS.items():
            for span, (unit, *units) in _SPANS.items():
                said = [f"{word} {unit}" for word in english]
                said += [f"{word} ال{each}" for each in units for word in arabic if turn == "this"]
                said += [f"ال{each} {word}{ending}" for each in units for word in arabic for ending in ("", "ه")
                         if turn != "this"]  # fmt: skip
                _NAMES.update(dict.fromkeys(map(stems, said), f"{turn}_{span}"))
        for language in ("en", "ar"):
            with override(language):
                _NAMES.update({stems(label): key for key, label in RANGE_LABELS.items()})
        _NAMES.update({stems(name): key for name, key in OTHER_PERIODS.items()})
    return _NAMES


# ---- counted from today --------------------------------------------------------------------------------
def _span(words: list[str], at: int) -> tuple[int, int] | None:
    """`3 weeks`, «أسبوعين», «شهر»: how many words, and how many days. A month is 30 days, a year 365."""
    word, then = [*words[at : at + 2], "", ""][:2]
    if then and (month_named(then) or re.fullmatch(r"\d{4}", then)) and word in DAY_UNITS:
        return None  # «شهر رمضان», «عام 2025»
    if word in TWO:
        return 1, TWO[word]
    if days := DAY_UNITS.get(word) or DAY_UNITS.get(stem(word)):
        return 1, days
    number = int(word) if re.fullmatch(r"\d{1,4}", word) else NUMBERS.get(word.removeprefix("ال"))
    unit = then if number else ""
    days = DAY_UNITS.get(unit) or DAY_UNITS.get(stem(unit))
    return (2, number * days) if number and days else None


def _rolling(words: list[str], at: int, reader: Reader) -> Period | None:
    """`last 14 days`, «آخر 3 أشهر», «الأيام السبعة الماضية» and `3 days ago`; `last week` is a name of its own."""
    word, today = words[at], reader.today
    if _named(words, at):
        return None
    if word in PAST | COMING:
        then = at + 2 if words[at + 1 : at + 2] in (["the"], ["ال"]) else at + 1
        span = _span(words, then)
        if span:
            length = then - at + span[0]
            coming = word in COMING
            if words[at + length : at + length + 1] and words[at + length] in GONE | TO_COME:
                coming, length = words[at + length] in TO_COME, length + 1
            return _between(length, _from_today(today, span[1], coming))
        return None
    span = _span(words, at)
    if not span:
        return None
    after = words[at + span[0] : at + span[0] + 1]
    if after and after[0] in GONE | TO_COME:
        return _between(span[0] + 1, _from_today(today, span[1], after[0] in TO_COME))
    if after == ["ago"]:
        day = today - timedelta(days=span[1])
        return Period(span[0] + 1, "is", (day.isoformat(),))
    return None


def _from_today(today: date, days: int, coming: bool) -> Days:
    """So many days, today among them, as the named «last 7 days» counts."""
    if coming:
        return today, today + timedelta(days=days - 1)
    return today - timedelta(days=days - 1), today


def _older(words: list[str], at: int, reader: Reader) -> Period | None:
    """`older than 30 days`, `more than a month ago`, «منذ أكثر من شهر»: more than that lies between."""
    for phrase in sorted(OLDER, key=len, reverse=True):
        length = len(phrase.split())
        if words[at : at + length] != phrase.split():
            continue
        then = at + length + (words[at + length : at + length + 1] == ["a"])
        span = _span(words, then)
        ago = span and words[then + span[0] : then + span[0] + 1] == ["ago"]
        if span and (ago or phrase.startswith(("older", "اقدم", "منذ", "قبل"))):
            day = reader.today - timedelta(days=span[1])
            of = "created_at" if phrase.startswith(("older", "اقدم")) else ""
            return Period(then - at + span[0] + bool(ago), "lte", (day.isoformat(),), of)
    return None


def _from_to(words: list[str], at: int, reader: Reader) -> Period | None:
    """`from March to June`, «بين يناير ومارس»."""
    if words[at] not in ("from", "between", "من", "بين"):
        return None
    first = _named(words, at + 1) or _calendar(words, at + 1, reader)
    then = at + 1 + first.length if first else len(words)
    if then < len(words) and words[then] in ("to", "and", "till", "until", "الي", "و", "حتي"):
        last = _named(words, then + 1) or _calendar(words, then + 1, reader)
        length = 1
    elif then < len(words) and words[then].startswith("و"):
        rest = [words[then].removeprefix("و"), *words[then + 1 :]]
        last, length = _named(rest, 0) or _calendar(rest, 0, reader), 0
    else:
        return None
    if first is None or last is None:
        return None
    days = _days_of(first, reader)[0], _days_of(last, reader)[1]
    return _between(then - at + length + last.length, days)


def _bounded(words: list[str], at: int, reader: Reader) -> Period | None:
    """`before March`, `since last week`, «قبل 1/12/2026», «منذ أسبوعين»."""
    word = words[at]
    if word not in AFTER | SINCE | BEFORE | UNTIL or at + 1 >= len(words):
        return None
    if word in SINCE | BEFORE and (span := _span(words, at + 1)):
        ago = reader.today - timedelta(days=span[1])
        if word in SINCE:
            return Period(span[0] + 1, "gte", (ago.isoformat(),))
        return Period(span[0] + 1, "is", (ago.isoformat(),))
    inner = _named(words, at + 1) or _calendar(words, at + 1, reader)
    if inner is None:
        return None
    first, last = _days_of(inner, reader)
    one = timedelta(days=0 if inner.operator == "is" else 1)  # a day by itself is among what comes after it
    if word in AFTER | SINCE:
        operator, day = "gte", last + one if word in AFTER else first
    else:
        operator, day = "lte", first - one if word in BEFORE else last
    return Period(inner.length + 1, operator, (day.isoformat(),))


def _days_of(inner: Period, reader: Reader) -> Days:
    if inner.operator == "within":
        return date_range(inner.values[0], reader.today, reader.week_start)
    return date.fromisoformat(inner.values[0]), date.fromisoformat(inner.values[-1])


def _turned(words: list[str], at: int, reader: Reader) -> Period | None:
    """`last March`, «رمضان الماضي»: the one that has ended, or the one that has not begun."""
    begin = at + (words[at] in PAST | COMING)
    for length in (3, 2, 1):
        named, end = month_named(" ".join(words[begin : begin + length])), begin + length
        turn = words[at] if begin > at else words[end] if end < len(words) else ""
        if named is None or end > len(words) or turn not in PAST | COMING | GONE | TO_COME:
            continue
        past, year = turn in PAST | GONE, _this_year(named[0], reader)
        first, last = month_range(f"{year}-{named[1]}", named[0])
        if past and last >= reader.today:
            year -= 1
        elif not past and first <= reader.today:
            year += 1
        return _between(end - at + (begin == at), month_range(f"{year}-{named[1]}", named[0]))
    return None


# ---- by the calendar -----------------------------------------------------------------------------------
def _calendar(words: list[str], at: int, reader: Reader) -> Period | None:
    if at >= len(words):
        return None
    for read in (_day, _month, _quarter, _year):
        try:
            if found := read(words, at, reader):
                return found
        except (InvalidInput, ValueError, OverflowError):
            continue
    return None


def _day(words: list[str], at: int, reader: Reader) -> Period | None:
    """A day as people write it, or a day of a month of this year."""
    for length in (3, 2, 1):
        text = " ".join(words[at : at + length])
        if (
            at + length > len(words)
            or not text[:1].isdigit()
            or (length == 1 and not re.search(r"[/.\-]", text))
        ):
            continue
        for calendar in ("gregorian", "hijri"):
            try:
                return Period(length, "is", (parse_date(text, calendar=calendar).isoformat(),))
            except UnreadableDate:
                continue
    number, named = words[at], month_named(" ".join(words[at + 1 : at + 2]))
    if re.fullmatch(r"\d{1,2}", number) and named:
        first, last = month_range(f"{_this_year(named[0], reader)}-{named[1]}", named[0])
        day = first + timedelta(days=int(number) - 1)
        return Period(2, "is", (day.isoformat(),)) if first <= day <= last else None
    return None


def _this_year(calendar: str, reader: Reader) -> int:
    return to_hijri(reader.today).year if calendar == "hijri" else reader.today.year


def _month(words: list[str], at: int, reader: Reader) -> Period | None:
    """A month of either calendar, of this year unless another is named."""
    begin = at + 1 if words[at] in MONTH else at
    for length in (3, 2, 1):
        named = month_named(" ".join(words[begin : begin + length]))
        if named is None or begin + length > len(words):
            continue
        calendar, number = named
        year = _year_at(words, begin + length)
        end = begin + length + (year[0] if year else 0)
        of = year[1] if year else _this_year(calendar, reader)
        return _between(end - at, month_range(f"{of}-{number}", calendar))
    return None


def _year_at(words: list[str], at: int) -> tuple[int, int] | None:
    """`2025`, `year 2025`, «عام 1447»: how many words, and the year."""
    begin = at + 1 if words[at : at + 1] and words[at] in YEAR | {"of", "من"} else at
    found = re.fullmatch(r"(\d{4})(?:ه|م|h|ah)?", words[begin]) if begin < len(words) else None
    return (begin - at + 1, int(found[1])) if found else None


def _quarter(words: list[str], at: int, reader: Reader) -> Period | None:
    """`Q3`, `third quarter 2025`, «الربع الثالث»."""
    word, then = words[at], words[at + 1] if at + 1 < len(words) else ""
    length, number = 1, QUARTERS.get(word, 0) if word.startswith("q") else 0
    if not number and word in QUARTERS and then == "quarter":
        length, number = 2, QUARTERS[word]
    elif word in ("الربع", "ربع") and then in QUARTERS:
        length, number = 2, QUARTERS[then]
    if not number:
        return None
    year = _year_at(words, at + length)
    of = year[1] if year else reader.today.year
    first, last = (
        month_range(f"{of}-{number * 3 - 2}", "gregorian")[0],
        month_range(f"{of}-{number * 3}", "gregorian")[1],
    )
    return _between(length + (year[0] if year else 0), (first, last))


def _year(words: list[str], at: int, reader: Reader) -> Period | None:
    """A year by itself; a Hijri one where it is called a year, or by its هـ."""
    found = _year_at(words, at)
    if found is None or words[at] in ("of", "من"):
        return None
    length, year = found
    if 1900 <= year <= 2100:
        return _between(length, (date(year, 1, 1), date(year, 12, 31)))
    named = length > 1 or not words[at].isdigit()
    return _between(length, hijri_year_range(year)) if named else None
