"""What a territory must be, and who learns of its change."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from sila.parties.territories.models import Territory
from sila.parties.territories.tree import RULES
from sila.platform.access.actor import Actor
from sila.platform.customfields.shape import reshape
from sila.platform.entities import conditions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.tenancy.current import current

LEVELS = 12
ASKS = {name: slug for slug, name in RULES.items() if name}


def tidy(territory: Territory, changes: Changes, by: Actor) -> None:
    if "parent" in changes:
        _refuse_circles(territory)
    for name, slug in ASKS.items():
        if "territory" in conditions.fields_in(slug, getattr(territory, name)):
            raise Invalid({name: _("A territory cannot ask in which territory a record stands.")})
    if territory._state.adding and "order" not in changes:
        beside = Territory.objects.filter(parent_id=territory.parent_id, deleted_at=None)
        territory.order = min((beside.aggregate(last=Max("order"))["last"] or 0) + 1, 32_767)


def _refuse_circles(territory: Territory) -> None:
    above: Any = territory.parent_id
    for _level in range(LEVELS):
        if above is None:
            return
        if above == territory.id:
            raise Invalid({"parent": _("A territory cannot be a part of itself.")})
        above = Territory.objects.filter(id=above).values_list("parent_id", flat=True).first()
    raise Invalid({"parent": _("Territories go at most %(levels)d levels deep.") % {"levels": LEVELS}})


def read_anew(territory: Territory, changes: Changes, by: Actor) -> None:
    """An effect: every process reads the tree again."""
    reshape(current())


def leave_none_below(territory: Territory, by: Actor) -> None:
    if territory.deleted_at and Territory.objects.filter(parent_id=territory.id, deleted_at=None).exists():
        raise Invalid({"": _("There are territories below this one: move them first.")})
    reshape(current())
