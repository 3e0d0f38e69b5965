"""Repetition by RFC 5545: the part of RRULE that a diary needs, daily and coarser."""

import re
from datetime import UTC, datetime, time, tzinfo
from itertools import islice

from dateutil.rrule import rrule, rrulestr
from django.utils.translation import gettext as _

from .errors import InvalidInput

_MAX_COUNT = 1000
_DAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _list_of(item: str) -> re.Pattern[str]:
    return re.compile(f"{item}(?:,{item}){{0,30}}", re.ASCII)


_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9]\d{0,2}", re.ASCII),
    "COUNT": re.compile(r"[1-9]\d{0,8}", re.ASCII),
    "UNTIL": re.compile(r"[12]\d{7}(?:T\d{6}Z?)?", re.ASCII),
    "BYDAY": _list_of(rf"(?:[+-]?[1-5])?{_DAY}"),
    "BYMONTHDAY": _list_of(r"-?(?:[12]\d|3[01]|[1-9])"),
    "BYMONTH": _list_of(r"(?:1[0-2]|[1-9])"),
    "BYSETPOS": _list_of(r"-?[1-5]"),
    "WKST": re.compile(_DAY),
}


class UnreadableRule(InvalidInput):
    """A rule of repetition that is wrong, finer than a day, or would never come true."""


def validate_rrule(text: str) -> str:
    """The rule in capitals, without its "RRULE:" prefix; UnreadableRule with the reason."""
    rule = text.strip().upper().removeprefix("RRULE:").strip(";")
    parts = _parts(rule)
    if int(parts.get("COUNT", 1)) > _MAX_COUNT:
        message = _("A rule may repeat at most %(limit)d times.")
        raise UnreadableRule(message % {"limit": _MAX_COUNT})
    if not _can_come_true(parts):
        raise UnreadableRule(_("This rule of repetition is not supported, or would never come true."))
    _until(parts, UTC)
    return rule


def _parts(rule: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in rule.split(";")]
    parts = {name: value for name, _equals, value in pairs}
    known = all(name in _PARTS and _PARTS[name].fullmatch(value) for name, value in parts.items())
    if not known or len(parts) < len(pairs) or "FREQ" not in parts or {"COUNT", "UNTIL"} <= parts.keys():
        raise _not_a_rule()
    return parts


def _not_a_rule() -> UnreadableRule:
    return UnreadableRule(_("This is not a rule of repetition (RFC 5545, daily or coarser)."))


def _can_come_true(parts: dict[str, str]) -> bool:
    """Whether the parts go together; dateutil would look for a day that never comes until the year 9999."""
    frequency, days = parts["FREQ"], parts.get("BYDAY", "")
    counted = any(character.isdigit() for character in days)
    if frequency == "DAILY" and parts.get("INTERVAL", "1") != "1" and any(n.startswith("BY") for n in parts):
        return False
    if counted and (frequency not in {"MONTHLY", "YEARLY"} or "BYMONTHDAY" in parts):
        return False
    if "BYSETPOS" in parts and (frequency != "MONTHLY" or not days or counted or "BYMONTHDAY" in parts):
        return False
    if "BYMONTHDAY" in parts and frequency == "WEEKLY":
        return False
    return _some_month_has_the_day(parts)


def _some_month_has_the_day(parts: dict[str, str]) -> bool:
    if "BYMONTHDAY" not in parts or "BYMONTH" not in parts:
        return True
    earliest = min(abs(int(day)) for day in parts["BYMONTHDAY"].split(","))
    return any(earliest <= _MONTH_LENGTHS[int(month) - 1] for month in parts["BYMONTH"].split(","))


def _until(parts: dict[str, str], tz: tzinfo) -> datetime | None:
    """The last moment of the rule, by the clock of `tz`."""
    text = parts.get("UNTIL")
    if text is None:
        return None
    try:
        moment = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")
    except ValueError:
        raise _not_a_rule() from None
    if text.endswith("Z"):
        return moment.replace(tzinfo=UTC).astimezone(tz).replace(tzinfo=None)
    return moment if "T" in text else datetime.combine(moment, time.max)


def occurrences(
    rule: str, start: datetime, tz: tzinfo, between: tuple[datetime, datetime], limit: int = 500
) -> list[datetime]:
    """At most `limit` moments within `between`, its end excluded, by the clock of `tz`.

    Nine in the morning stays nine in the morning when the clocks change; a time that they leap over
    comes as much later as they leap.
    """
    first, last = (_clock(moment, tz) for moment in between)
    found: list[datetime] = []
    for moment in _recurrence(rule, start, tz).xafter(first, inc=True):
        if moment >= last or len(found) >= limit:
            break
        found.append(_aware(moment, tz))
    return found


def next_occurrence(rule: str, start: datetime, tz: tzinfo, after: datetime) -> datetime | None:
    """The first moment later than `after`; None when the rule has come to its end."""
    moments = _recurrence(rule, start, tz).xafter(_clock(after, tz))
    return next((_aware(moment, tz) for moment in islice(moments, 1)), None)


def _recurrence(rule: str, start: datetime, tz: tzinfo) -> rrule:
    parts = _parts(validate_rrule(rule))
    until = _until(parts, tz)
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    found: rrule = rrulestr(text, dtstart=_clock(start, tz))
    return found.replace(until=until) if until else found


def _clock(moment: datetime, tz: tzinfo) -> datetime:
    return moment.astimezone(tz).replace(tzinfo=None)


def _aware(moment: datetime, tz: tzinfo) -> datetime:
    return moment.replace(tzinfo=tz).astimezone(UTC).astimezone(tz)
