"""All suppliers with their scores, and the dialog in which one is rated by all criteria at once."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sila.parties.suppliers.models import LEAST, MOST
from sila.parties.suppliers.panels import quarter_text, score_text
from sila.parties.suppliers.rules import quarter_of
from sila.parties.suppliers.scoring import SLUG, Quarter, course, criteria, rate, suppliers
from sila.platform.access.actor import Actor
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities import extensions
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import KINDS, Choice, Context, Field, parse_all
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, fragment, workspace_view
from sila.platform.entities.views.fields import dialog, given_values

SHOWN, BACK = 300, 5  # suppliers; quarters that can be rated
CRITERION = "c_"


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    actor, slug = context.actor, context.reader.slug
    if not (actor.can(SLUG, "view") and actor.can("organizations", "view")):
        raise NotAllowed
    rows = suppliers(actor, SHOWN)
    scores = course([row.id for row in rows], actor)
    lines = [_line(row, scores.get(row.id, []), context) for row in rows]
    companies, words = registry["organizations"], registry["supplier-criteria"]
    shown = {
        "title": _("Suppliers"),
        "back": {"url": companies.url(slug), "label": companies.plural},
        "criteria": {"url": words.url(slug), "label": words.plural}
        if actor.can(words.slug, "view")
        else None,
        "lines": sorted(lines, key=lambda line: -line["rank"]),
    }
    return fragment(request, "parties/suppliers.html", {"page": shown})


def _line(party: Any, quarters: list[Quarter], context: Context) -> dict[str, Any]:
    slug = context.reader.slug
    newest = quarters[0] if quarters else None
    step = round(newest.score - quarters[1].score, 1) if newest and len(quarters) > 1 else 0
    return {
        "title": party.name,
        "hint": party.city or party.industry,
        "url": registry["organizations"].url(slug, party.id),
        "rank": newest.score if newest else 0,
        "score": score_text(newest.score, context) if newest else "",
        "when": quarter_text(newest.period, context) if newest else "",
        "trend": "trending-up" if step > 0 else "trending-down" if step < 0 else "",
        "course": [(quarter_text(each.period, context), round(each.score, 1)) for each in reversed(quarters)],
        "rate_url": f"/w/{slug}/supplier/{party.id}/rate" if context.actor.can(SLUG, "create") else "",
    }


@workspace_view
def rate_one(request: WorkspaceRequest, context: Context, party_id: UUID) -> HttpResponse:
    """GET and POST of the dialog."""
    party = records.get(registry["organizations"], party_id, by=context.actor)
    if not context.actor.can(SLUG, "create"):
        raise NotAllowed
    fields = _fields(context)
    given: Any = {"quarter": _quarters(context)[0].value}
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = given_values(request.POST, fields)
        try:
            parsed = parse_all(fields, given, context)
            rate(party.id, date.fromisoformat(parsed["quarter"]), _said(parsed), by=context.actor)
            return done(_("Saved."))
        except Invalid as error:
            errors = error.errors
    title = _("Rate %(name)s") % {"name": party.name}
    return dialog(request, title, fields, given, context, action=request.path, errors=errors)


def _said(parsed: dict[str, Any]) -> list[tuple[UUID, int, str]]:
    note = parsed.get("note") or ""
    return [
        (UUID(name.removeprefix(CRITERION)), int(value), note)
        for name, value in parsed.items()
        if name.startswith(CRITERION) and value
    ]


def _fields(context: Context) -> dict[str, Field]:
    scores = tuple(Choice(str(score), _score_label(score)) for score in range(MOST, LEAST - 1, -1))
    found = {
        "quarter": Field(
            "quarter", KINDS["choice"], _("Quarter"), required=True, choices=tuple(_quarters(context))
        )
    }
    for criterion in criteria():
        name = f"{CRITERION}{criterion.id}"
        found[name] = Field(name, KINDS["choice"], str(criterion), choices=scores)
    return found | {"note": Field("note", KINDS["text"], pgettext("label", "Note"), max_length=300)}


def _score_label(score: int) -> str:
    words = {
        5: pgettext("rating", "Excellent"),
        4: pgettext("rating", "Good"),
        3: pgettext("rating", "Fair"),
        2: pgettext("rating", "Weak"),
        1: pgettext("rating", "Poor"),
    }
    return f"{score} · {words[score]}"


def _quarters(context: Context) -> list[Choice]:
    first, found = quarter_of(context.reader.today), []
    for _number in range(BACK):
        found.append(Choice(first.isoformat(), quarter_text(first, context)))
        first = date(first.year - (first.month == 1), (first.month - 4) % 12 + 1, 1)
    return found


def links(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    """Over the list of companies."""
    if entity.slug != "organizations" or not actor.can(SLUG, "view"):
        return []
    return [
        {"label": _("Suppliers"), "url": f"/w/{actor.workspace.slug}/suppliers/", "icon": "truck-delivery"}
    ]


extensions.list_links.append(links)
