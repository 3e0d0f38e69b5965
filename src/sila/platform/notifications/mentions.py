"""Colleagues who are named in a text with an @. Who is meant is kept by their id: somebody who is called otherwise by
now shows by that name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
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
_AT = re.compile(r"(?:^|(?<=[^\w.])|(?<=[ء-ي]))@")  # not the one of an e-mail address; but that of «و@سارة»
_PUNCTUATION = ".,;:!?)،؛؟…"
About = tuple[Entity, Any]  # the record that the text is about


def colleagues(query: str, context: Context) -> list[Member]:
    """Whom an @ may name: colleagues who work here, but for oneself, by the beginning of a part of their name, however it
    is spelt; those whose name begins so come first."""
    rows = _nameable(context.actor)
    words = fold(query.strip())
    first = Q(name_fold__startswith=words)
    if words:
        rows = rows.filter(first | Q(name_fold__contains=f" {words}") | Q(email__startswith=words))
    begins = Case(When(first, then=Value(0)), default=Value(1))
    return list(rows.select_related("unit").order_by(begins, "name_fold", "id")[:SHOWN])


def shared_names(members: Sequence[Member], by: Actor) -> set[UUID]:
    """Those of them whose name, in either language, is that of another colleague too: their address tells them apart."""
    names = {name for member in members for name in (member.name, member.name_en) if name}
    called: dict[str, set[UUID]] = {}
    rows = _nameable(by).filter(Q(name__in=names) | Q(name_en__in=names)) if names else Member.objects.none()
    for row_id, *theirs in rows.values_list("id", "name", "name_en"):
        for name in theirs:
            called.setdefault(name, set()).add(row_id)
    return {
        member.id
        for member in members
        if any(len(called.get(name, ())) > 1 for name in (member.name, member.name_en) if name)
    }


def _nameable(by: Actor) -> QuerySet[Member]:
    return registry["members"].visible_to(by).filter(active=True).exclude(id=by.member_id)


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
    """Note who is named in a text that was changed, or that came from a program: by an @ and their whole name or their
    address. Only who may see one of the records that it is about is named, or the text itself if it is about none; each
    once."""
    was = named_in(before, by)
    fresh = [member for member in named_in(text, by) if member not in was]
    known = Mention.objects.filter(record_id=record.id, member_id__in=[member.id for member in fresh])
    told = set(known.values_list("member_id", flat=True)) if fresh else set()
    for member in fresh:
        on = next((each for each in about or [(entity, record)] if _sees(member, each, by)), None)
        if on and member.id not in told:
            mention(entity, record, text, [str(member.id)], by=by, about=on)


def named_in(text: str, by: Actor) -> list[Member]:
    """The colleagues whose whole name or address stands behind an @; by a name that two of them have, nobody."""
    pieces = [piece for piece in _AT.split(text)[1:][:MOST] if piece[:1].strip()]
    if not pieces:
        return []
    begins = Q()
    for word in {piece.split(maxsplit=1)[0].rstrip(_PUNCTUATION) for piece in pieces}:
        begins |= Q(name__startswith=word) | Q(name_en__startswith=word) | Q(email__iexact=word)
    rows = _nameable(by).filter(begins)
    called: dict[str, set[Member]] = {}
    for member in rows.order_by("id")[:CALLED_ALIKE]:
        for name in _spelt(member):
            called.setdefault(name, set()).add(member)
    names = sorted(called, key=len, reverse=True)
    found = (next((name for name in names if _stands(name, piece)), "") for piece in pieces)
    return list(
        {each.id: each for name in found if len(called.get(name, ())) == 1 for each in called[name]}.values()
    )


def _spelt(member: Member) -> list[str]:
    """How a text may call them, the longest first."""
    return sorted({member.name, member.name_en, member.email} - {""}, key=len, reverse=True)


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
    return list(_nameable(by).filter(id__in=wanted)) if wanted else []


def _words(member: Member, text: str) -> str:
    """How the text calls them; empty if it does not: the name was taken out again."""
    by_address = [member.email] if f"@{member.email}" in text else []
    return next((name for name in (*by_address, *_spelt(member)) if f"@{name}" in text), "")


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
    names = {f"@{each.words}": each.member for each in mentions}
    if not names:
        return with_links(text)
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(name) for name in longest_first))
    parts, last = [], 0
    for match in pattern.finditer(text):
        parts += [
            with_links(text[last : match.start()]),
            _shown(names[match[0]], apart="@" in match[0][1:]),
        ]
        last = match.end()
    return joined([*parts, with_links(text[last:])])


def _shown(member: Member, *, apart: bool) -> SafeString:
    """By the name; who was named by the address, since another is called so too, with that at hand."""
    if apart:
        return markup('<bdi class="s-mention" title="{}">@{}</bdi>', member.email, member)
    return markup('<bdi class="s-mention">@{}</bdi>', member)


def plainly(text: str, mentions: Sequence[Mention]) -> str:
    """The same as plain text."""
    for each in sorted(mentions, key=lambda each: len(each.words), reverse=True):
        text = text.replace(f"@{each.words}", f"@{each.member}")
    return text
