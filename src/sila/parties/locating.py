"""Where a party is on the map, if somebody said so: for the way from visit to visit."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from sila.parties.territories.models import Placed
from sila.platform.access.actor import Actor
from sila.platform.entities.fields import CoordinatesField
from sila.platform.entities.registry import registry
from sila.platform.kit.coordinates import Spot, spot_of

SLUGS = ("organizations", "people", "groups")


class Located(Placed):
    """One column for both numbers, so that records that become one never get the latitude of the one with the longitude of
    the other."""

    coordinates = CoordinatesField(
        _("Coordinates"),
        help_text=_("Latitude and longitude, as maps give them: 24.7136, 46.6753. Or the address of a map."),
    )

    class Meta:
        abstract = True


def spots_of(ids: Collection[UUID], actor: Actor) -> dict[UUID, Spot]:
    """Of those that the actor may see and whose place they may read."""
    found: dict[UUID, Spot] = {}
    for slug in SLUGS:
        noun = registry[slug]
        if "coordinates" not in noun.readable(actor):
            continue
        rows = noun.visible_to(actor).filter(id__in=ids).exclude(coordinates="").order_by()
        for row in rows.values_list("id", "coordinates"):
            if spot := spot_of(row[1]):
                found[row[0]] = spot
    return found
