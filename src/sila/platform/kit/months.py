"""Names of months and days, and the week of each country."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_GULF = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
_LEVANT = "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول"
_MAGHREB = "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر"
_MOROCCO = "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر"
_MAURITANIA = "يناير فبراير مارس إبريل مايو يونيو يوليو أغشت شتمبر أكتوبر نوفمبر دجمبر"
_ENGLISH = "January February March April May June July August September October November December"


def _names(line: str) -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in line.split())


MONTHS_EN = _names(_ENGLISH)
MONTHS_AR = _names(_GULF)
_MONTHS_BY_COUNTRY = {
    **dict.fromkeys(("SY", "LB", "JO", "PS", "IQ"), _names(_LEVANT)),
    **dict.fromkeys(("TN", "DZ"), _names(_MAGHREB)),
    "MA": _names(_MOROCCO),
    "MR": _names(_MAURITANIA),
}
ARABIC_MONTH_SETS = (MONTHS_AR, *map(_names, (_LEVANT, _MAGHREB, _MOROCCO, _MAURITANIA)))

# By date.weekday(): Monday is 0.
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS_AR = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")

_SATURDAY, _SUNDAY, _MONDAY = 5, 6, 0
_FRIDAY_SATURDAY = frozenset({4, 5})
_SATURDAY_SUNDAY = frozenset({5, 6})

Week = tuple[int, frozenset[int]]
ISO_WEEK: Week = (_MONDAY, _SATURDAY_SUNDAY)
# Country: first day of the week and the weekend, by date.weekday(). Others have the ISO week.
WEEK: dict[str, Week] = {
    **dict.fromkeys(("SA", "YE"), (_SUNDAY, _FRIDAY_SATURDAY)),
    **dict.fromkeys(
        ("EG", "KW", "QA", "BH", "OM", "IQ", "JO", "SY", "PS", "SD", "LY", "DZ"),
        (_SATURDAY, _FRIDAY_SATURDAY),
    ),
    **dict.fromkeys(("AE", "LB", "TN", "MA", "MR", "SO", "KM", "DE", "GB"), ISO_WEEK),
    "DJ": (_SATURDAY, _SATURDAY_SUNDAY),
    "US": (_SUNDAY, _SATURDAY_SUNDAY),
}

WEEKDAY_LABELS: tuple[Promise, ...] = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


def week_of(country: str) -> Week:
    """First day of the week and the weekend; 0 is Monday, as in date.weekday()."""
    return WEEK.get(country, ISO_WEEK)


def month_names(language: str, country: str) -> tuple[str, ...]:
    """January to December, as the country calls them."""
    return _MONTHS_BY_COUNTRY.get(country, MONTHS_AR) if language == "ar" else MONTHS_EN
