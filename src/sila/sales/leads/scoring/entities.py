"""The rules that say how hot a lead is."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Entity, register
from sila.sales.leads.scoring.models import ScoringRule
from sila.sales.leads.scoring.work import begin, score_anew, tidy

NAMES = ("name", "name_en")

scoring_rules = register(
    Entity(
        model=ScoringRule,
        slug="scoring-rules",
        icon="flame",
        title=NAMES,
        columns=("name", "points", "conditions", "happened", "within_days", "half_life", "active"),
        sections={
            pgettext_lazy("label", "Rule"): ("name", "name_en", "active"),
            pgettext_lazy("of a rule", "When"): ("conditions", "happened", "within_days"),
            _("Points"): ("points", "half_life"),
        },
        filters=("active", "happened", "points"),
        keys=NAMES,
        quick=("name", "conditions", "happened", "points", "half_life"),
        rules=(tidy,),
        effects=(begin,),
        on_trash=score_anew,
    )
)
