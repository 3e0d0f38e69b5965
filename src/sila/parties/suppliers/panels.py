"""The scorecard on the page of a supplier."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from sila.parties.models import PartyRole
from sila.parties.suppliers.models import MOST, SupplierRating
from sila.parties.suppliers.scoring import SLUG, Quarter, course
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.numbers import digits_for, format_number


def scorecard(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    if entity.slug != "organizations" or not record.told.get("supplier"):
        return []
    if not context.actor.can(SLUG, "view"):
        return []
    quarters = course([record.id], context.actor).get(record.id, [])
    base = f"/w/{context.reader.slug}/supplier/{record.id}/rate"
    return [
        {
            "key": "scorecard",
            "label": _("Supplier scorecard"),
            "icon": "star",
            "count": score_text(quarters[0].score, context) if quarters else "",
            "url": f"{registry[SLUG].url(context.reader.slug)}?f=party:any:{record.id}",
            "add_url": base if context.actor.can(SLUG, "create") else "",
            "add_label": _("Rate this supplier"),
            "items": [*_criteria(quarters, context), *_course(quarters, context)],
        }
    ]


def _criteria(quarters: list[Quarter], context: Context) -> list[dict[str, Any]]:
    """Of the newest quarter."""
    return [
        {
            "title": str(rating.criterion),
            "icon": "point",
            "hint": rating.note,
            "value": format_number(rating.stars, digits=context.reader.digits),
        }
        for rating in (quarters[0].ratings if quarters else [])
    ]


def _course(quarters: list[Quarter], context: Context) -> list[dict[str, Any]]:
    items = []
    for place, quarter in enumerate(quarters):
        before = quarters[place + 1].score if place + 1 < len(quarters) else quarter.score
        step = round(quarter.score - before, 1)
        items.append(
            {
                "title": quarter_text(quarter.period, context),
                "icon": "trending-up" if step > 0 else "trending-down" if step < 0 else "minus",
                "value": score_text(quarter.score, context),
            }
        )
    return items


def quarter_text(first: date, context: Context) -> str:
    number = format_number((first.month + 2) // 3, digits=context.reader.digits)
    year = digits_for(str(first.year), context.reader.digits)
    return _("Quarter %(quarter)s, %(year)s") % {"quarter": number, "year": year}


def score_text(score: float, context: Context) -> str:
    return _("%(score)s of %(most)s") % {
        "score": format_number(Decimal(score), digits=context.reader.digits, decimals=1),
        "most": format_number(MOST, digits=context.reader.digits),
    }


def is_supplier(entity: Entity) -> Any:
    if entity.slug != "organizations":
        return None
    role = PartyRole.objects.filter(party_id=OuterRef("id"), role=PartyRole.Role.SUPPLIER, ends=None)
    rated = SupplierRating.objects.filter(party_id=OuterRef("id"), deleted_at=None)
    return Q(Exists(role)) | Q(Exists(rated))


extensions.marks["supplier"] = is_supplier
extensions.panels.append(scorecard)
