"""Amounts in words (التفقيط), as cheques, contracts and invoices have them, in Arabic and English.

Arabic numerals agree with what they count: three to ten take the other gender and a plural, eleven to ninety-nine a
singular in the accusative, hundreds and thousands a singular; one and two are the noun itself.
"""

from dataclasses import dataclass

from .currencies import Currency

Forms = tuple[str, str, str, str]  # one, two, three to ten, eleven to ninety-nine


@dataclass(frozen=True)
class Counted:
    """A noun with all that it needs to be counted."""

    forms: Forms
    feminine: bool = False


_ONES_MASCULINE = ["صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
_ONES_FEMININE = ["صفر", "واحدة", "اثنتان", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمانٍ", "تسع", "عشر"]
_TENS = ["_", "عشرة", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
_HUNDREDS = ["_", "مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"]
_SCALES: tuple[tuple[int, Forms, str], ...] = (  # with what two of them are before a noun
    (10**15, ("كوادريليون", "كوادريليونان", "كوادريليونات", "كوادريليونًا"), "كوادريليونا"),
    (10**12, ("تريليون", "تريليونان", "تريليونات", "تريليونًا"), "تريليونا"),
    (10**9, ("مليار", "ملياران", "مليارات", "مليارًا"), "مليارا"),
    (10**6, ("مليون", "مليونان", "ملايين", "مليونًا"), "مليونا"),
    (10**3, ("ألف", "ألفان", "آلاف", "ألفًا"), "ألفا"),
)


def _of(one: str, two: str, few: str, many: str, *, feminine: bool = False) -> Counted:
    return Counted((one, two, few, many), feminine)


_HALALA = _of("هللة", "هللتان", "هللات", "هللةً", feminine=True)
_FILS = _of("فلس", "فلسان", "فلوس", "فلسًا")
_DIRHAM = _of("درهم", "درهمان", "دراهم", "درهمًا")
_PIASTRE = _of("قرش", "قرشان", "قروش", "قرشًا")
_CENT = _of("سنت", "سنتان", "سنتات", "سنتًا")
_CENTIME = _of("سنتيم", "سنتيمان", "سنتيمات", "سنتيمًا")
_MILLIM = _of("مليم", "مليمان", "مليمات", "مليمًا")


def _adjective(noun: Forms, masculine: str) -> Counted:
    """A masculine noun with its adjective: ريالان سعوديان، ثلاثة ريالات سعودية، أحد عشر ريالًا سعوديًا."""
    one, two, few, many = noun
    return _of(f"{one} {masculine}", f"{two} {masculine}ان", f"{few} {masculine}ة", f"{many} {masculine}ًا")


_RIYAL: Forms = ("ريال", "ريالان", "ريالات", "ريالًا")
_DINAR: Forms = ("دينار", "ديناران", "دنانير", "دينارًا")
_POUND: Forms = ("جنيه", "جنيهان", "جنيهات", "جنيهًا")
_DOLLAR: Forms = ("دولار", "دولاران", "دولارات", "دولارًا")

_ARABIC: dict[str, tuple[Counted, Counted]] = {
    "SAR": (_adjective(_RIYAL, "سعودي"), _HALALA),
    "QAR": (_adjective(_RIYAL, "قطري"), _DIRHAM),
    "OMR": (_adjective(_RIYAL, "عُماني"), _of("بيسة", "بيستان", "بيسات", "بيسةً", feminine=True)),
    "YER": (_adjective(_RIYAL, "يمني"), _FILS),
    "AED": (_adjective(_DIRHAM.forms, "إماراتي"), _FILS),
    "MAD": (_adjective(_DIRHAM.forms, "مغربي"), _CENTIME),
    "KWD": (_adjective(_DINAR, "كويتي"), _FILS),
    "BHD": (_adjective(_DINAR, "بحريني"), _FILS),
    "JOD": (_adjective(_DINAR, "أردني"), _FILS),
    "IQD": (_adjective(_DINAR, "عراقي"), _FILS),
    "TND": (_adjective(_DINAR, "تونسي"), _MILLIM),
    "LYD": (_adjective(_DINAR, "ليبي"), _DIRHAM),
    "DZD": (_adjective(_DINAR, "جزائري"), _CENTIME),
    "EGP": (_adjective(_POUND, "مصري"), _PIASTRE),
    "SDG": (_adjective(_POUND, "سوداني"), _PIASTRE),
    "GBP": (_adjective(_POUND, "إسترليني"), _of("بنس", "بنسان", "بنسات", "بنسًا")),
    "USD": (_adjective(_DOLLAR, "أمريكي"), _CENT),
    "EUR": (_of("يورو", "يورو", "يورو", "يورو"), _CENT),
    "SYP": (_of("ليرة سورية", "ليرتان سوريتان", "ليرات سورية", "ليرةً سوريةً", feminine=True), _PIASTRE),
    "LBP": (
        _of("ليرة لبنانية", "ليرتان لبنانيتان", "ليرات لبنانية", "ليرةً لبنانيةً", feminine=True),
        _PIASTRE,
    ),
    "TRY": (_of("ليرة تركية", "ليرتان تركيتان", "ليرات تركية", "ليرةً تركيةً", feminine=True), _PIASTRE),
}
_ENGLISH: dict[str, tuple[str, str, str, str]] = {  # one, many, one of the smaller, many of it
    "SAR": ("Saudi riyal", "Saudi riyals", "halala", "halalas"),
    "QAR": ("Qatari riyal", "Qatari riyals", "dirham", "dirhams"),
    "OMR": ("Omani rial", "Omani rials", "baisa", "baisas"),
    "YER": ("Yemeni rial", "Yemeni rials", "fils", "fils"),
    "AED": ("UAE dirham", "UAE dirhams", "fils", "fils"),
    "MAD": ("Moroccan dirham", "Moroccan dirhams", "centime", "centimes"),
    "KWD": ("Kuwaiti dinar", "Kuwaiti dinars", "fils", "fils"),
    "BHD": ("Bahraini dinar", "Bahraini dinars", "fils", "fils"),
    "JOD": ("Jordanian dinar", "Jordanian dinars", "fils", "fils"),
    "IQD": ("Iraqi dinar", "Iraqi dinars", "fils", "fils"),
    "TND": ("Tunisian dinar", "Tunisian dinars", "millime", "millimes"),
    "LYD": ("Libyan dinar", "Libyan dinars", "dirham", "dirhams"),
    "DZD": ("Algerian dinar", "Algerian dinars", "centime", "centimes"),
    "EGP": ("Egyptian pound", "Egyptian pounds", "piastre", "piastres"),
    "SDG": ("Sudanese pound", "Sudanese pounds", "piastre", "piastres"),
    "GBP": ("pound sterling", "pounds sterling", "penny", "pence"),
    "USD": ("US dollar", "US dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "SYP": ("Syrian pound", "Syrian pounds", "piastre", "piastres"),
    "LBP": ("Lebanese pound", "Lebanese pounds", "piastre", "piastres"),
    "TRY": ("Turkish lira", "Turkish liras", "kurus", "kurus"),
}


def amount_in_words(minor: int, currency: Currency, language: str) -> str:
    """«فقط مئة وخمسة ريالات سعودية وخمسون هللةً لا غير»; "One hundred five Saudi riyals and fifty halalas only"."""
    whole, rest = divmod(abs(minor), 10**currency.decimals)
    if language == "ar":
        return _arabic(whole, rest, currency, negative=minor < 0)
    return _english(whole, rest, currency, negative=minor < 0)


# ---- Arabic --------------------------------------------------------------------------------------------
def _arabic(whole: int, rest: int, currency: Currency, *, negative: bool) -> str:
    counted = _ARABIC.get(currency.code)
    parts = []
    if whole or not rest:
        parts.append(
            count_arabic(whole, counted[0]) if counted else f"{number_arabic(whole)} {currency.name_ar}"
        )
    if rest:
        places = 10**currency.decimals
        parts.append(count_arabic(rest, counted[1]) if counted else f"{number_arabic(rest)} من {places}")
    said = " و".join(parts)
    return f"فقط {'سالب ' if negative else ''}{said} لا غير"


def count_arabic(number: int, counted: Counted) -> str:
    """So many of them: «ريالان سعوديان»، «ثلاث هللات»، «مئة وأحد عشر ريالًا سعوديًا»."""
    one, two, few, many = counted.forms
    last = number % 100
    if number == 0:
        return f"صفر {one}"
    if number == 1:
        return f"{one} {'واحدة' if counted.feminine else 'واحد'}"
    if number == 2:
        return two
    if last in (1, 2):  # a hundred riyals and a riyal, a hundred riyals and two
        return f"{count_arabic(number - last, counted)} و{count_arabic(last, counted)}"
    said = number_arabic(number, feminine=counted.feminine, before_noun=True)
    if last == 0:
        return f"{said} {one}"
    return f"{said} {few if last <= 10 else many}"


def number_arabic(number: int, *, feminine: bool = False, before_noun: bool = False) -> str:
    """The number by itself; `before_noun`: what it counts follows, so that duals and eight lose their ending."""
    if number == 0:
        return "صفر"
    parts = []
    for size, forms, dual in _SCALES:
        count, number = divmod(number, size)
        if count:
            bare = before_noun and number == 0  # ألفا ريال، أحد عشر ألف ريال
            parts.append(_scale(count, forms, dual if bare else forms[1], forms[0] if bare else forms[3]))
    if number:
        parts.append(_below_thousand(number, feminine, before_noun))
    return " و".join(parts)


def _scale(count: int, forms: Forms, dual: str, many: str) -> str:
    if count == 1:
        return forms[0]
    if count == 2:
        return dual
    last = count % 100
    if last in (1, 2) and count > 100:  # مئة ألف وألفان
        return f"{_scale(count - last, forms, forms[1], many)} و{_scale(last, forms, dual, many)}"
    said = _below_thousand(count, feminine=False, before_noun=True)
    return f"{said} {forms[0] if last == 0 else forms[2] if last <= 10 else many}"


def _below_thousand(number: int, feminine: bool, before_noun: bool) -> str:
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        parts.append("مئتا" if hundreds == 2 and before_noun and not rest else _HUNDREDS[hundreds])
    if rest:
        parts.append(_below_hundred(rest, feminine, before_noun))
    return " و".join(parts)


def _below_hundred(number: int, feminine: bool, before_noun: bool) -> str:
    ones = _ONES_FEMININE if feminine else _ONES_MASCULINE
    if number <= 10:
        return "ثماني" if number == 8 and feminine and before_noun else ones[number]
    tens, rest = divmod(number, 10)
    if tens == 1:
        return _teen(rest, feminine)
    return f"{ones[rest]} و{_TENS[tens]}" if rest else _TENS[tens]


def _teen(rest: int, feminine: bool) -> str:
    ten = "عشرة" if feminine else "عشر"
    if rest == 1:
        return f"{'إحدى' if feminine else 'أحد'} {ten}"
    if rest == 2:
        return f"{'اثنتا' if feminine else 'اثنا'} {ten}"
    ones = _ONES_FEMININE if feminine else _ONES_MASCULINE
    return f"{'ثماني' if rest == 8 and feminine else ones[rest]} {ten}"


# ---- English -------------------------------------------------------------------------------------------
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ENGLISH_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH_SCALES = (
    (10**15, "quadrillion"),
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (10**3, "thousand"),
)


def _english(whole: int, rest: int, currency: Currency, *, negative: bool) -> str:
    one, many, small, smalls = _ENGLISH.get(currency.code, (currency.name_en, currency.name_en, "", ""))
    parts = []
    if whole or not rest:
        parts.append(f"{number_english(whole)} {one if whole == 1 else many}")
    if rest:
        unit = (small if rest == 1 else smalls) or f"of {10**currency.decimals}"
        parts.append(f"{number_english(rest)} {unit}")
    said = ("minus " if negative else "") + " and ".join(parts) + " only"
    return said[:1].upper() + said[1:]


def number_english(number: int) -> str:
    if number == 0:
        return _SMALL[0]
    parts = []
    for size, name in _ENGLISH_SCALES:
        count, number = divmod(number, size)
        if count:
            parts.append(f"{_english_below_thousand(count)} {name}")
    if number:
        parts.append(_english_below_thousand(number))
    return " ".join(parts)


def _english_below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        parts.append(_ENGLISH_TENS[tens] + (f"-{_SMALL[ones]}" if ones else ""))
    elif rest:
        parts.append(_SMALL[rest])
    return " ".join(parts)
