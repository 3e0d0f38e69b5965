"""How one person reads: language, calendar, digits, zone. Every face of a value is written for a reader."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language

from sila.platform.access.models import User
from sila.platform.kit.dates import format_date, format_datetime
from sila.platform.tenancy.models import Workspace


@dataclass(frozen=True)
class Reader:
    language: str
    calendar: str
    digits: str
    country: str
    zone: str
    currency: str
    week_start: int
    slug: str = ""

    @classmethod
    def of(cls, workspace: Workspace, user: User | None = None) -> "Reader":
        return cls(
            language=(get_language() or workspace.language)[:2],
            calendar=(user and user.calendar) or workspace.calendar,
            digits=(user and user.digits) or workspace.digits,
            country=workspace.country,
            zone=workspace.timezone,
            currency=workspace.currency,
            week_start=workspace.week_start,
            slug=workspace.slug,
        )

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def now(self) -> datetime:
        return timezone.now().astimezone(self.tz)

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def one_calendar(self) -> str:
        """Where there is room for one only: the Gregorian for those who read both."""
        return "gregorian" if self.calendar == "both" else self.calendar

    def day(self, day: date, *, calendar: str = "", style: str = "short") -> str:
        """As `format_date` says it, in one calendar unless another is named."""
        return format_date(
            day,
            language=self.language,
            calendar=calendar or self.one_calendar,
            digits=self.digits,
            country=self.country,
            style=style,
        )

    def moment(self, moment: datetime, *, calendar: str = "") -> str:
        """Day and time of an aware moment by the reader's clock, in one calendar unless another is named."""
        return format_datetime(
            moment,
            self.tz,
            language=self.language,
            calendar=calendar or self.one_calendar,
            digits=self.digits,
            country=self.country,
        )
