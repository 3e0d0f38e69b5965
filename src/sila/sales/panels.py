"""What the page of a deal shows beside its fields, and deals on the pages of their customers."""

from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.parties.duplicates import SLUGS
from sila.platform.access.reader import Reader
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import NAMING, VERBS
from sila.platform.entities.views.records import add_label
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.text import listed
from sila.sales import competing, credits, rating, renewing
from sila.sales.beside import Line, lines
from sila.sales.board import days_here, days_in_each, days_text, rot_of
from sila.sales.entry import lacks_products, missing_fields
from sila.sales.models import Opportunity, Part, Stage, StageTransition

SHOWN = 5


def panels(deal: Opportunity, context: Context) -> list[dict[str, Any]]:
    """Who plays which part in the deal, who competes for it, whose it is, and what it renews."""
    may_edit = context.actor.may("opportunities", "edit", deal)
    beside: dict[str, list[Line]] = {"part": [], "competitor": [], "credit": []}
    for line in lines(deal, context):
        beside[line.what].append(line)
    return [
        *_parts(deal, beside["part"], context, may_edit=may_edit),
        *competing.panel(deal, beside["competitor"], context, may_edit=may_edit),
        *credits.panel(deal, beside["credit"], context, may_edit=may_edit),
        *renewing.panel(deal, context),
    ]


def _parts(deal: Opportunity, rows: list[Line], context: Context, *, may_edit: bool) -> list[dict[str, Any]]:
    if not rows and not may_edit:
        return []
    base = f"/w/{context.reader.slug}/deal/"
    return [
        {
            "key": "parts",
            "label": _("People in the deal"),
            "icon": "users",
            "count": str(len(rows) or ""),
            "add_url": f"{base}{deal.id}/parts" if may_edit else "",
            "items": [_part(row, base, context, may_edit) for row in rows],
        }
    ]


def _part(row: Line, base: str, context: Context, may_edit: bool) -> dict[str, Any]:
    button = {"icon": "x", "label": _("Remove"), "url": f"{base}part/{row.id}/remove", "confirm": ""}
    return {
        "title": row.party,
        "hint": Part(row.said).label,
        "avatar": row.party,
        "url": registry[SLUGS[row.kind]].url(context.reader.slug, row.party_id),
        "buttons": [button] if may_edit else [],
    }


def _stages_of(deal: Opportunity) -> list[Stage]:
    """The pipeline's stages in order, read once for a page, with the seconds that the deal spent in those it left."""
    if not hasattr(deal, "_stages_of_pipeline"):
        left = StageTransition.objects.filter(opportunity_id=deal.id, from_stage_id=OuterRef("id"))
        spent = left.order_by().values("from_stage_id").annotate(n=Sum("seconds_in_stage")).values("n")
        rows = Stage.objects.filter(pipeline_id=deal.pipeline_id, deleted_at=None).order_by("order", "id")
        deal._stages_of_pipeline = list(rows.annotate(spent=Subquery(spent)))  # type: ignore[attr-defined]
    found: list[Stage] = deal._stages_of_pipeline  # type: ignore[attr-defined]
    return found


def stages(deal: Opportunity, context: Context, base: str) -> list[dict[str, Any]] | None:
    """The open stages of the pipeline, how long the deal was in each, and how it ended; None where that is hidden."""
    if "stage" not in registry["opportunities"].readable(context.actor):
        return None
    rows = _stages_of(deal)
    context.actor.known("stages", {stage.id: (stage.name, stage.name_en) for stage in rows})
    now = next((stage for stage in rows if stage.id == deal.stage_id), None)
    shown = [stage for stage in rows if stage.category == Stage.Category.OPEN or stage is now]
    spent = _days_spent(deal)
    may_move = context.actor.may("opportunities", "edit", deal)
    return [
        {
            "id": stage.id,
            "label": str(stage),
            "since": days_text(spent[stage.id]) if stage.id in spent else "",
            "state": "now"
            if stage is now
            else "done"
            if now and stage.order < now.order and stage.id in spent
            else "ahead",
            "url": f"{base}stage/" if may_move and stage.category == Stage.Category.OPEN else "",
        }
        for stage in shown
    ]


