"""The picture of a forecast: bars of what came, and over each what had been foretold with its interval.

It is an SVG of plain attributes, which the content security policy allows, mirrored for languages that are read from the
right. The table beside it says the same.
"""

from datetime import date
from typing import Any

from sila.insight.models import Prediction
from sila.platform.access.reader import Reader
from sila.platform.entities.periods import Period
from sila.platform.kit.dates import format_month

WIDTH, HEIGHT, TOP, FOOT = 720, 220, 12, 28
MOST = 12  # bars


def drawn(
    trials: list[dict[str, Any]],
    prediction: Prediction,
    period: Period,
    reader: Reader,
) -> dict[str, Any]:
    """`bars`: [{x, y, width, height, label, …}] in a box of WIDTH × HEIGHT."""
    ahead = {
        "first": period.first.toordinal(),
        "last": period.last.toordinal(),
        "value": prediction.value,
        "low": prediction.low,
        "high": prediction.high,
        "actual": prediction.reasons["so_far"],
        "ahead": True,
    }
    shown = [*trials[-MOST:], ahead]
    top = max((each[name] for each in shown for name in ("high", "actual", "value")), default=0) or 1
    slot = WIDTH / len(shown)
    bars = [_bar(each, place, slot, top, period, reader) for place, each in enumerate(shown)]
    return {"width": WIDTH, "height": HEIGHT, "base": HEIGHT - FOOT, "bars": bars}


def _bar(
    told: dict[str, Any], place: int, slot: float, top: int, period: Period, reader: Reader
) -> dict[str, Any]:
    from_end = reader.language == "ar"
    left = WIDTH - (place + 1) * slot if from_end else place * slot

    def height(minor: int) -> float:
        return round(max(0.0, minor / top) * (HEIGHT - TOP - FOOT), 1)

    base = HEIGHT - FOOT
    middle = round(left + slot / 2, 1)
    return {
        "x": round(left + slot * 0.2, 1),
        "y": base - height(told["actual"]),
        "width": round(slot * 0.6, 1),
        "height": height(told["actual"]),
        "middle": middle,
        "cap_from": round(middle - slot * 0.12, 1),
        "cap_to": round(middle + slot * 0.12, 1),
        "value": base - height(told["value"]),
        "low": base - height(told["low"]),
        "high": base - height(told["high"]),
        "label": _short(told, period, reader),
        "label_y": HEIGHT - 8,
        "ahead": told.get("ahead", False),
        "held": told["low"] <= told["actual"] <= told["high"],
    }


def _short(told: dict[str, Any], period: Period, reader: Reader) -> str:
    """The name of the last month, without its year."""
    month = format_month(
        date.fromordinal(told["last"]),
        language=reader.language,
        calendar=period.calendar,
        digits=reader.digits,
        country=reader.country,
    )
    name = month.rsplit(" ", 1)[0]
    return name if reader.language == "ar" or period.calendar == "hijri" else name[:3]
