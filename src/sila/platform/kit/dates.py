"""Days and times: how they are typed, shown, and spanned."""

from .date_input import UnreadableDate, parse_date, parse_datetime
from .date_output import format_date, format_datetime, format_month, format_time, relative_day
from .date_ranges import RANGE_LABELS, date_range, midnight, moments
from .months import ISO_WEEK, WEEK, WEEKDAY_LABELS, month_names, week_of

__all__ = [
    "ISO_WEEK",
    "RANGE_LABELS",
    "WEEK",
    "WEEKDAY_LABELS",
    "UnreadableDate",
    "date_range",
    "format_date",
    "format_datetime",
    "format_month",
    "format_time",
    "midnight",
    "moments",
    "month_names",
    "parse_date",
    "parse_datetime",
    "relative_day",
    "week_of",
]
