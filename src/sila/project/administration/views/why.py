"""“Why may she see this?”: for one member and record as a chain, for one record over all members."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sila.platform.access.explain import Directory, Step, explain, grants_on
from sila.platform.access.models import Member
from sila.platform.access.policy import VERB_LABELS
from sila.platform.entities import actions
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import KINDS, Choice, Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment
from sila.platform.entities.views.records import own_entity
from sila.platform.kit.text import listed
from sila.project.administration.door import admin_page, controls

ICONS = {
    "workspace": "building-community",
    "seat": "user",
    "role": "shield-lock",
    "reach": "target",
    "match": "users",
    "share": "share",
    "fields": "eye-off",
    "result": "circle-check",
}
PAGE = 25


@require_GET
@admin_page
def panel(request: HttpRequest, context: Context) -> HttpResponse:
    return fragment(request, "administration/_why.html", {"why": why_panel(request, context)})


def why_panel(request: HttpRequest, context: Context) -> dict[str, Any]:
    """The question as three fields, and the answer once member and record are chosen."""
    entity = registry.get(request.GET.get("of", "")) or registry["opportunities"]
    verb = request.GET.get("may", "view")
    verb = verb if verb in VERB_LABELS else "view"
    member, record = (
        _member(request.GET.get("member", "")),
        _record(entity, request.GET.get("record", ""), context),
    )
    start = {
        "of": entity.slug,
        "may": verb,
        "member": str(member.id) if member else "",
        "record": str(record.id) if record else "",
    }
    answer = _answer(member, entity, record, verb, context) if member and record else None
    return {
        "fields": controls(_question(entity), start, context),
        "url": f"/w/{context.reader.slug}/access/why",
        "answer": answer,
    }


def _question(entity: Entity) -> list[Field]:
    nouns = tuple(Choice(each.slug, each.plural) for each in registry if not each.narrow)
    doings = tuple(Choice(verb, label) for verb, label in VERB_LABELS.items() if verb != "create")
    return [
        Field(
            "member",
            KINDS["member"],
            pgettext("label", "Member"),
            to="members",
            title_columns=("name", "name_en"),
        ),
        Field("may", KINDS["choice"], _("May"), choices=doings, required=True),
        Field("of", KINDS["choice"], _("Of"), choices=nouns, required=True),
        Field("record", KINDS["link"], _("Record"), to=entity.slug, title_columns=entity.title),
    ]


def _answer(member: Member, entity: Entity, record: Any, verb: str, context: Context) -> dict[str, Any]:
    directory, grants = Directory.of([member]), grants_on(entity.slug, record.id)
    steps = explain(member, entity, record, verb, directory=directory, grants=grants)
    steps = [*steps[:-1], *_hidden(member, entity, directory), steps[-1]]
    last = steps[-1]
    reason = steps[-2] if len(steps) > 1 else last
    return {
        "ok": last.ok,
        "sentence": _("Yes") if last.ok else _("No"),
        "reason": reason.text,
        "steps": [_shown(step, entity, record, context) for step in steps],
    }


def _hidden(member: Member, entity: Entity, directory: Directory) -> list[Step]:
    rules = directory.policy(member).fields.get(entity.slug, {})
    closable = entity.closable()
    names = [str(closable[name]) for name, level in rules.items() if level == "hidden" and name in closable]
    return [Step("fields", True, _("Hidden fields: %(names)s") % {"names": listed(names)})] if names else []


def _shown(step: Step, entity: Entity, record: Any, context: Context) -> dict[str, Any]:
    return {
        "text": step.text,
        "hint": step.hint,
        "ok": step.ok,
        "icon": ICONS[step.key] if step.ok else "circle-x",
        "url": _rule_url(step.rule, entity, record, context),
    }


def _rule_url(rule: str, entity: Entity, record: Any, context: Context) -> str:
    base = f"/w/{context.reader.slug}/"
    kind, _colon, key = rule.partition(":")
    return {
        "settings": f"{base}settings/",
        "role": f"{base}access/?role={key}",
        "member": f"{base}members/{key}/",
        "unit": f"{base}units/{key}/",
        "team": f"{base}teams/{key}/",
        "shares": f"{base}{entity.slug}/{record.id}/access",
    }.get(kind, "")


def _member(text: str) -> Member | None:
    return Member.objects.filter(id=text).first() if _is_id(text) else None


def _record(entity: Entity, text: str, context: Context) -> Any:
    return entity.visible_to(context.actor).filter(id=text).first() if _is_id(text) else None


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


# ---- all members of one record ---------------------------------------------------------------------
@require_GET
@admin_page
def record_page(request: HttpRequest, context: Context, slug: str, record_id: UUID) -> HttpResponse:
    """Who sees this record, who may edit it, and the deciding step of each."""
    entity = registry.get(slug)
    if entity is None:
        raise NotFound
    record = actions.get(entity, record_id, by=context.actor)
    entity = own_entity(entity, record)
    members, after = _page_of_members(request.GET.get("after", ""))
    directory, grants = Directory.of(members), grants_on(entity.slug, record.id)
    base = f"/w/{context.reader.slug}/{entity.slug}/{record.id}/"
    return fragment(
        request,
        "administration/who.html",
        {
            "who": {
                "title": entity.title_of(record),
                "record_url": base,
                "members": [
                    _member_line(member, entity, record, directory, grants, context) for member in members
                ],
                "next_url": f"{base}access?after={after}" if after else "",
                "share_url": f"{base}share" if entity.owned else "",
            }
        },
    )


def _page_of_members(after: str) -> tuple[list[Member], str]:
    rows = Member.objects.filter(deleted_at=None).order_by("name", "id")
    if _is_id(after) and (last := rows.filter(id=after).values("name", "id").first()):
        rows = rows.filter(name__gte=last["name"]).exclude(name=last["name"], id__lte=last["id"])
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""


def _member_line(
    member: Member, entity: Entity, record: Any, directory: Directory, grants: Any, context: Context
) -> dict[str, Any]:
    line: dict[str, Any] = {"name": str(member), "title": member.title}
    for verb in ("view", "edit"):
        steps = explain(member, entity, record, verb, directory=directory, grants=grants)
        line[verb], line[f"{verb}_why"] = steps[-1].ok, steps[-2].text
    query = f"?member={member.id}&of={entity.slug}&record={record.id}"
    return {**line, "url": f"/w/{context.reader.slug}/access/{query}"}
