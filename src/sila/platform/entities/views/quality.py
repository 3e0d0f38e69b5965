"""The worklist of records that need care, and the meter on a record's page."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.actor import Actor
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions, extensions
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.quality import rules, verbs, worklist
from sila.platform.entities.quality.models import QualityPlan
from sila.platform.entities.quality.plan import active_rules, graded
from sila.platform.entities.quality.worklist import WHOSE, Wanted
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import done, entity_url, entity_view, fragment, workspace_view
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import listed

LATER = {"week": 7, "month": 30, "quarter": 90}  # days


# ---- the worklist ------------------------------------------------------------------------------------
@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    nouns = worklist.nouns_of(context.actor)
    if not nouns:
        raise NotAllowed
    noun = next((each for each in nouns if each.slug == request.GET.get("entity")), None)
    if noun is None and request.GET.get("entity"):
        raise NotFound
    noun = noun or nouns[0]
    wanted = _wanted(request, noun, context)
    items, after = worklist.items(noun, wanted, context)
    shown: dict[str, Any] = {
        "items": [item | _doing(noun, item, wanted) for item in items],
        "next_url": _url(noun, wanted, after=after) if after else "",
    }
    if wanted.after:
        return fragment(request, "entities/_quality_items.html", {"care": shown})
    shown |= {
        "title": _("Data quality"),
        "nouns": [
            {
                "label": each.plural,
                "icon": each.icon,
                "url": _url(each, Wanted(wanted.whose)),
                "active": each is noun,
            }
            for each in nouns
        ],
        "whose": _whose(noun, wanted) if noun.owned else [],
        "kinds": _kinds(noun, wanted, context),
        "rule": next((str(rule) for rule in active_rules() if rule.key == wanted.rule), ""),
        "plain_url": _url(noun, Wanted(wanted.whose)),
        "settings_url": f"/w/{context.reader.slug}/settings/quality/?entity={noun.slug}"
        if context.actor.is_admin
        else "",
        "spread": _spread(noun, context) if context.actor.is_admin and graded(noun) else None,
    }
    return fragment(request, "entities/quality.html", {"care": shown})


def _wanted(request: WorkspaceRequest, noun: Entity, context: Context) -> Wanted:
    whose, kind = request.GET.get("whose", "mine"), request.GET.get("kind", "")
    kind = kind or next(iter(worklist.kinds_of(noun)))
    rule = request.GET.get("rule", "")
    known = {each.key for each in rules.sound(noun) if rules.told_to(each, context.actor)}
    if whose not in WHOSE or kind not in worklist.kinds_of(noun) or (rule and rule not in known):
        raise NotFound
    return Wanted(whose, "" if rule else kind, rule, request.GET.get("after", ""))


def _url(noun: Entity, wanted: Wanted, **more: str) -> str:
    given = {"entity": noun.slug, "whose": wanted.whose, "kind": wanted.kind, "rule": wanted.rule, **more}
    return "?" + urlencode({name: value for name, value in given.items() if value})


def _whose(noun: Entity, wanted: Wanted) -> list[dict[str, Any]]:
    labels = {"mine": _("Mine"), "team": _("My team"), "all": _("All")}
    return [
        {
            "label": label,
            "url": _url(noun, Wanted(whose, wanted.kind, wanted.rule)),
            "active": whose == wanted.whose,
        }
        for whose, label in labels.items()
    ]


def _kinds(noun: Entity, wanted: Wanted, context: Context) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": _url(noun, Wanted(wanted.whose, kind)),
            "active": kind == wanted.kind and not wanted.rule,
            "count": worklist.counted(noun, Wanted(wanted.whose, kind), context),
        }
        for kind, label in worklist.kinds_of(noun).items()
    ]


def _doing(noun: Entity, item: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Where the buttons of a record lead. What has no score is mended, not confirmed."""
    if not graded(noun):
        return {"edit_url": item["url"] + "fields/{field}/", "confirm_url": "", "later": []}
    base = item["url"] + "quality/"
    labels = {"week": _("For a week"), "month": _("For a month"), "quarter": _("For three months")}
    if wanted.kind == "later":
        labels = {"now": _("Take it up again")}
    return {
        "edit_url": item["url"] + "fields/{field}/",
        "confirm_url": base + "confirm",
        "later": [
            {"label": label, "icon": "clock", "url": f"{base}later/{span}", "post": True}
            for span, label in labels.items()
        ],
    }