def _days_spent(deal: Opportunity) -> dict[Any, int]:
    left = [(stage.id, stage.spent) for stage in _stages_of(deal) if stage.spent is not None]  # type: ignore[attr-defined]
    return days_in_each(left, here=deal.stage_id if deal.is_open else None, since=deal.entered_stage_at)


def flags(deal: Opportunity, context: Context) -> list[dict[str, Any]]:
    fields = registry["opportunities"].readable(context.actor)
    stage = next((each for each in _stages_of(deal) if each.id == deal.stage_id and "stage" in fields), None)
    found = rating.flag(deal, context)
    if deal.party_id is None:
        found.insert(0, _warning(_("This deal has no customer yet.")))
    if stage is None:
        return found
    wanted = missing_fields(deal, stage) if deal.incomplete else {}
    missing = [f.label for name, f in wanted.items() if name in fields]
    missing += [_("Products")] if deal.incomplete and lacks_products(deal, stage) else []
    if missing:
        text = _("This deal lacks what its stage asks for: %(fields)s.") % {"fields": listed(missing)}
        found.append(_warning(text))
    if deal.is_open and (rot := rot_of(stage, days_here(deal.entered_stage_at, context.reader))):
        found.append(_warning(_("In this stage %(long)s.") % {"long": rot["text"]}))
    return found


def _warning(text: str) -> dict[str, Any]:
    return {"kind": "warn", "text": text}


def deals_of_party(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """A customer's deals; of a person also those in which they are the contact."""
    link = {"people": "contact", "organizations": "party", "groups": "party"}.get(entity.slug)
    if link is None or not context.actor.can("opportunities", "view"):
        return []
    deals, reader = registry["opportunities"], context.reader
    readable = deals.readable(context.actor)
    amounts, stages_shown = "amount" in readable, "stage" in readable
    rows = list(
        deals.visible_to(context.actor)
        .filter(**{f"{link}_id": record.id})
        .order_by("-id")
        .values("id", "name", "number", "amount", "currency", "stage__name", "stage__name_en")[: SHOWN + 1]
    )
    base = deals.url(reader.slug)
    return [
        {
            "key": "deals",
            "label": deals.plural,
            "icon": deals.icon,
            "count": f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows) or ""),
            "url": f"{base}?f={link}:any:{record.id}",
            "add_url": f"{base}new?{link}={record.id}"
            if context.actor.can("opportunities", "create")
            else "",
            "add_label": add_label(deals, deals.plural, []),
            "items": [
                {
                    "title": row["name"],
                    "url": f"{base}{row['id']}/",
                    "icon": deals.icon,
                    "hint": _stage_name(row, reader) if stages_shown else "",
                    "value": money_html(
                        row["amount"], CURRENCIES[row["currency"]], digits=reader.digits, whole=True
                    )
                    if amounts and row["amount"] is not None
                    else "",
                }
                for row in rows[:SHOWN]
            ],
        }
    ]


def _stage_name(row: dict[str, Any], reader: Reader) -> str:
    return str((row["stage__name_en"] if reader.language == "en" else "") or row["stage__name"] or "")


VERBS.update(
    {
        "won": (gettext_lazy("won this deal"), "trophy"),
        "lost": (gettext_lazy("lost this deal"), "thumb-down"),  # icons
        "moved": (gettext_lazy("moved this deal"), "arrow-right"),
        "part_given": (gettext_lazy("gave a part in the deal"), "users"),
        "part_taken": (gettext_lazy("took a part in the deal away"), "users"),
        "competitor_added": (gettext_lazy("added a competitor"), "swords"),
        "competitor_removed": (gettext_lazy("took a competitor away"), "swords"),  # icons
        "credit_split": (gettext_lazy("split the credit"), "chart-pie"),
        "renewed": (gettext_lazy("renewed this deal"), "repeat"),
    }
)
NAMING.update(
    {
        "part_given": "parties",
        "competitor_added": "parties",
        "competitor_removed": "parties",
    }
)
extensions.panels.append(deals_of_party)
