"""Goals as a noun."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Entity, View, register
from sila.team.goals.models import Goal
from sila.team.goals.rules import derive, keep_rights
from sila.team.goals.showing import sheet

register(
    Entity(
        model=Goal,
        slug="goals",
        icon="flag",
        menu=pgettext_lazy("menu", "Team"),
        sort="-begins",
        mergeable=False,
        columns=("name", "metric", "target", "number", "begins", "ends", "owner"),
        sections={
            _("Goal"): ("name", "metric", "target", "number", "currency"),
            _("Whose"): ("member", "team", "unit"),
            _("When"): ("every", "calendar", "begins", "ends", "note"),
        },
        filters=("metric", "member", "team", "unit", "begins", "ends", "owner", "org_unit", "created_at"),
        search=("name",),
        quick=("member", "metric", "target", "number", "every", "begins"),
        read_only=("owner", "org_unit", "source"),
        carried=("owner", "org_unit"),
        match=(),
        rules=(derive, keep_rights),
        sheet=sheet,
        views=(
            View("people", _("Of people"), ("member:filled",), "-begins"),
            View("units", _("Of units"), ("unit:filled",), "-begins"),
        ),
    )
)
