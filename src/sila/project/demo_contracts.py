"""A record type of the sample company's own: maintenance contracts, whose renewals stand in a calendar."""

from datetime import timedelta
from typing import Any

from sila.platform.access.actor import Actor
from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field
from sila.platform.customfields.record_types import add_type
from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.project.administration.actions.roles import set_reach

CONTRACTS = 48
STATES = (
    ("active", "سارٍ", "Active", "2"),
    ("offered", "عُرض تجديده", "Renewal offered", "4"),
    ("ended", "منتهٍ", "Ended", "1"),
)
WORKS = ("صيانة مكيفات", "صيانة مولدات", "صيانة مصاعد", "نظافة ومرافق", "صيانة كاميرات", "صيانة إنذار الحريق")


def add_noun(by: Actor) -> tuple[str, dict[str, str]]:
    """Its slug, and the keys of its fields by what they are called here."""
    noun = add_type(
        "عقد صيانة",
        "عقود الصيانة",
        label_en="Maintenance contract",
        plural_en="Maintenance contracts",
        icon="file-text",
        by=by,
    )
    return noun.slug, _add_fields(noun.slug, by)


def add_contracts(by: Actor) -> None:
    slug, keys = add_noun(by)
    _open(slug, by)
    contracts, today = registry[slug], clock.now().date()
    companies = registry["organizations"].rows().order_by("id")[:CONTRACTS]
    for number, company in enumerate(companies):
        renewal = today + timedelta(days=(number * 29) % 101 - 25)  # a month back, and the quarter ahead
        state = "ended" if renewal < today else "offered" if (renewal - today).days < 30 else "active"
        values: dict[str, Any] = {
            "name": f"{WORKS[number % len(WORKS)]} {1001 + number}",
            "owner": str(company.owner_id),
            keys["company"]: str(company.id),
            keys["state"]: state,
            keys["renewal"]: renewal.isoformat(),
            keys["visit"]: f"{renewal - timedelta(days=14)}T{9 + number % 6:02}:30",
        }
        actions.create(contracts, values, by=by)


def _open(slug: str, by: Actor) -> None:
    """To those who sell, as far as deals are; a new noun is closed to all but administrators."""
    for code in ("seller", "manager"):
        role = Role.objects.get(code=code)
        for verb, reach in role.grants["opportunities"].items():
            set_reach(role, registry[slug], verb, reach, by=by)


def _add_fields(slug: str, by: Actor) -> dict[str, str]:
    """What they are called here -> their keys."""
    states = [
        {"value": value, "label": label, "label_en": english, "color": color}
        for value, label, english, color in STATES
    ]
    listed = {"in_list": True, "in_quick": True}
    wanted = {
        "company": ("العميل", "link", {"label_en": "Customer", "to": "organizations", **listed}),
        "state": ("الحالة", "choice", {"label_en": "State", "choices": states, **listed}),
        "renewal": ("موعد التجديد", "date", {"label_en": "Renewal", "in_diary": True, **listed}),
        "visit": ("زيارة الصيانة", "datetime", {"label_en": "Service visit"}),
    }
    return {
        name: add_field(slug, label, kind=kind, by=by, **more).key
        for name, (label, kind, more) in wanted.items()
    }
