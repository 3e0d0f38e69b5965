"""What the page of a lead shows beside its fields, and leads on the pages of whom they are about."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.models import Operation
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import NAMING, VERBS
from sila.platform.entities.views.records import add_label
from sila.platform.kit.text import isolate
from sila.sales.board import days_in_each, days_text
from sila.sales.leads.converting import tell_that_it_was_taken_back
from sila.sales.leads.models import Lead, LeadTransition

Status = Lead.Status
LINKS = {"people": "party", "organizations": "matched_company", "opportunities": "converted_opportunity"}
SHOWN = 5
TOLD = 20  # leads of one company whose history is told with its own


# ---- the page of a lead --------------------------------------------------------------------------------
def stages(lead: Lead, context: Context, base: str) -> list[dict[str, Any]] | None:
    """The path with the days in each status, and how it ended; None where the status is hidden."""
    if "status" not in registry["leads"].readable(context.actor):
        return None
    spent = _days_spent(lead)
    shown = [*Lead.OPEN, *([Status(lead.status)] if not lead.is_open else [])]
    may_move = lead.converted_at is None and context.actor.may("leads", "edit", lead)
    reached = shown.index(Status(lead.status))
    return [
        {
            "id": status.value,
            "label": status.label,
            "since": days_text(spent[status]) if status in spent else "",
            "state": "now" if at == reached else "done" if at < reached and status in spent else "ahead",
            "url": f"{base}stage/" if may_move and status in Lead.OPEN else "",
        }
        for at, status in enumerate(shown)
    ]


def _days_spent(lead: Lead) -> dict[Any, int]:
    moves = LeadTransition.objects.filter(lead_id=lead.id).exclude(from_status="")
    left = moves.values_list("from_status", "seconds_in_status")
    return days_in_each(left, here=lead.status if lead.is_open else None, since=lead.entered_status_at)


def flags(lead: Lead, context: Context) -> list[dict[str, Any]]:
    """Whom it matches, each with the way there, as long as it is nobody else yet: one query."""
    fields = registry["leads"].readable(context.actor)
    texts = {
        "party": _("This lead matches the person %(name)s."),
        "matched_company": _("This lead matches the company %(name)s."),
    }
    ids = {name: getattr(lead, f"{name}_id") for name in texts if name in fields}
    if lead.converted_at is not None or not any(ids.values()):
        return []
    seen = (
        registry["parties"].visible_to(context.actor, trashed=True).filter(id__in=set(ids.values()) - {None})
    )
    rows = {row["id"]: row for row in seen.values("id", "name", "deleted_at")}
    return [
        _matches(texts[name], registry[fields[name].to], rows.get(found), context)
        for name, found in ids.items()
        if found and not rows.get(found, {}).get("deleted_at")
    ]


def _matches(text: str, noun: Entity, row: dict[str, Any] | None, context: Context) -> dict[str, Any]:
    if row is None:
        return {"text": _("This lead matches a record that you may not open."), "kind": "info"}
    link = {"label": pgettext("verb", "Open"), "url": noun.url(context.reader.slug, row["id"])}
    return {"text": text % {"name": isolate(row["name"])}, "kind": "info", "link": link}


def conversion_form(lead: Lead, context: Context) -> dict[str, Any]:
    """What the form of the conversion begins with: whom the lead matches, as far as they may be seen, and a deal."""
    actor, fields = context.actor, registry["leads"].readable(context.actor)
    given: dict[str, Any] = {}
    for name, noun, link in (("person", "people", "party"), ("company", "organizations", "matched_company")):
        record_id = getattr(lead, f"{link}_id") if link in fields else None
        rows = registry[noun].visible_to(actor).filter(id=record_id) if record_id else None
        given[name] = str(record_id) if rows is not None and rows.exists() else ""
    if not lead.company_name and not given["company"]:
        given["without_company"] = "1"
    if actor.can("opportunities", "create"):
        wish = lead.interest.split("\n", 1)[0][:100] if "interest" in fields else ""
        given |= {"deal": "1", "deal_name": wish or lead.name}
    if "amount" in fields and lead.amount is not None:
        amount = Field("amount", KINDS["money"], "", currency="currency")
        row = {"amount": lead.amount, "currency": lead.currency}
        given["amount"] = KINDS["money"].input(amount, row, context.reader)
    return given


# ---- leads on other pages ------------------------------------------------------------------------------
def _leads_of(entity: Entity, record: Any, actor: Actor) -> list[dict[str, Any]]:
    """The leads that point here and that the reader may see, the newest first: one query for the whole page."""
    link = LINKS.get(entity.slug)
    leads = registry["leads"]
    if link is None or not getattr(record, "told", {}).get("leads", True):
        return []
    if not actor.can("leads", "view") or link not in leads.readable(actor):
        return []
    if not hasattr(record, "_leads"):
        rows = leads.visible_to(actor).filter(**{f"{link}_id": record.id}).order_by("-id")
        record._leads = list(rows.values("id", "name", "number", "status", "converted_at")[: TOLD + 1])
    found: list[dict[str, Any]] = record._leads
    return found


def has_leads(entity: Entity) -> Exists | None:
    """Whether there is anything to ask for, told with the row of the record."""
    link = LINKS.get(entity.slug)
    return Exists(Lead.objects.filter(**{f"{link}_id": OuterRef("id")}, deleted_at=None)) if link else None


def told_with(entity: Entity, record: Any, context: Context) -> list[tuple[str, UUID]]:
    """What was done about a lead is told where it went."""
    rows = _leads_of(entity, record, context.actor)
    return [("leads", row["id"]) for row in rows[:TOLD] if row["converted_at"] is not None]


def leads_of(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    rows = _leads_of(entity, record, context.actor)
    if not rows:
        return []
    leads = registry["leads"]
    base = leads.url(context.reader.slug)
    shown = "status" in leads.readable(context.actor)
    return [
        {
            "key": "leads",
            "label": leads.plural,
            "icon": leads.icon,
            "count": f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows)),
            "url": f"{base}?f={LINKS[entity.slug]}:any:{record.id}",
            "add_url": "",
            "add_label": add_label(leads, leads.plural, []),
            "items": [
                {
                    "title": row["name"],
                    "url": f"{base}{row['id']}/",
                    "icon": leads.icon,
                    "hint": Status(row["status"]).label if shown else "",
                }
                for row in rows[:SHOWN]
            ],
        }
    ]


VERBS.update(
    {
        "contacted": (gettext_lazy("contacted this lead"), "phone"),
        "qualified": (gettext_lazy("qualified this lead"), "circle-check"),
        "disqualified": (gettext_lazy("disqualified this lead"), "thumb-down"),
        "converted": (gettext_lazy("converted this lead"), "transform"),
        "conversion_undone": (gettext_lazy("took the conversion back"), "arrow-back-up"),
        "party_stayed": (gettext_lazy("left, as it was used since"), "user"),
        "deal_stayed": (gettext_lazy("left the deal, as it was used since"), "target"),
        "lead_converted": (gettext_lazy("converted a lead into this"), "transform"),
        "lead_parted": (gettext_lazy("took the conversion of a lead back"), "arrow-back-up"),
    }
)
NAMING.update(
    {
        "party_stayed": "parties",
        "deal_stayed": "opportunities",
        "lead_converted": "leads",
        "lead_parted": "leads",
    }
)
extensions.marks["leads"] = has_leads
extensions.panels.append(leads_of)
extensions.told_with.append(told_with)
extensions.undone.setdefault(Operation.CONVERSION, []).append(tell_that_it_was_taken_back)
