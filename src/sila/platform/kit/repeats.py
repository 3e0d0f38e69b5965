"""Rules of repetition as a small form holds them and as a sentence tells them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from babel.lists import format_list
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .months import WEEKDAY_LABELS

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # by date.weekday()
OWN = "own"  # a rule that the form cannot say, written out


@dataclass(frozen=True)
class Repeat:
    """What the form holds, as it was typed. `often` is how the rule begins, `OWN`, or "" for none."""

    often: str = ""
    every: str = ""
    days: tuple[str, ...] = ()
    end: str = ""  # "until", "count" or ""
    until: str = ""  # 2027-03-01
    count: str = ""
    text: str = ""


def working_days(weekend: Iterable[int]) -> str:
    off = set(weekend)
    days = ",".join(name for day, name in enumerate(DAYS) if day not in off)
    return f"FREQ=WEEKLY;BYDAY={days}" if days else "FREQ=DAILY"


def beginnings(weekend: Iterable[int]) -> dict[str, str]:
    """How rules begin that the form offers, and their names."""
    return {
        "FREQ=DAILY": _steps("DAILY", 1),
        working_days(weekend): _("Every working day"),
        "FREQ=WEEKLY": _steps("WEEKLY", 1),
        "FREQ=WEEKLY;INTERVAL=2": _steps("WEEKLY", 2),
        "FREQ=MONTHLY": _steps("MONTHLY", 1),
        "FREQ=YEARLY": _steps("YEARLY", 1),
    }


# ---- between the form and the rule -----------------------------------------------------------------
def rule_of(form: Repeat, week_start: int = 0) -> str:
    """The rule that the form says, unchecked: what was typed wrongly stays in it, to be refused and shown."""
    if form.often in ("", OWN):
        return form.text if form.often else ""
    parts = _parts(form.often)
    if "INTERVAL" not in parts and form.every not in ("", "1"):
        parts["INTERVAL"] = form.every
    if parts.get("FREQ") == "WEEKLY" and "BYDAY" not in parts and form.days:
        parts["BYDAY"] = ",".join(form.days)
    if "INTERVAL" in parts and "," in parts.get("BYDAY", ""):
        parts["WKST"] = DAYS[week_start]  # which days belong to one week
    if form.end == "until":
        parts["UNTIL"] = form.until.replace("-", "")
    elif form.end == "count":
        parts["COUNT"] = form.count
    return ";".join(f"{name}={value}" for name, value in parts.items())


def form_of(rule: str, weekend: Iterable[int], week_start: int = 0) -> Repeat:
    """The form that says this rule; with the rule written out where the form cannot."""
    if not rule:
        return Repeat()
    parts = _parts(rule)
    until = parts.get("UNTIL", "")
    form = Repeat(
        often=f"FREQ={parts.get('FREQ', '')}",
        every=parts.get("INTERVAL", ""),
        days=tuple(parts.get("BYDAY", "").split(",")) if parts.get("BYDAY") else (),
        end="until" if "UNTIL" in parts else "count" if "COUNT" in parts else "",
        until=f"{until[:4]}-{until[4:6]}-{until[6:]}" if len(until) == 8 else "",
        count=parts.get("COUNT", ""),
    )
    usual = working_days(weekend)
    if set(form.days) == set(_parts(usual).get("BYDAY", "").split(",")) and form.every in ("", "1"):
        form = replace(form, often=usual, days=())
    elif form.often == "FREQ=WEEKLY" and form.every == "2":
        form = replace(form, often="FREQ=WEEKLY;INTERVAL=2", every="")
    known = form.often in beginnings(weekend) and set(form.days) <= set(DAYS)
    if known and _same(_parts(rule_of(form, week_start)), parts):
        return form
    return Repeat(often=OWN, text=rule)


def _parts(rule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.split(";"))
    return {name: value for name, _equals, value in pairs}


def _same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    def plain(parts: Mapping[str, str]) -> dict[str, object]:
        said = {name: value for name, value in parts.items() if (name, value) != ("INTERVAL", "1")}
        return {**said, "BYDAY": set(parts.get("BYDAY", "").split(","))}

    return plain(one) == plain(other)


# ---- words -----------------------------------------------------------------------------------------
def in_words(
    rule: str, weekend: Iterable[int], written: Callable[[date], str], number: Callable[[int], str] = str
) -> str:
    """«كل أسبوع يوم الأحد حتى 1 مارس 2027»: a valid rule, in the language that is spoken now."""
    parts = _parts(rule)
    words = _often(parts, set(weekend), number)
    if "UNTIL" in parts:
        last = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()
        return _("%(often)s until %(day)s") % {"often": words, "day": written(last)}
    if "COUNT" in parts:
        count = int(parts["COUNT"])
        sentence = ngettext("%(often)s, once", "%(often)s, %(count)s times", count)
        return sentence % {"often": words, "count": number(count)}
    return words


def _often(parts: Mapping[str, str], weekend: set[int], number: Callable[[int], str]) -> str:
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    interval = int(parts.get("INTERVAL", "1"))
    if days and parts["FREQ"] == "WEEKLY" and interval == 1 and _working(days, weekend):
        return _("Every working day")
    words = _steps(parts["FREQ"], interval, number)
    if parts["FREQ"] == "WEEKLY" and days:
        names = [str(WEEKDAY_LABELS[DAYS.index(name)]) for name in days]
        listed = format_list(names, locale=get_language() or "en")
        sentence = ngettext("%(often)s on %(days)s", "%(often)s on %(days)s", len(names))
        return sentence % {"often": words, "days": listed}
    if any(name.startswith("BY") for name in parts):
        return _("%(often)s by a rule of its own") % {"often": words}
    return words


def _working(days: list[str], weekend: set[int]) -> bool:
    return {DAYS.index(day) for day in days} == set(range(7)) - weekend


def _steps(frequency: str, count: int, number: Callable[[int], str] = str) -> str:
    sentences = {
        "DAILY": ngettext("Every day", "Every %(count)s days", count),
        "WEEKLY": ngettext("Every week", "Every %(count)s weeks", count),
        "MONTHLY": ngettext("Every month", "Every %(count)s months", count),
        "YEARLY": ngettext("Every year", "Every %(count)s years", count),
    }
    return sentences[frequency] % {"count": number(count)}
