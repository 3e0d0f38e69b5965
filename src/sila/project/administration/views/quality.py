"""What counts for the quality of records, and the rules that they must not break."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sila.platform.customfields.models import CustomField, CustomValue
from sila.platform.entities.computed import verbs as computed
from sila.platform.entities.computed import work as computed_work
from sila.platform.entities.computed.names import offered, offered_behind
from sila.platform.entities.computed.plan import Computed, current_plan, understood
from sila.platform.entities.computed.values import Sight, preload, worked_out
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import KINDS, Choice, Context, Field
from sila.platform.entities.quality import verbs, work
from sila.platform.entities.quality.models import QualityRule
from sila.platform.entities.quality.plan import (
    MOST,
    STALE_DAYS,
    countable,
    declared,
    graded,
    measure_of,
    usual_weights,
)
from sila.platform.entities.quality.rules import as_field
from sila.platform.entities.quality.worklist import open_to
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, fragment
from sila.platform.entities.views.fields import given_values
from sila.platform.kit.formula import Problem
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import comma
from sila.project.administration.door import admin_page, controls, read_form
from sila.project.administration.navigation import sections
from sila.project.administration.views.computed import functions_of
from sila.project.administration.views.fields import extendable

COUNTED = 1_000
TRIED = 200  # the newest records, on which a rule is tried while it is written


# ---- the page ----------------------------------------------------------------------------------------
@require_GET
@admin_page
def page(request: HttpRequest, context: Context) -> HttpResponse:
    nouns = extendable()
    noun = next((each for each in nouns if each.slug == request.GET.get("entity", "people")), nouns[0])
    base = f"/w/{context.reader.slug}/settings/quality/"
    lines = _lines(noun, base, context)
    grading = work.running(noun)
    shown = {
        "title": _("Rules and weights"),
        "nouns": [
            {
                "label": each.plural,
                "icon": each.icon,
                "url": f"{base}?entity={each.slug}",
                "active": each is noun,
            }
            for each in nouns
        ],
        "rules": lines,
        "new_url": f"{base}rules/new?entity={noun.slug}",
        "weights": _weights(noun, context) if graded(noun) else None,
        "save_url": f"{base}weights?entity={noun.slug}",
        "worklist_url": f"/w/{context.reader.slug}/quality/?entity={noun.slug}&whose=all"
        if open_to(noun, context.actor)
        else "",
        "grading": _progress(grading) if grading else None,
        "working": bool(grading) or any(line["working"] for line in lines),
        "url": f"{base}?entity={noun.slug}",
    }
    answer = {"sections": sections(context, "quality"), "page": shown}
    return fragment(request, "administration/quality.html", answer)


def _progress(job: Any) -> dict[str, int]:
    return {"done": job.progress, "total": job.total or 0}


def _lines(noun: Entity, base: str, context: Context) -> list[dict[str, Any]]:
    rules = declared().rules.get(noun.slug, [])
    planned = {
        each.key: each for each in current_plan().computed if each.breach and each.noun.slug == noun.slug
    }
    running = computed_work.running(planned.values()) if planned else {}
    return [
        {
            "text": str(rule),
            "other": rule.message if str(rule) != rule.message else rule.message_en,
            "formula": computed.shown_formula(as_field(rule)),
            "place": noun.fields[rule.field].label if rule.field in noun.fields else "",
            "refuses": rule.refuses,
            "active": rule.active,
            "problem": planned[rule.key].problem if rule.key in planned else "",
            "working": rule.key in running,
            "broken": _counted(rule, context)
            if rule.key in planned and not planned[rule.key].problem
            else "",
            "broken_url": f"/w/{context.reader.slug}/quality/?entity={noun.slug}&whose=all&rule={rule.key}",
            "page_url": f"{base}rules/{rule.id}/",
            "switch_url": f"{base}rules/{rule.id}/{'off' if rule.active else 'on'}",
            "remove_url": f"{base}rules/{rule.id}/remove",
        }
        for rule in rules
    ]


def _counted(rule: QualityRule, context: Context) -> str:
    """How many records break it now, up to a thousand; "" if none does."""
    number = CustomValue.objects.filter(field=rule.key)[: COUNTED + 1].count()
    text = format_number(min(number, COUNTED), digits=context.reader.digits)
    return "" if not number else f"{text}+" if number > COUNTED else text


def _weights(noun: Entity, context: Context) -> dict[str, Any]:
    measure, usual = measure_of(noun), usual_weights(noun)
    fields = countable(noun)
    order = sorted(fields, key=lambda name: -measure.weights.get(name, 0))
    lines = [
        {
            "name": name,
            "label": fields[name].label,
            "weight": measure.weights.get(name, 0),
            "differs": measure.weights.get(name, 0) != usual.get(name, 0),
            "share": _share(measure.weights.get(name, 0), measure.full, context),
        }
        for name in order
    ]
    return {
        "lines": [line for line in lines if line["weight"]],
        "more": [line for line in lines if not line["weight"]],
        "range": range(MOST + 1),
        "stale_days": measure.stale_days,
        "differs": any(line["differs"] for line in lines) or measure.stale_days != STALE_DAYS,
    }


def _share(weight: int, full: int, context: Context) -> str:
    return format_number(round(100 * weight / full), digits=context.reader.digits) if weight else ""


@require_POST
@admin_page
def weights(request: HttpRequest, context: Context) -> HttpResponse:
    noun = _noun(request)
    if "reset" in request.POST:
        verbs.usual_plan(noun, by=context.actor)
        return done(_("As it was declared."), close=False)
    given = {name: _whole(request.POST.get(f"w-{name}", "0")) for name in countable(noun)}
    verbs.set_plan(noun, given, _whole(request.POST.get("stale_days") or "0"), by=context.actor)
    return done(close=False)


def _whole(text: str) -> int:
    """Raises Invalid."""
    try:
        return int(text)
    except ValueError as error:
        raise Invalid({"": _("A whole number is expected here.")}) from error


def _noun(request: HttpRequest) -> Entity:
    noun = next((each for each in extendable() if each.slug == request.GET.get("entity")), None)
    if noun is None:
        raise NotFound
    return noun


# ---- one rule ----------------------------------------------------------------------------------------
@admin_page
def new_rule(request: HttpRequest, context: Context) -> HttpResponse:
    return _rule_page(request, context, _noun(request), None)


@admin_page
def edit_rule(request: HttpRequest, context: Context, rule_id: UUID) -> HttpResponse:
    rule = _rule(rule_id)
    if rule.entity not in registry:
        raise NotFound
    return _rule_page(request, context, registry[rule.entity], rule)


def _rule(rule_id: UUID) -> QualityRule:
    rule: QualityRule | None = QualityRule.objects.filter(id=rule_id, deleted_at=None).first()
    if rule is None:
        raise NotFound
    return rule


def _rule_page(
    request: HttpRequest, context: Context, noun: Entity, rule: QualityRule | None
) -> HttpResponse:
    fields, errors = _fields(noun), dict[str, str]()
    start: dict[str, Any] = {"refuses": True, "active": True}
    if rule:
        start = {f.name: getattr(rule, f.name) for f in fields}
    text = request.POST.get("text") or (computed.shown_formula(as_field(rule)) if rule else "")
    back = f"/w/{context.reader.slug}/settings/quality/?entity={noun.slug}"
    if request.method == "POST":
        try:
            _save(request, context, noun, rule, fields)
        except Invalid as error:
            errors, start = error.errors, given_values(request.POST, {f.name: f for f in fields})
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    named = {f.name for f in fields}
    check = f"/w/{context.reader.slug}/settings/quality/rules/check?entity={noun.slug}"
    shown = {
        "title": str(rule) if rule else _("New rule: %(nouns)s") % {"nouns": noun.plural},
        "fields": controls(fields, start, context, errors),
        "errors": [message for name, message in errors.items() if name not in named],
        "back_url": back,
        "check_url": check,
        "text": text,
        "state": _state(noun, text, context),
        "known": list(offered(noun)),
        "behind": list(offered_behind(noun)),
        "functions": functions_of(context.reader.language),
    }
    answer = {"sections": sections(context, "quality"), "page": shown}
    return fragment(request, "administration/rule.html", answer, status=422 if errors else 200)


def _fields(noun: Entity) -> list[Field]:
    places = tuple(Choice(name, f.label) for name, f in noun.fields.items() if not f.read_only)
    whole = _("If empty, it stands over the whole record.")
    return [
        Field("message", KINDS["text"], _("Message in Arabic"), required=True, max_length=300),
        Field("message_en", KINDS["text"], _("Message in English"), max_length=300),
        Field("field", KINDS["choice"], _("Where the message stands"), choices=places, help=whole),
        Field(
            "refuses", KINDS["bool"], _("Refuses to save"), help=_("If not, it only marks what breaks it.")
        ),
        Field("active", KINDS["bool"], _("Active")),
    ]


def _save(
    request: HttpRequest, context: Context, noun: Entity, rule: QualityRule | None, fields: list[Field]
) -> None:
    values = read_form(request, fields, context) | {"formula": request.POST.get("text", "")}
    if rule:
        verbs.change_rule(rule, by=context.actor, **values)
    else:
        verbs.add_rule(noun, by=context.actor, **values)


@require_POST
@admin_page
def check(request: HttpRequest, context: Context) -> HttpResponse:
    """What the condition, as it stands, comes to."""
    state = _state(_noun(request), request.POST.get("text", ""), context)
    return fragment(request, "administration/_rule_state.html", {"page": {"state": state}})


def _state(noun: Entity, text: str, context: Context) -> dict[str, Any]:
    """{} nothing typed | {"problem", "before", "wrong", "after"} | {"fine", "said", "broken"}."""
    if not text.strip():
        return {}
    try:
        kept = verbs.kept_formula(noun, text)
    except Problem as problem:
        start, end = problem.start, max(problem.end, problem.start + 1)
        return {
            "problem": str(problem),
            "before": text[:start],
            "wrong": text[start:end],
            "after": text[end:],
        }
    row = CustomField(entity=noun.slug, kind="formula", label="", rule={"formula": kept, "shown": "bool"})
    tried, broken = _tried(noun, understood(row), context)
    digits = context.reader.digits
    text = ngettext("Tried on the newest record.", "Tried on the newest %(count)s records.", tried)
    return {
        "fine": True,
        "tried": text % {"count": format_number(tried, digits=digits)} if tried else "",
        "broken": len(broken),
        "count": format_number(len(broken), digits=digits),
        "comma": comma(),
        "examples": [
            {"title": noun.title_of(record) or "–", "url": noun.url(context.reader.slug, record.id)}
            for record in broken[:3]
        ],
    }


def _tried(noun: Entity, rule: Computed, context: Context) -> tuple[int, list[Any]]:
    """How many of the newest records it was tried on, and those that break it. Records are read once, links in one
    query each, so that it costs the same in a small base and in a large one."""
    records = list(noun.visible_to(context.actor).order_by("-id")[:TRIED])
    sight = Sight()
    preload(sight, [rule], records)
    return len(records), [record for record in records if worked_out(rule, record, sight)]


@require_POST
@admin_page
def switch(request: HttpRequest, context: Context, rule_id: UUID, how: str) -> HttpResponse:
    rule = _rule(rule_id)
    if how == "remove":
        verbs.remove_rule(rule, by=context.actor)
        return done(_("Removed."), close=False)
    verbs.switch_rule(rule, active=how == "on", by=context.actor)
    return done(_("Switched on.") if how == "on" else _("Switched off."), close=False)
