"""The tree of territories, and how their moves are told."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties.territories.models import Territory
from sila.parties.territories.panels import panels
from sila.parties.territories.rules import leave_none_below, read_anew, tidy
from sila.platform.entities.registry import Entity, Related, register

NAMES = ("name", "name_en")

territories = register(
    Entity(
        model=Territory,
        slug="territories",
        icon="map-2",
        title=NAMES,
        sort="order",
        told_apart=("parent",),
        columns=("name", "parent", "member", "team", "places", "order"),
        sections={
            _("Territory"): ("name", "name_en", "parent", "order"),
            pgettext_lazy("territory", "Whose it is"): ("member", "team"),
            pgettext_lazy("territory", "Who stands in it"): (
                *("places", "company_rule", "person_rule", "lead_rule"),
            ),
        },
        filters=("parent", "member", "team"),
        search=NAMES,
        keys=NAMES,
        quick=("name", "name_en", "parent", "member", "team", "places"),
        rules=(tidy,),
        effects=(read_anew,),
        on_trash=leave_none_below,
        mergeable=False,
        related=(Related("territories", "parent", _("Territories below")),),
        panel_data=panels,
    )
)
