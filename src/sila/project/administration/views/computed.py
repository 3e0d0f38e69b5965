"""The pages on which formulas and roll-ups are written: what is wrong and what it comes to is told while typing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.customfields.models import CustomField
from sila.platform.entities.computed import verbs
from sila.platform.entities.computed.names import offered, offered_behind
from sila.platform.entities.computed.plan import understood
from sila.platform.entities.computed.totals import totals
from sila.platform.entities.computed.values import Sight
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment
from sila.platform.entities.views.fields import given_values
from sila.platform.kit.formula import Problem, restate
from sila.platform.kit.formula.checking import called
from sila.platform.kit.formula.functions import GROUPS, SAID
from sila.project.administration.door import admin_page, controls, read_form
from sila.project.administration.navigation import sections
from sila.project.administration.views import rollup_form
from sila.project.administration.views.fields import (
    diary_field,
    extendable,
    room_in_list,
    row_of,
    total_field,
)

KINDS_HERE = (CustomField.Kind.FORMULA, CustomField.Kind.ROLLUP)


@admin_page
def new(request: HttpRequest, context: Context, kind: str) -> HttpResponse:
    noun = next((each for each in extendable() if each.slug == request.GET.get("entity")), None)
    if noun is None or kind not in KINDS_HERE:
        raise NotFound
    return _page(request, context, noun, kind, None)


@admin_page
def edit(request: HttpRequest, context: Context, kind: str, field_id: UUID) -> HttpResponse:
    row = row_of(field_id)
    if row.kind != kind or row.entity not in registry:
        raise NotFound
    return _page(request, context, registry[row.entity], kind, row)


def _page(
    request: HttpRequest, context: Context, noun: Entity, kind: str, row: CustomField | None
) -> HttpResponse:
    fields, errors = _fields(noun), {}
    given: QueryDict | None = request.POST if request.method == "POST" else None
    start = {f.name: getattr(row, f.name) for f in fields} if row else {"in_list": room_in_list(noun)}
    if given is not None:
        try:
            _save(request, context, noun, kind, row, fields)
        except Invalid as error:
            errors, start = error.errors, given_values(request.POST, {f.name: f for f in fields})
        else:
            messages.success(request, _("Saved."))
            return redirect(_back(context, noun))
    named = {f.name for f in fields}
    shown = {
        "title": _titles(noun, kind, row),
        "kind": kind,
        "noun": noun,
        "fields": controls(fields, start, context, errors),
        "errors": [text for name, text in errors.items() if name not in named],
        "back_url": _back(context, noun),
        "check_url": f"/w/{context.reader.slug}/settings/fields/{kind}/check?entity={noun.slug}"
        + (f"&field={row.id}" if row else ""),
        "sample": _sample_control(noun, request.POST, context),
        **_parts(request.POST, context, noun, kind, row),
    }
    answer = {"sections": sections(context, "fields"), "page": shown}
    return fragment(request, "administration/computed.html", answer, status=422 if errors else 200)


def _titles(noun: Entity, kind: str, row: CustomField | None) -> str:
    if row:
        return f"{row} · {row.get_kind_display()}"
    if kind == CustomField.Kind.FORMULA:
        return _("New formula: %(nouns)s") % {"nouns": noun.plural}
    return _("New roll-up: %(nouns)s") % {"nouns": noun.plural}


def _back(context: Context, noun: Entity) -> str:
    return f"/w/{context.reader.slug}/settings/fields/?entity={noun.slug}"


def _fields(noun: Entity) -> list[Field]:
    return [
        Field("label", KINDS["text"], _("Name in Arabic"), required=True, max_length=80),
        Field("label_en", KINDS["text"], _("Name in English"), max_length=80),
        Field("help", KINDS["text"], _("Help"), max_length=200),
        Field("group", KINDS["text"], _("Group in Arabic"), max_length=80),
        Field("group_en", KINDS["text"], _("Group in English"), max_length=80),
        Field("in_list", KINDS["bool"], _("Show in the list")),
        diary_field(),
        total_field(),
    ]


def _save(
    request: HttpRequest,
    context: Context,
    noun: Entity,
    kind: str,
    row: CustomField | None,
    fields: list[Field],
) -> None:
    values = read_form(request, fields, context)
    values = {name: value if value is not None else "" for name, value in values.items()}
    rule = _rule(noun, kind, request.POST, row)
    values["in_diary"] = bool(values["in_diary"]) and rule["shown"] == "date"
    if row:
        verbs.change_computed(row, by=context.actor, rule=rule, **values)
    else:
        verbs.add_computed(noun, values.pop("label"), kind=kind, rule=rule, by=context.actor, **values)


def _rule(noun: Entity, kind: str, given: QueryDict, row: CustomField | None) -> dict[str, Any]:
    if kind == CustomField.Kind.ROLLUP:
        return rollup_form.rule(noun, given)
    try:
        return verbs.tried(noun, given.get("text", ""), None, money=bool(given.get("money")), row=row).rule
    except Problem as problem:
        raise Invalid({"": str(problem)}) from problem


def _parts(
    given: QueryDict, context: Context, noun: Entity, kind: str, row: CustomField | None
) -> dict[str, Any]:
    """What stands below the names: the text with its state and help, or the parts of a roll-up."""
    if kind == CustomField.Kind.ROLLUP:
        chosen = given if "relation" in given else rollup_form.as_given(row)
        return {"rollup": rollup_form.parts(noun, chosen, context), "state": _total(noun, chosen, context)}
    text = given.get("text") if "text" in given else verbs.shown_formula(row) if row else ""
    money = bool(given.get("money")) if "text" in given else bool(row and row.rule.get("shown") == "money")
    return {
        "text": text,
        "money": money,
        "state": _state(noun, text or "", given, context, money=money, row=row),
        "known": list(offered(noun)),
        "behind": list(offered_behind(noun)),
        "functions": functions_of(context.reader.language),
    }


def functions_of(language: str) -> list[dict[str, Any]]:
    words = [
        {"name": called(name), "write": f" {called(name)} ", "help": help} for name, help in SAID.items()
    ]
    return [
        {
            "label": label,
            "functions": [
                {
                    "name": called(function.name),
                    "write": f"{called(function.name)}()",
                    "back": 1,  # the caret stands between the brackets
                    "help": function.help,
                    "example": restate(str(function.example), [], language),
                }
                for function in group.values()
            ],
        }
        for label, group in GROUPS
    ] + [{"label": _("Words"), "functions": words}]


# ---- while typing ----------------------------------------------------------------------------------
@require_POST
@admin_page
def check(request: HttpRequest, context: Context, kind: str) -> HttpResponse:
    """What the form as it stands comes to."""
    noun = registry.get(request.GET.get("entity", ""))
    if noun is None or noun.narrow or kind not in KINDS_HERE:
        raise NotFound
    row = row_of(UUID(request.GET["field"])) if request.GET.get("field") else None
    shown = {"kind": kind, "noun": noun, **_parts(request.POST, context, noun, kind, row)}
    template = "_formula_state.html" if kind == CustomField.Kind.FORMULA else "_rollup_parts.html"
    return fragment(request, f"administration/{template}", {"page": shown})


def _state(
    noun: Entity, text: str, given: QueryDict, context: Context, *, money: bool, row: CustomField | None
) -> dict[str, Any]:
    """{"text": nothing typed} | {"problem", "before", "wrong", "after"} | {"type", "title", "value"}."""
    if not text.strip():
        return {}
    record = _sample(noun, given, context)
    try:
        found = verbs.tried(noun, text, record, money=money, row=row)
    except Problem as problem:
        start, end = problem.start, max(problem.end, problem.start + 1)
        parts = {"before": text[:start], "wrong": text[start:end], "after": text[end:]}
        return {"problem": str(problem), **parts}
    except Invalid as error:
        return {"problem": "; ".join(error.errors.values())}
    return {"type": found.type.label, **_shown(noun, record, found.field, found.value, context)}


def _total(noun: Entity, given: Any, context: Context) -> dict[str, Any]:
    if not given.get("relation") or (given.get("how", "count") != "count" and not given.get("field")):
        return {}  # not chosen yet, which is no mistake
    try:
        rule = rollup_form.rule(noun, given)
        computed = understood(
            CustomField(entity=noun.slug, key="", kind=CustomField.Kind.ROLLUP, label="", rule=rule)
        )
        record = _sample(noun, given, context)
        value = totals(computed, [record.id], Sight())[record.id] if record is not None else None
    except Invalid as error:
        return {"problem": "; ".join(error.errors.values())}
    return _shown(noun, record, computed.field, value, context)


def _shown(noun: Entity, record: Any, f: Field, value: Any, context: Context) -> dict[str, Any]:
    if record is None:
        return {"fine": True}
    html = f.kind.write(f, {"custom": {f.name: value}}, context.reader)
    return {"fine": True, "title": noun.title_of(record, context.reader.language) or "–", "value": html}


def _sample(noun: Entity, given: Any, context: Context) -> Any:
    """The record on which it is tried: the chosen one, or the newest."""
    rows = noun.visible_to(context.actor).order_by("-id")
    try:
        chosen = UUID(str(given.get("sample") or ""))
    except ValueError:
        return rows.first()
    return rows.filter(id=chosen).first() or rows.first()


def _sample_control(noun: Entity, given: QueryDict, context: Context) -> dict[str, Any]:
    f = Field("sample", KINDS["link"], _("Try it on"), to=noun.slug, title_columns=noun.title)
    return controls([f], {"sample": given.get("sample", "")}, context)[0]
