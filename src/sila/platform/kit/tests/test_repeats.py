"""Rules of repetition in a small form and in words."""

from datetime import date

import pytest
from django.utils.translation import override

from sila.platform.kit.dates import format_date
from sila.platform.kit.repeats import OWN, Repeat, form_of, in_words, rule_of

SAUDI, SUNDAY = (4, 5), 6


def words(rule, language):
    def written(day: date) -> str:
        return format_date(day, language=language)

    with override(language):
        return in_words(rule, SAUDI, written)


@pytest.mark.parametrize(
    ("rule", "arabic", "english"),
    [
        ("FREQ=DAILY", "كل يوم", "Every day"),
        ("FREQ=WEEKLY;BYDAY=SU,MO,TU,WE,TH", "كل يوم عمل", "Every working day"),
        ("FREQ=WEEKLY;INTERVAL=2", "كل أسبوعين", "Every 2 weeks"),
        (
            "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270301",
            "كل أسبوع يوم الأحد حتى 1 مارس 2027",
            "Every week on Sunday until 1 Mar 2027",
        ),
        (
            "FREQ=WEEKLY;BYDAY=SU,TU;COUNT=2",
            "كل أسبوع يومي الأحد والثلاثاء، مرتين",
            "Every week on Sunday and Tuesday, 2 times",
        ),
        ("FREQ=MONTHLY;INTERVAL=3;COUNT=11", "كل 3 أشهر، 11 مرة", "Every 3 months, 11 times"),
        ("FREQ=MONTHLY;BYDAY=1SU", "كل شهر بقاعدة خاصة", "Every month by a rule of its own"),
    ],
)
def test_a_rule_is_told_in_words(rule, arabic, english):
    assert (words(rule, "ar"), words(rule, "en")) == (arabic, english)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=DAILY;INTERVAL=3;COUNT=5",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270301",
        "FREQ=YEARLY",
    ],
)
def test_the_form_says_the_rule_that_it_was_given(rule):
    form = form_of(rule, SAUDI, SUNDAY)
    assert form.often != OWN
    assert rule_of(form, SUNDAY) == rule


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MONTHLY;BYDAY=1SU", "FREQ=DAILY;UNTIL=20270301T090000Z", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU"],
)
def test_a_rule_beyond_the_form_is_shown_written_out_and_kept(rule):
    form = form_of(rule, SAUDI, SUNDAY)
    assert form == Repeat(often=OWN, text=rule)
    assert rule_of(form) == rule


def test_what_was_typed_wrongly_is_shown_again():
    wrong = rule_of(Repeat(often="FREQ=DAILY", every="كثيرًا", end="count", count=""))
    assert form_of(wrong, SAUDI) == Repeat(often="FREQ=DAILY", every="كثيرًا", end="count")
