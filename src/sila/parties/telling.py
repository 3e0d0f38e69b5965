"""How a timeline tells what happened to the small rows of a party."""

from typing import Any

from django.utils.translation import gettext_lazy

from sila.parties.models import ImportantDate, PartyRole
from sila.parties.vocabulary import label_of
from sila.platform.entities.timeline import NAMING, SPOKEN, VERBS

VERBS.update(
    {
        "contact_added": (gettext_lazy("added a way to reach them"), "phone-plus"),
        "contact_removed": (gettext_lazy("removed a way to reach them"), "phone"),
        "contact_lost": (gettext_lazy("noted that this does not work"), "plug-connected-x"),
        "contact_found": (gettext_lazy("noted that this works again"), "circle-check"),
        "contact_added address": (gettext_lazy("added an address"), "map-pin"),
        "contact_removed address": (gettext_lazy("removed an address"), "map-pin"),
        "related": (gettext_lazy("added a relation"), "affiliate"),
        "relation_ended": (gettext_lazy("ended a relation"), "affiliate"),
        "role_given": (gettext_lazy("gave a role"), "id-badge"),
        "role_ended": (gettext_lazy("ended a role"), "id-badge"),
        "fact_added": (gettext_lazy("noted a fact"), "note"),
        "fact_removed": (gettext_lazy("removed a fact"), "note"),
        "date_added": (gettext_lazy("added an important date"), "calendar-plus"),
        "date_removed": (gettext_lazy("removed an important date"), "calendar"),
        "told_apart": (gettext_lazy("told this record apart from one like it"), "affiliate"),
        "apart_undone": (gettext_lazy("no longer tells this record apart from one like it"), "affiliate"),
    }
)


NAMING["related"] = "parties"


def _occasion(payload: dict[str, Any]) -> str:
    return payload.get("text") or str(ImportantDate.Kind(payload["occasion"]).label)


def _role(payload: dict[str, Any]) -> str:
    return str(PartyRole.Role(payload["role"]).label)


SPOKEN.update(
    {
        "date_added": _occasion,
        "date_removed": _occasion,
        "role_given": _role,
        "role_ended": _role,
        "relation_ended": lambda payload: label_of(payload["relation"]),
    }
)
