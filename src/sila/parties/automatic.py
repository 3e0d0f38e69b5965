"""Merging without being asked, where an administrator has allowed it for evidence of a certain kind.

Weak evidence is never enough: the name must be the same, the score certain, and nothing may speak against it. Each merge
is one that a person could make, in the name of who allowed it, is told on the record and can be taken back.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sila.parties.duplicates import SLUGS
from sila.parties.models import DuplicatePair, MergeRule
from sila.platform.access.actor import Actor
from sila.platform.activity import jobs, log
from sila.platform.entities.errors import NotAllowed, Refusal
from sila.platform.entities.kinds import Text
from sila.platform.entities.merging import values
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope

CERTAIN = 25.0  # bits: one in thirty million by chance, see matching/scoring.py
AT_ONCE = 200
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evidence:
    """What a rule asks for, beside the name."""

    label: Text
    reason: str  # a code of matching/evidence.py
    kinds: tuple[str, ...] = ("person", "organization")


EVIDENCE: Mapping[str, Evidence] = {
    "email": Evidence(_("Same name and same e-mail"), "email"),
    "phone": Evidence(_("Same name and same phone"), "phone"),
    "register": Evidence(_("Same name and same number in a register"), "id", ("organization",)),
    "birth": Evidence(_("Same name and same birth date"), "birth", ("person",)),
}


def allowed(kind: str) -> list[str]:
    """The rules that are in force for people or companies."""
    return list(MergeRule.objects.filter(kind=kind).values_list("rule", flat=True))


@transaction.atomic
def allow(kind: str, rules: set[str], *, by: Actor) -> None:
    """These, and no others. Raises NotAllowed for whoever does not run the workspace."""
    if not by.is_admin or by.member_id is None:
        raise NotAllowed
    known = {name for name, evidence in EVIDENCE.items() if kind in evidence.kinds}
    before = set(allowed(kind))
    MergeRule.objects.filter(kind=kind).exclude(rule__in=rules).delete()
    for rule in sorted(rules & known - before):
        MergeRule.objects.create(kind=kind, rule=rule, member_id=by.member_id)
    if before != rules & known:
        log.record("merge rules", by=by, entity=SLUGS[kind], rules=sorted(rules & known))


def is_certain(pair: DuplicatePair, rule: str) -> bool:
    codes = {code for code, bits in pair.reasons if bits > 0}
    against = any(bits < 0 for _code, bits in pair.reasons)
    return pair.score >= CERTAIN and {"name", EVIDENCE[rule].reason} <= codes and not against


def merge_certain(job: jobs.Run, kind: str) -> int:
    """All open pairs of which a rule is certain; how many. Opens the workspace itself, a pair a transaction."""
    done = 0
    with scope(job.workspace):
        found = list(_certain(kind))
    for pair_id, rule in found:
        with scope(job.workspace):
            done += _merge(pair_id, rule)
        job.progress(done, len(found))
    return done


def _certain(kind: str) -> Iterator[tuple[UUID, MergeRule]]:
    rules = list(MergeRule.objects.filter(kind=kind).select_related("member"))
    pairs = DuplicatePair.objects.filter(kind=kind, decision="", score__gte=CERTAIN).order_by("-score", "id")
    for pair in pairs[:AT_ONCE] if rules else ():
        rule = next((each for each in rules if each.rule in EVIDENCE and is_certain(pair, each.rule)), None)
        if rule is not None:
            yield pair.id, rule


def _merge(pair_id: UUID, rule: MergeRule) -> bool:
    """With the rights that whoever allowed it has by now. What is refused stays in the queue."""
    pair = DuplicatePair.objects.filter(id=pair_id, decision="").first()
    if pair is None or not rule.member.active or rule.member.deleted_at:
        return False
    workspace = pair.tenant
    entity, by = registry[SLUGS[pair.kind]], Actor.of(workspace, rule.member, "automation")
    records = list(entity.visible_to(by).filter(id__in=(pair.first_id, pair.second_id)).order_by("id"))
    if len(records) < 2:
        return False
    into = values.fullest(entity, records, by)
    try:
        merge(entity, into.id, [each.id for each in records if each is not into], by=by)
    except Refusal as error:
        logger.info("pair %s was not merged: %s", pair.id, error)
        return False
    return True
