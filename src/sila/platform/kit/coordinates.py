"""Places on the earth: read as people copy them from maps, and how far one is from another, as the crow flies.

Stored as text, latitude before longitude, in degrees (WGS 84) with five decimals, about a metre: "24.71355, 46.67530".
"""

import re
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from django.utils.translation import gettext as _

from .folding import latin_digits

EARTH = 6371.0  # km, mean radius
_NUMBER = r"(-?\d{1,3}(?:\.\d{1,15})?)"
_PAIRS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[@=:/]{_NUMBER}\s*,\s*\+?{_NUMBER}(?!\d)",  # inside of the address of a map, or geo:
        rf"^\(?{_NUMBER}°?\s*[,;\s]\s*{_NUMBER}°?\)?$",
    )
)


class Spot(NamedTuple):
    """Degrees: north and east are positive."""

    latitude: float
    longitude: float

    def far(self, other: "Spot") -> float:
        """Kilometres along the great circle, by the haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky and
        Telescope 68, 1984): hav(d/R) = hav(Δφ) + cos φ₁ · cos φ₂ · hav(Δλ), where hav(x) = sin²(x/2)."""
        here, there = radians(self.latitude), radians(other.latitude)
        east = radians(other.longitude - self.longitude)
        chord = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(east / 2) ** 2
        return 2 * EARTH * asin(sqrt(min(1.0, chord)))

    def __str__(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"

    @property
    def map_url(self) -> str:
        """Opens a map, on phones the one that people have; it is followed by a click only."""
        return f"https://www.google.com/maps/search/?api=1&query={self.latitude:.5f}%2C{self.longitude:.5f}"


def read_spot(text: str) -> Spot:
    """From "24.71355, 46.6753", geo:24.7,46.6 or the address of a map. Raises ValueError with words for whoever typed it."""
    plain = latin_digits(text).replace("،", ",").replace("٫", ".").replace("%2C", ",").strip()
    found = next((match for pattern in _PAIRS if (match := pattern.search(plain))), None)
    if found is None:
        raise ValueError(_("Coordinates are expected here, such as 24.7136, 46.6753."))
    spot = Spot(float(found[1]), float(found[2]))
    if not (-90 <= spot.latitude <= 90 and -180 <= spot.longitude <= 180):
        raise ValueError(_("There is no such place: latitude goes to 90, longitude to 180 degrees."))
    return spot


def spot_of(stored: str) -> Spot | None:
    """What stands in a column."""
    north, comma, east = stored.partition(", ")
    return Spot(float(north), float(east)) if comma else None
