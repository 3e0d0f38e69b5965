from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sila.platform.kit.recurrence import UnreadableRule, next_occurrence, occurrences, validate_rrule

BERLIN = ZoneInfo("Europe/Berlin")
RIYADH = ZoneInfo("Asia/Riyadh")


def days(rule, start, tz, first, last):
    return [moment.strftime("%m-%d") for moment in occurrences(rule, start, tz, (first, last))]


def test_every_week_on_two_days():
    start = datetime(2026, 11, 22, 9, tzinfo=RIYADH)
    end = datetime(2026, 12, 6, tzinfo=RIYADH)
    assert days("FREQ=WEEKLY;BYDAY=SU,TU", start, RIYADH, start, end) == ["11-22", "11-24", "11-29", "12-01"]


def test_the_last_working_day_of_the_gulf_month():
    start = datetime(2026, 1, 1, 9, tzinfo=RIYADH)
    end = datetime(2026, 4, 1, tzinfo=RIYADH)
    rule = "FREQ=MONTHLY;BYDAY=SU,MO,TU,WE,TH;BYSETPOS=-1"
    assert days(rule, start, RIYADH, start, end) == ["01-29", "02-26", "03-31"]


def test_nine_in_the_morning_stays_nine_across_the_clock_change():
    start = datetime(2026, 10, 24, 9, tzinfo=BERLIN)
    found = occurrences("FREQ=DAILY", start, BERLIN, (start, datetime(2026, 10, 27, tzinfo=BERLIN)))
    assert [moment.hour for moment in found] == [9, 9, 9]
    assert [moment.astimezone(UTC).hour for moment in found] == [7, 8, 8]


def test_a_time_that_the_clocks_leap_over_comes_later():
    start = datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)
    found = occurrences("FREQ=DAILY", start, BERLIN, (start, datetime(2026, 3, 31, tzinfo=BERLIN)))
    assert [moment.strftime("%H:%M") for moment in found] == ["02:30", "03:30", "02:30"]


def test_the_end_of_the_span_is_excluded_and_the_limit_kept():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert len(occurrences("FREQ=DAILY", start, UTC, (start, datetime(2026, 1, 4, tzinfo=UTC)))) == 3
    assert len(occurrences("FREQ=DAILY", start, UTC, (start, datetime(2030, 1, 1, tzinfo=UTC)), limit=7)) == 7


def test_until_as_a_day_takes_in_the_whole_day():
    start = datetime(2026, 1, 1, 18, tzinfo=RIYADH)
    end = datetime(2027, 1, 1, tzinfo=RIYADH)
    assert days("FREQ=DAILY;UNTIL=20260103", start, RIYADH, start, end) == ["01-01", "01-02", "01-03"]


def test_the_next_one_and_none_after_the_last():
    start = datetime(2026, 1, 1, 9, tzinfo=RIYADH)
    following = next_occurrence("FREQ=DAILY;COUNT=2", start, RIYADH, start)
    assert following == datetime(2026, 1, 2, 9, tzinfo=RIYADH)
    assert next_occurrence("FREQ=DAILY;COUNT=2", start, RIYADH, following) is None


def test_a_rule_is_kept_in_one_way_of_writing():
    assert validate_rrule(" rrule:freq=weekly;byday=su ") == "FREQ=WEEKLY;BYDAY=SU"


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "WEEKLY",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;INTERVAL=1",
        "INTERVAL=2",
        "FREQ=DAILY;COUNT=1001",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20271399",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYSETPOS=5",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=DAILY;X-FOO=1",
        "FREQ=DAILY\nEXDATE:20260101",
    ],
)
def test_wrong_or_endless_rules_are_refused(rule):
    with pytest.raises(UnreadableRule):
        validate_rrule(rule)
