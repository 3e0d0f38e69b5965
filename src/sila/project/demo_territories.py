"""The territories of the sample: the kingdom and its regions, with the large accounts of the west apart."""

from collections.abc import Mapping
from typing import Any

from sila.platform.access.actor import Actor
from sila.platform.access.models import TeamMember
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry

WHOLE = ("المملكة العربية السعودية", "Saudi Arabia")
REGIONS = (  # name, in English, in charge, cities; then its parts: name, in English, conditions on companies
    (
        "المنطقة الوسطى",
        "Central region",
        "faisal",
        ("الرياض", "الخرج", "بريدة", "القصيم", "Riyadh"),
        (("الجهات الحكومية في الوسطى", "Government, central region", ["tags:any:government"]),),
    ),
    (
        "المنطقة الغربية",
        "Western region",
        "khalid",
        ("جدة", "مكة المكرمة", "المدينة المنورة", "الطائف", "ينبع", "Jeddah"),
        (("كبار عملاء الغربية", "Large accounts, western region", ["size:any:large"]),),
    ),
    (
        "المنطقة الشرقية",
        "Eastern region",
        "hessa",
        ("الدمام", "الخبر", "الجبيل", "الأحساء", "الهفوف", "القطيف", "Dammam", "Khobar"),
        (),
    ),
)


def add_territories(actors: Mapping[str, Actor]) -> None:
    """Before anybody is known: whoever comes later stands where the rules say."""
    by = actors["noura"]
    whole = _add(by, *WHOLE)
    for name, name_en, who, cities, parts in REGIONS:
        charge = str(actors[who].member_id)
        team = str(TeamMember.objects.get(member_id=charge).team_id)
        where = {"parent": str(whole.id), "places": "\n".join(cities)}
        region = _add(by, name, name_en, member=charge, team=team, **where)
        for part, part_en, asks in parts:
            _add(by, part, part_en, parent=str(region.id), company_rule=asks)


def _add(by: Actor, name: str, name_en: str, **values: Any) -> Any:
    return records.create(registry["territories"], {"name": name, "name_en": name_en, **values}, by=by)
