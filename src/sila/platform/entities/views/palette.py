"""Ctrl+K: records, commands and places while typing; recent records before."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.activity.models import Event
from sila.platform.entities import extensions, questions, search, spelling, through
from sila.platform.entities.kinds import Context, operator_said
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views import filters
from sila.platform.entities.views.door import fragment
from sila.platform.kit.folding import fold, other_layout
from sila.platform.kit.text import unmarked
from sila.platform.tenancy.current import current

RECENT = 8
COMMANDS = 10
LITTLE, SIMILAR = 3, 8  # hits


@require_GET
def palette(request: WorkspaceRequest, workspace: str) -> HttpResponse:
    context = Context(request.actor, request.reader)
    query = request.GET.get("q", "").strip()[:100]
    if not query:
        groups = [
            _group(_("Recent"), recent(context)),
            _group(_("Create"), creations(context)),
            _group(_("Go to"), places(context)),
        ]
        return fragment(
            request, "palette/_results.html", {"groups": [g for g in groups if g["options"]], "guess": ""}
        )
    options, guess = found(query, context), ""
    commands, asked = _matching(query, context), answers(query, context)
    if not options and not commands and not asked:
        guess = other_layout(query)
        options = found(guess, context)
        commands, asked = _matching(guess, context), answers(guess, context)
        guess = guess if options or commands or asked else ""
    meant, similar = ("", []) if guess else near(query, options, context)
    if not (options or commands or asked):
        options, guess, similar = similar, meant, []
    groups = [
        _group(_("Question"), asked),
        *by_noun(options, context),
        _group(_("Commands"), commands),
        _similar(meant, similar, context),
    ]
    return fragment(
        request, "palette/_results.html", {"groups": [g for g in groups if g["options"]], "guess": guess}
    )


def _group(label: str, options: list[dict[str, Any]]) -> dict[str, Any]:
    return {"label": label, "options": options}


def found(query: str, context: Context) -> list[search.Hit]:
    return search.find(query, by=context.actor)


def near(query: str, found: list[search.Hit], context: Context) -> tuple[str, list[search.Hit]]:
    """Where little was found: another spelling with which there is more, and that."""
    hits: list[search.Hit] = []
    there = {hit.id for hit in found}

    def finds(other: str) -> bool:
        hits[:] = [hit for hit in search.find(other, by=context.actor, limit=SIMILAR) if hit.id not in there]
        return bool(hits)

    return (spelling.corrected(query, finds), hits) if len(found) < LITTLE else ("", [])


def _similar(meant: str, hits: list[search.Hit], context: Context) -> dict[str, Any]:
    """One group, whatever the nouns: it stands behind what was asked for."""
    options = [option(hit.entity, hit.id, hit.title) | {"hint": hit.hint(context)} for hit in hits]
    return _group(_("Did you mean: %(query)s") % {"query": meant}, options)


def answers(query: str, context: Context) -> list[dict[str, Any]]:
    """The list that a typed question asks for, said in the words of its chips."""
    asked = questions.readings(query, context) if " " in query else []
    return [
        {
            "title": questions.shown(question, _chips(question, context)),
            "hint": questions.not_understood(question),
            "whole": True,
            "url": question.url(context.reader.slug),
            "icon": "filter",
        }
        for question in asked
    ]


def _chips(question: questions.Question, context: Context) -> list[tuple[str, str, str]]:
    """Field, operator and value of each condition; those of one group, which all ask the same, are one."""
    fields = question.entity.readable(context.actor)
    told: dict[tuple[str, ...], list[str]] = {}
    for number, condition in enumerate(question.state.conditions):
        f = through.field_for(fields, condition.field, context.actor)
        if f is not None:
            said = str(operator_said(f, condition.operator))
            key = (str(f.label) if said else f"{f.label}:", said, condition.group or str(number))
            told.setdefault(key, []).append(unmarked(filters.value_text(f, condition, context)))
    between = f" {_('or')} "
    chips = [(label, operator, between.join(values)) for (label, operator, _group), values in told.items()]
    if question.state.first:
        first = filters.first_chip(fields, question.state, context)
        chips.append((first["field"], first["operator"], ""))
    return chips


def by_noun(hits: list[search.Hit], context: Context) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for hit in hits:
        shown = option(hit.entity, hit.id, hit.title) | {"hint": hit.hint(context)}
        groups.setdefault(str(hit.entity.plural), []).append(shown)
    return [_group(label, options) for label, options in groups.items()]


def option(entity: Entity, record_id: Any, title: str) -> dict[str, Any]:
    url = entity.url(current().slug, record_id)
    person = entity.slug in ("people", "members")
    return {
        "title": title or "–",
        "url": url,
        "peek_url": url + "peek",
        "icon": entity.icon,
        "avatar": title if person else "",
    }


def recent(context: Context) -> list[dict[str, Any]]:
    """What this person worked on last, as far as they still may see it."""
    events = Event.objects.filter(member_id=context.actor.member_id, kind__in=("created", "changed"))
    pairs = list(dict.fromkeys(events.order_by("-id").values_list("entity", "record_id")[:40]))
    options: list[dict[str, Any]] = []
    by_entity: dict[str, list[Any]] = {}
    for slug, record_id in pairs:
        by_entity.setdefault(slug, []).append(record_id)
    titles: dict[Any, tuple[Entity, str]] = {}
    for slug, ids in by_entity.items():
        if entity := registry.get(slug):
            for row in entity.visible_to(context.actor).filter(id__in=ids).values("id", *entity.title):
                titles[row["id"]] = (entity, entity.title_of(row))
    for _slug, record_id in pairs:
        if record_id in titles and len(options) < RECENT:
            entity, title = titles[record_id]
            options.append(option(entity, record_id, title))
    return options


def creations(context: Context) -> list[dict[str, Any]]:
    slug = context.reader.slug
    return [
        {
            "title": _("New %(noun)s") % {"noun": entity.name},
            "dialog_url": entity.url(slug, tail="new"),
            "icon": "plus",
            "words": "new add create جديد جديدة إضافة إنشاء",
        }
        for entity in registry
        if entity.menu and entity.creatable and context.actor.can(entity.slug, "create")
    ]


def places(context: Context) -> list[dict[str, Any]]:
    slug, actor = context.reader.slug, context.actor
    own = [item for source in extensions.nav_items for item in source(actor)]
    return [
        *(
            {
                "title": item["label"],
                "url": item["url"],
                "icon": item["icon"],
                "words": item.get("words", ""),
            }
            for item in own
        ),
        *(
            {"title": entity.plural, "url": entity.url(slug), "icon": entity.icon}
            for entity in registry
            if entity.menu and actor.can(entity.slug, "view")
        ),
    ]


def commands(context: Context) -> list[dict[str, Any]]:
    """All that can be run or opened by its name."""
    further = [command for source in extensions.palette_commands for command in source(context.actor)]
    return [*creations(context), *places(context), *further]


def _matching(query: str, context: Context) -> list[dict[str, Any]]:
    """The commands that all words of the query name, in either language: those by their title first."""
    words = [word.removeprefix("ال") if len(word) > 4 else word for word in fold(query).split()]
    shown, names = commands(context), _names(context)

    def distance(at: int) -> int:
        title = fold(str(shown[at]["title"]))
        return 0 if title.startswith(fold(query)) else 1 if all(word in title for word in words) else 2

    matching = [at for at, name in enumerate(names) if all(_named(word, name) for word in words)]
    return [shown[at] for at in sorted(matching, key=distance)][:COMMANDS]


def _named(word: str, name: str) -> bool:
    """Any part of a name names it; one or two letters, which are in every name, only where a word begins."""
    return f" {word}" in f" {name}" or (len(word) > 2 and word in name)


def _names(context: Context) -> list[str]:
    """Of each command its titles in both languages and its further words, folded."""
    spoken = []
    for language in ("ar", "en"):
        with override(language):
            spoken.append([f"{one['title']} {one.get('words', '')}" for one in commands(context)])
    return [fold(" ".join(names)) for names in zip(*spoken, strict=True)]


@require_GET
def quick(request: WorkspaceRequest, workspace: str) -> HttpResponse:
    """What C offers where a page has nothing of its own to create."""
    context = Context(request.actor, request.reader)
    choices = [
        {"label": one["title"], "icon": "plus", "url": one["dialog_url"]} for one in creations(context)
    ]
    return fragment(request, "entities/_quick.html", {"choices": choices})
