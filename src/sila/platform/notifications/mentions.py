"""Colleagues who are named in a text with an @. Who is meant is kept by their id: somebody who is called otherwise by
now shows by that name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils.safestring import SafeString

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, ShareGrant
from sila.platform.activity import log
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold
from sila.platform.kit.text import joined, markup, with_links
from sila.platform.notifications.models import Mention

SHOWN = 8
MOST = 50  # in one text
CALLED_ALIKE = 200  # colleagues whose names begin alike
_AT = re.compile(r"(?:^|(?<=[^\w.]))@", re.UNICODE)  # not the one of an e-mail address
_PUNCTUATION = ".,;:!?)،؛؟…"
About = tuple[Entity, Any]  # the record that the text is about


def colleagues(query: str, context: Context) -> list[Member]:
    """Whom an @ may name: colleagues who work here, but for oneself, by the beginning of a part of their name, however it
    is spelt; those whose name begins so come first."""
    rows = (
        registry["members"].visible_to(context.actor).filter(active=True).exclude(id=context.actor.member_id)
    )
    words = fold(query.strip())
    first = Q(name_fold__startswith=words)
    if words:
        rows = rows.filter(first | Q(name_fold__contains=f" {words}"))
    begins = Case(When(first, then=Value(0)), default=Value(1))
    return list(rows.order_by(begins, "name_fold", "id")[:SHOWN])


@transaction.atomic
def mention(
    entity: Entity, record: Any, text: str, ids: Iterable[str], *, by: Actor, about: About | None = None
) -> list[Member]:
    """Note who is named in the text of a record that `by` has just written. Those who may see what it is about may read
    the text from then on. The others are given back: they are told nothing."""
    named = {member: words for member in _chosen(ids, by) if (words := _words(member, text))}
    unreached = [member for member in named if about and not _sees(member, about, by)]
    reached = [member for member in named if member not in unreached]
    Mention.objects.bulk_create(
        [
            Mention(entity=entity.slug, record_id=record.id, member_id=member.id, words=words)
            for member, words in named.items()
        ]
    )
    for member in reached:
        if not _sees(member, (entity, record), by):
            ShareGrant.objects.create(
                entity=entity.slug, record_id=record.id, member_id=member.id, granted_by_id=by.member_id
            )
    if reached:
        on, subject = about or (entity, record)
        log.record(
            "mentioned",
            by=by,
            entity=entity.slug,
            record_id=record.id,
            title=entity.title_of(record),
            members=[str(member.id) for member in reached],
            about=[on.slug, str(subject.id)],
        )
    return unreached


@transaction.atomic
def mention_anew(
    entity: Entity, record: Any, text: str, before: str, *, by: Actor, about: Sequence[About] = ()
) -> None:
    """Note who is named in a text that was changed, or that came from a program: by an @ and their whole name. Only who
    may see one of the records that it is about is named, or the text itself if it is about none; each once."""
    was = named_in(before, by)
    fresh = [member for member in named_in(text, by) if member not in was]
    known = Mention.objects.filter(record_id=record.id, member_id__in=[member.id for member in fresh])
    told = set(known.values_list("member_id", flat=True)) if fresh else set()
    for member in fresh:
        on = next((each for each in about or [(entity, record)] if _sees(member, each, by)), None)
        if on and member.id not in told:
            mention(entity, record, text, [str(member.id)], by=by, about=on)


def named_in(text: str, by: Actor) -> list[Member]:
    """The colleagues whose whole name stands behind an @; where two have the same name, nobody."""
    pieces = [piece for piece in _AT.split(text)[1:][:MOST] if piece[:1].strip()]
    if not pieces:
        return []
    begins = Q()
    for word in {piece.split(maxsplit=1)[0].rstrip(_PUNCTUATION) for piece in pieces}:
        begins |= Q(name__startswith=word) | Q(name_en__startswith=word)
    rows = registry["members"].visible_to(by).filter(begins, active=True).exclude(id=by.member_id)
    called: dict[str, set[Member]] = {}
    for member in rows.order_by("id")[:CALLED_ALIKE]:
        for name in {member.name, member.name_en} - {""}:
            called.setdefault(name, set()).add(member)
    names = sorted(called, key=len, reverse=True)
    found = (next((name for name in names if _stands(name, piece)), "") for piece in pieces)
    return list(
        {each.id: each for name in found if len(called.get(name, ())) == 1 for each in called[name]}.values()
    )


def _stands(name: str, piece: str) -> bool:
    """Whether the piece begins with the name, as a whole."""
    return piece.startswith(name) and not piece[len(name) : len(name) + 1].isalnum()


def _chosen(ids: Iterable[str], by: Actor) -> list[Member]:
    wanted = set()
    for text in list(ids)[:MOST]:
        try:
            wanted.add(UUID(text))
        except ValueError:
            continue
    rows = registry["members"].visible_to(by).filter(id__in=wanted, active=True)
    return list(rows.exclude(id=by.member_id)) if wanted else []


def _words(member: Member, text: str) -> str:
    """How the text calls them; empty if it does not: the name was taken out again."""
    names = sorted({member.name, member.name_en} - {""}, key=len, reverse=True)
    return next((name for name in names if f"@{name}" in text), "")


def _sees(member: Member, about: About, by: Actor) -> bool:
    entity, record = about
    seen = entity.visible_to(Actor.of(by.workspace, member, "job"))
    return bool(seen.filter(id=record.id).exists())


def mentions_in(texts: Mapping[UUID, str]) -> dict[UUID, list[Mention]]:
    """Those of each record, by its id; one query if any of the texts has an @ in it, else none."""
    wanted = [record_id for record_id, text in texts.items() if "@" in text]
    found: dict[UUID, list[Mention]] = {}
    for each in Mention.objects.filter(record_id__in=wanted).select_related("member") if wanted else ():
        found.setdefault(each.record_id, []).append(each)
    return found


def marked(text: str, mentions: Sequence[Mention]) -> SafeString:
    """The text, escaped, with links, and with colleagues by the name that they have now."""
    names = {f"@{each.words}": str(each.member) for each in mentions}
    if not names:
        return with_links(text)
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(name) for name in longest_first))
    parts, last = [], 0
    for match in pattern.finditer(text):
        parts += [
            with_links(text[last : match.start()]),
            markup('<bdi class="s-mention">@{}</bdi>', names[match[0]]),
        ]
        last = match.end()
    return joined([*parts, with_links(text[last:])])


def plainly(text: str, mentions: Sequence[Mention]) -> str:
    """The same as plain text."""
    for each in sorted(mentions, key=lambda each: len(each.words), reverse=True):
        text = text.replace(f"@{each.words}", f"@{each.member}")
    return text