def _spread(noun: Entity, context: Context) -> dict[str, Any] | None:
    """How the scores of all records are spread, as it was last counted."""
    plan = QualityPlan.objects.filter(entity=noun.slug).exclude(counted_at=None).first()
    total = sum(plan.spread) if plan else 0
    if plan is None or not total or plan.counted_at is None:
        return None
    digits, most = context.reader.digits, max(plan.spread)
    points = sum((10 * tenth + 5 if tenth < 10 else 100) * number for tenth, number in enumerate(plan.spread))
    return {
        "bars": [
            {
                "label": "100" if tenth == 10 else f"{10 * tenth}–{10 * tenth + 9}",
                "count": format_number(number, digits=digits),
                "share": round(100 * number / most) if number else 0,
                "level": worklist.level(10 * tenth),
            }
            for tenth, number in enumerate(plan.spread)
        ],
        "total": format_number(total, digits=digits),
        "mean": format_number(round(points / total), digits=digits),
        "good": format_number(round(100 * sum(plan.spread[8:]) / total), digits=digits),
        "at": context.reader.moment(plan.counted_at),
    }


# ---- what is done about a record ---------------------------------------------------------------------
@require_POST
@entity_view
def confirm(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    verbs.confirm(entity, record_id, by=context.actor)
    undo = entity_url(request, entity, record_id, "quality/unconfirm")
    return done(_("Confirmed as still right."), undo_url=undo)


@require_POST
@entity_view
def unconfirm(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    verbs.take_back(entity, record_id, by=context.actor)
    return done(_("Taken back."))


@require_POST
@entity_view
def later(
    request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID, span: str
) -> HttpResponse:
    """Put off for a while, or `now` taken up again."""
    if span not in (*LATER, "now"):
        raise NotFound
    until = context.reader.today + timedelta(days=LATER[span]) if span in LATER else None
    verbs.put_off(entity, record_id, until, by=context.actor)
    if until is None:
        return done(_("Taken up again."))
    undo = entity_url(request, entity, record_id, "quality/later/now")
    return done(_("Put off until %(day)s.") % {"day": context.reader.day(until)}, undo_url=undo)


# ---- the meter of a record ---------------------------------------------------------------------------
@require_GET
@entity_view
def meter(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    from sila.platform.entities.views.records import row_of

    record = actions.get(entity, record_id, by=context.actor)
    row = row_of(entity, record_id, context)
    shown = meter_of(entity, record, row, context)
    if shown is None and not graded(entity):  # it was mended just now
        shown = {"score": None, "gaps": [], "flags": [], "url": request.path}
    return fragment(request, "entities/_quality.html", {"quality": shown})


def meter_of(entity: Entity, record: Any, row: dict[str, Any], context: Context) -> dict[str, Any] | None:
    """For _quality.html; None where there is no score, or the reader's role hides it."""
    fields = entity.readable(context.actor)
    if not graded(entity):
        return _broken_rules(entity, record, row, context)
    if record.quality is None or "quality" not in fields:
        return None
    beside = {
        name: getattr(record, name) for name in ("quality", "flaws", "touched_at", "snoozed_until", "custom")
    }
    may_edit = context.actor.may(entity.slug, "edit", record)
    base = entity.url(context.reader.slug, record.id)
    said = worklist.told(entity, {**row, **beside}, fields, context)
    by = fields.get("verified_by")
    return {
        **said,
        "gaps": said["gaps"] if may_edit else [],
        "missing": listed(f.label for f in said["gaps"]),
        "url": base + "quality/",
        "confirm_url": base + "quality/confirm" if may_edit else "",
        "verified": context.reader.moment(record.verified_at)
        if record.verified_at and "verified_at" in fields
        else "",
        "verified_by": by.kind.plain(by, row, context.reader) if by and record.verified_by_id else "",
    }


def _broken_rules(
    entity: Entity, record: Any, row: dict[str, Any], context: Context
) -> dict[str, Any] | None:
    """Of a record without a score: the rules that it breaks, if any."""
    if not rules.broken_by(entity, record.custom):
        return None
    said = worklist.told(entity, {**row, "custom": record.custom}, entity.readable(context.actor), context)
    may_edit = context.actor.may(entity.slug, "edit", record)
    url = entity.url(context.reader.slug, record.id) + "quality/"
    return said | {"gaps": said["gaps"] if may_edit else [], "url": url}


# ---- where it is reached -----------------------------------------------------------------------------
def link_over_lists(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    """The worklist of a noun, over its list."""
    if entity.narrow or not worklist.open_to(entity, actor):
        return []
    url = f"/w/{actor.workspace.slug}/quality/?entity={entity.slug}"
    return [{"label": _("Data quality"), "url": url, "icon": "gauge"}]


def palette_commands(actor: Actor) -> list[dict[str, Any]]:
    if not worklist.nouns_of(actor):
        return []
    words = "incomplete stale bounced missing score worklist ناقصة متقادمة درجة قائمة عمل مراجعة"
    url = f"/w/{actor.workspace.slug}/quality/"
    return [{"title": _("Data quality"), "url": url, "icon": "gauge", "words": words}]


extensions.list_links.append(link_over_lists)
extensions.palette_commands.append(palette_commands)
