"""Who would get this lead? Rule by rule, and nothing changes."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities import conditions, extensions
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment, workspace_view
from sila.platform.entities.views.fields import form_field, typed
from sila.platform.kit.ids import uuid_in
from sila.platform.kit.text import listed
from sila.sales.leads.assigning.actions import may_be_assigned
from sila.sales.leads.assigning.choosing import Look, active_rules, look_at
from sila.sales.leads.models import Lead

SHOWN = 8  # colleagues who were to choose among


@require_GET
@workspace_view
def preview(request: WorkspaceRequest, context: Context) -> HttpResponse:
    if not context.actor.can("assignment-rules", "view"):
        raise NotAllowed
    text = request.GET.get("lead", "")
    lead = _lead(text, context) if text else None
    f = Field("lead", KINDS["link"], registry["leads"].name, to="leads", title_columns=("name",))
    blank: dict[str, Any] = {"custom": {}, "lead_id": None, "lead__name": None}
    rules = registry["assignment-rules"]
    shown = {
        "title": _("Who would get this lead?"),
        "field": form_field(f, typed(blank, {"lead": f}, {"lead": text}, context), context),
        "lead": lead,
        "lead_url": registry["leads"].url(context.reader.slug, lead.id) if lead else "",
        "looks": [_said(look, context) for look in look_at(lead, active_rules())] if lead else [],
        "stays": lead is not None and not may_be_assigned(lead),
        "back": {"url": rules.url(context.reader.slug), "label": rules.plural},
    }
    return fragment(request, "sales/assignment.html", {"preview": shown})


def _lead(text: str, context: Context) -> Lead:
    """Raises NotFound."""
    lead_id = uuid_in(text)
    if lead_id is None:
        raise NotFound
    lead: Lead = records.get(registry["leads"], lead_id, by=context.actor)
    return lead


def _said(look: Look, context: Context) -> dict[str, Any]:
    rule = look.rule
    others = [str(member) for member in look.others[:SHOWN]]
    return {
        "name": str(rule),
        "url": registry["assignment-rules"].url(context.reader.slug, rule.id),
        "asks": [*conditions.said("leads", rule.conditions, context.reader), *_places(rule.territory)],
        "member": str(look.member) if look.member else "",
        "why_not": look.why_not,
        "others": listed(others) + (" …" if len(look.others) > SHOWN else "") if len(others) > 1 else "",
        "share": rule.get_share_display(),
    }


def _places(territory: str) -> list[str]:
    places = territory.splitlines()
    return [listed(places[:SHOWN]) + (" …" if len(places) > SHOWN else "")] if places else []


def link_over_lists(entity: Entity, actor: Any) -> list[dict[str, Any]]:
    slug = actor.workspace.slug
    if entity.slug == "assignment-rules":
        url = f"/w/{slug}/lead-assignment"
        return [{"label": _("Who would get this lead?"), "url": url, "icon": "user-question"}]
    if entity.slug == "lead-forms":
        nouns = [registry[noun] for noun in ("assignment-rules", "scoring-rules") if actor.can(noun, "edit")]
        return [{"label": noun.plural, "url": noun.url(slug), "icon": noun.icon} for noun in nouns]
    return []


extensions.list_links.append(link_over_lists)
