"""Why a lead has its score, on its page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.entities import conditions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.numbers import format_number
from sila.sales.leads.models import Lead
from sila.sales.leads.scoring.models import ScoringRule


def of_lead(lead: Lead, context: Context) -> list[dict[str, Any]]:
    """“Asked for a quotation · +20, 12 days ago”: +15. A rule that looks at what the reader may not see is not named."""
    fields = registry["leads"].readable(context.actor)
    if not lead.score_reasons or "score" not in fields:
        return []
    ids = [UUID(reason["rule"]) for reason in lead.score_reasons]
    rules = {rule.id: rule for rule in ScoringRule.objects.filter(id__in=ids)}
    items, hidden = [], 0.0
    for reason in sorted(lead.score_reasons, key=lambda each: -abs(each["worth"])):
        rule = rules.get(UUID(reason["rule"]))
        if rule is None or not conditions.fields_in("leads", rule.conditions) <= fields.keys():
            hidden += reason["worth"]
            continue
        items.append(_item(rule, reason, context))
    if hidden:
        items.append(
            {"title": _("Something that you may not see"), "value": _signed(hidden, context), "icon": "lock"}
        )
    score = format_number(lead.score, digits=context.reader.digits)
    return [{"key": "score", "label": _("Score"), "icon": "flame", "count": score, "items": items}]


def _item(rule: ScoringRule, reason: dict[str, Any], context: Context) -> dict[str, Any]:
    days = max(0, (clock.now() - datetime.fromisoformat(reason["at"])).days)
    shown = format_number(days, digits=context.reader.digits)
    ago = ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": shown} if days else _("today")
    faded = round(reason["worth"]) != reason["points"]
    return {
        "title": registry["scoring-rules"].title_of(rule, context.reader.language),
        "hint": _("%(points)s, %(ago)s") % {"points": _signed(reason["points"], context), "ago": ago}
        if faded
        else ago,
        "icon": "flame" if reason["points"] > 0 else "snowflake",
        "value": _signed(reason["worth"], context),
    }


def _signed(points: float, context: Context) -> str:
    """With its sign before it in both directions."""
    number = format_number(abs(round(points)), digits=context.reader.digits)
    return f"\u2066{'+' if points >= 0 else '−'}{number}\u2069"
