from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit.dates import (
    RANGE_LABELS,
    WEEK,
    UnreadableDate,
    date_range,
    format_date,
    format_datetime,
    format_time,
    parse_date,
    parse_datetime,
    relative_day,
    week_of,
)
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.hijri import FIRST_DATE, LAST_DATE

RIYADH = ZoneInfo("Asia/Riyadh")
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22",
        "2026/11/22",
        "20261122",
        "22/11/2026",
        "22-11-2026",
        "22.11.2026",
        "22 11 2026",
        "22/11/26",
        "٢٢/١١/٢٠٢٦",
        "22 نوفمبر 2026",
        "22 تشرين الثاني 2026",
        "22 نونبر 2026",
        "٢٢ نوفمبر ٢٠٢٦ م",
        "22 Nov 2026",
        "22-Nov-26",
        "November 22, 2026",
        "2026-11-22 00:00:00",
        "2026-11-22T00:00:00Z",
        " \u200f22/11/2026\u200e ",
    ],
)
def test_a_day_is_read_in_every_common_way_of_writing(typed):
    assert parse_date(typed) == DAY


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22 14:30",
        "2026-11-22T22:30:00Z",
        "2026-11-22T22:30:00.123+03:00",
        "22/11/2026 2:30 PM",
        "22/11/2026 11:59:59 p.m.",
        "٢٢/١١/٢٠٢٦، ٢:٣٠ م",
        "22 نوفمبر 2026 م 2:30 صباحاً",
        "Nov 22, 2026, 02:30",
    ],
)
def test_a_time_behind_the_day_is_left_out_and_the_day_is_the_one_written(typed):
    assert parse_date(typed) == DAY


def test_the_order_is_followed_and_never_guessed():
    assert parse_date("11/12/2026", order="mdy") == date(2026, 11, 12)
    assert parse_date("11/12/2026", order="dmy") == date(2026, 12, 11)
    assert parse_date("26-11-12", order="ymd") == date(2026, 11, 12)
    assert parse_date("Nov 22, 2026", order="mdy") == DAY
    with pytest.raises(UnreadableDate):
        parse_date("22/11/2026", order="mdy")


def test_years_of_two_digits_turn_at_1969():
    assert parse_date("1/2/68") == date(2068, 2, 1)
    assert parse_date("1/2/69") == date(1969, 2, 1)
    assert parse_date("1/2/48", calendar="hijri") == parse_date("1/2/1448", calendar="hijri")


@pytest.mark.parametrize(
    "typed",
    [
        "12/6/1448",
        "1448-06-12",
        "12 جمادى الآخرة 1448",
        "12 جمادى الثانية 1448 هـ",
        "١٢ جمادى الآخرة ١٤٤٨هـ",
        "12 Jumada II 1448",
        "12/6/1448 AH",
        "12 jumada al-thani 1448",
    ],
)
def test_hijri_days_are_read_in_a_hijri_column(typed):
    assert parse_date(typed, calendar="hijri") == DAY


@pytest.mark.parametrize(
    "typed", ["12/6/1448", "1448-06-12", "12/06/1448 هـ", "22/11/2026 هـ", "1 محرم 1448"]
)
def test_a_hijri_day_in_a_gregorian_column_is_told_so(typed):
    with pytest.raises(UnreadableDate, match="looks like a Hijri date"):
        parse_date(typed)


@pytest.mark.parametrize(
    "typed", ["12/6/1448", "12 جمادى الثانية 1448", "22/11/2026", "12/06/48 هـ", "22 Nov 2026"]
)
def test_where_each_date_says_its_calendar_itself_both_are_read(typed):
    assert parse_date(typed, calendar="both") == DAY


@pytest.mark.parametrize("typed", ["45/13/1446", "31/02/2026", "30 Smarch 2026", ""])
def test_there_too_a_day_that_is_none_is_refused(typed):
    with pytest.raises(InvalidInput):
        parse_date(typed, calendar="both")


@pytest.mark.parametrize("typed", ["22/11/2026", "2026-11-22", "12/6/1448 م", "22 Nov 2026"])
def test_a_gregorian_day_in_a_hijri_column_is_told_so(typed):
    with pytest.raises(UnreadableDate, match="looks like a Gregorian date"):
        parse_date(typed, calendar="hijri")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "31/02/2026",
        "29/02/2025",
        "32/01/2026",
        "00/01/2026",
        "1/13/2026",
        "1/2/326",
        "1/2/20266",
        "45252",
        "2026-11-22 25:30",
        "2026-11-22 14:30 x",
        "14:30",
        "22 Foo 2026",
        "22 Nov 2026 x",
        "1/2",
        "1/2/3/4",
        "Nov 2026",
        "0000-01-01",
    ],
)
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(UnreadableDate):
        parse_date(typed)


@given(st.text(), st.sampled_from(["gregorian", "hijri"]), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_any_text_is_a_day_or_is_refused_in_words(text, calendar, order):
    try:
        parse_date(text, calendar=calendar, order=order)
    except InvalidInput as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22 14:05",
        "2026-11-22T14:05:00",
        "2026-11-22T11:05:00Z",
        "2026-11-22T12:05:00+01:00",
        "22/11/2026 14:05",
        "22/11/2026 2:05 PM",
        "22/11/2026، ٢:٠٥ م",
        "22 نوفمبر 2026 2:05 مساءً",
        "22 Nov 2026, 14:05",
    ],
)
def test_a_moment_is_read_by_the_readers_clock(typed):
    assert parse_datetime(typed, RIYADH) == datetime(2026, 11, 22, 14, 5, tzinfo=RIYADH)


