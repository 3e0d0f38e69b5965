"""The rules that give leads to colleagues."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Entity, register
from sila.sales.leads.assigning.models import AssignmentRule
from sila.sales.leads.assigning.rules import tidy

NAMES = ("name", "name_en")

assignment_rules = register(
    Entity(
        model=AssignmentRule,
        slug="assignment-rules",
        icon="arrows-shuffle",
        title=NAMES,
        sort="order",
        columns=("name", "order", "conditions", "member", "team", "unit", "share", "active"),
        sections={
            pgettext_lazy("label", "Rule"): ("name", "name_en", "order", "active"),
            _("Which leads"): ("conditions", "territory"),
            _("To whom"): ("member", "team", "unit", "by_territory", "share", "by_language"),
        },
        filters=("active", "member", "team", "unit"),
        keys=NAMES,
        quick=("name", "conditions", "member", "team", "share"),
        rules=(tidy,),
    )
)