def test_noon_and_midnight_of_twelve_hours():
    assert parse_datetime("22/11/2026 12:00 am", RIYADH).hour == 0
    assert parse_datetime("22/11/2026 12:00 ظ".replace("ظ", "م"), RIYADH).hour == 12
    assert parse_datetime("22/11/2026", RIYADH).hour == 0


@pytest.mark.parametrize(
    "typed", ["22/11/2026 25:00", "22/11/2026 14:60", "22/11/2026 14:00 pm", "1448-06-12T10:00", "now"]
)
def test_what_is_no_moment_is_refused(typed):
    with pytest.raises(UnreadableDate):
        parse_datetime(typed, RIYADH)


def test_a_time_that_the_clocks_leapt_over_is_refused():
    with pytest.raises(UnreadableDate, match="does not exist"):
        parse_datetime("29/03/2026 02:30", BERLIN)


def test_days_are_shown_as_each_country_names_its_months():
    assert format_date(DAY, language="ar") == "22 نوفمبر 2026"
    assert format_date(DAY, language="ar", country="JO") == "22 تشرين الثاني 2026"
    assert format_date(date(2026, 1, 2), language="ar", country="DZ", digits="arab") == "٢ جانفي ٢٠٢٦"
    assert format_date(DAY, language="en") == "22 Nov 2026"
    assert format_date(DAY, language="en", style="long") == "22 November 2026"
    assert format_date(DAY, language="ar", style="day") == "الأحد 22 نوفمبر 2026"


def test_the_hijri_day_stands_alone_or_beside():
    hijri = "12 جمادى الآخرة 1448\u00a0هـ"
    assert format_date(DAY, language="ar", calendar="hijri") == hijri
    assert format_date(DAY, language="ar", calendar="both") == f"22 نوفمبر 2026\u00a0م · {hijri}"
    assert format_date(DAY, language="en", calendar="hijri") == "12 Jumada II 1448\u00a0AH"


def test_days_beyond_the_hijri_tables_are_shown_in_the_gregorian_calendar():
    assert format_date(date(1900, 1, 1), language="en", calendar="hijri") == "1 Jan 1900\u00a0AD"


@given(
    st.dates(FIRST_DATE, LAST_DATE),
    st.sampled_from(["ar", "en"]),
    st.sampled_from(["gregorian", "hijri"]),
    st.sampled_from(["latn", "arab"]),
    st.sampled_from(["SA", "JO", "DZ", "MA", "MR", "DE"]),
)
def test_a_day_that_is_shown_can_be_typed_again(day, language, calendar, digits, country):
    shown = format_date(
        day, language=language, calendar=calendar, digits=digits, country=country, style="long"
    )
    assert parse_date(shown, calendar=calendar) == day


def test_moments_are_shown_by_the_readers_clock():
    moment = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    assert format_datetime(moment, RIYADH, language="en") == "23 Nov 2026, 01:30"
    assert format_datetime(moment, RIYADH, language="ar", digits="arab") == "٢٣ نوفمبر ٢٠٢٦، ٠١:٣٠"
    assert format_time(datetime(2026, 1, 1, 9, 5)) == "09:05"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Today"),
        (1, "Tomorrow"),
        (-1, "Yesterday"),
        (3, "In 3 days"),
        (-2, "2 days late"),
        (-11, "11 days late"),
    ],
)
def test_a_day_in_relation_to_today(days, words):
    assert relative_day(date.fromordinal(DAY.toordinal() + days), DAY, "en") == words


@pytest.mark.parametrize(
    ("token", "first", "last"),
    [
        ("today", (2026, 11, 22), (2026, 11, 22)),
        ("yesterday", (2026, 11, 21), (2026, 11, 21)),
        ("this_week", (2026, 11, 22), (2026, 11, 28)),
        ("last_week", (2026, 11, 15), (2026, 11, 21)),
        ("next_month", (2026, 12, 1), (2026, 12, 31)),
        ("last_month", (2026, 10, 1), (2026, 10, 31)),
        ("this_quarter", (2026, 10, 1), (2026, 12, 31)),
        ("next_quarter", (2027, 1, 1), (2027, 3, 31)),
        ("last_year", (2025, 1, 1), (2025, 12, 31)),
        ("last_7_days", (2026, 11, 16), (2026, 11, 22)),
        ("next_30_days", (2026, 11, 22), (2026, 12, 21)),
        ("this_hijri_month", (2026, 11, 11), (2026, 12, 9)),
        ("ramadan", (2027, 2, 8), (2027, 3, 8)),
    ],
)
def test_spans_that_people_name(token, first, last):
    sunday = 6
    assert date_range(token, DAY, sunday) == (date(*first), date(*last))


def test_the_week_begins_as_the_country_begins_it():
    assert date_range("this_week", DAY, week_of("EG")[0])[0] == date(2026, 11, 21)
    assert date_range("this_week", DAY, week_of("DE")[0])[0] == date(2026, 11, 16)
    assert WEEK["SA"] == (6, {4, 5})
    assert WEEK["AE"] == (0, {5, 6})
    assert week_of("FR") == (0, {5, 6})


@given(st.dates(date(1950, 1, 1), date(2070, 1, 1)), st.sampled_from(sorted(RANGE_LABELS)), st.integers(0, 6))
def test_every_named_span_is_whole_and_in_order(today, token, week_start):
    first, last = date_range(token, today, week_start)
    assert first <= last
    if token.startswith("this_"):
        assert first <= today <= last


def test_an_unknown_span_is_an_error():
    with pytest.raises(KeyError):
        date_range("some_day", DAY, 0)
