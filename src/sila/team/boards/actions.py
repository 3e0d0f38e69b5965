"""Verbs of the board: join, leave, thank, settle a contest."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.text import clean_text
from sila.sales.rules import today
from sila.team.boards.comparing import FEWEST, MOST
from sila.team.boards.fair import points
from sila.team.boards.models import BoardSeat, BoardSettings, Compared, Contest, ContestPrize, Kudos
from sila.team.goals.counting import moments

A_DAY, APART, SHORTEST = 3, timedelta(days=7), 10  # thanks: a day, to the same person, letters of a reason


def _me(by: Actor) -> UUID:
    if by.member_id is None or by.read_only:
        raise NotAllowed
    return by.member_id


@transaction.atomic
def join(*, by: Actor) -> BoardSeat:
    """Be compared from now on, until one leaves."""
    seat, new = BoardSeat.objects.get_or_create(member_id=_me(by))
    if new:
        log.record("board joined", by=by, entity="members", record_id=seat.member_id, title=str(by.member))
    return seat


@transaction.atomic
def leave(*, by: Actor) -> None:
    gone, _rows = BoardSeat.objects.filter(member_id=_me(by)).delete()
    if gone:
        log.record("board left", by=by, entity="members", record_id=_me(by), title=str(by.member))


@transaction.atomic
def set_board(*, by: Actor, compared: str, least: int) -> BoardSettings:
    """How the board compares from now on. Raises NotAllowed, Invalid."""
    if not by.is_admin:
        raise NotAllowed
    if compared not in Compared.values:
        raise Invalid({"by": _("There is no such comparison.")})
    if not FEWEST <= least <= MOST:
        said = _("It lies between %(fewest)d and %(most)d people.") % {"fewest": FEWEST, "most": MOST}
        raise Invalid({"least": said})
    row, _new = BoardSettings.objects.update_or_create(defaults={"by": compared, "least": least})
    log.record("settings changed", by=by, entity="workspace", title=by.workspace.name)
    return row


@transaction.atomic
def thank(receiver: Any, reason: str, *, by: Actor) -> Kudos:
    """Raises Invalid: to oneself, without a reason, too many in a day, the same person twice in a week."""
    giver = _me(by)
    colleague = Member.objects.filter(id=receiver, active=True, deleted_at=None).first() if receiver else None
    if colleague is None:
        raise Invalid({"receiver": _("Say whom you thank.")})
    if colleague.id == giver:
        raise Invalid({"receiver": _("Thanks are for others.")})
    reason = clean_text(reason, max_length=300)
    if len(reason) < SHORTEST:
        raise Invalid({"reason": _("Say in a sentence what for.")})
    start, _end = moments(today(by), today(by))
    mine = Kudos.objects.filter(giver_id=giver)
    if mine.filter(at__gte=start).count() >= A_DAY:
        raise Invalid({"": _("Three times a day is enough: thanks stay worth something.")})
    if mine.filter(receiver_id=colleague.id, at__gte=clock.now() - APART).exists():
        raise Invalid({"receiver": _("You have thanked them in the last seven days.")})
    made: Kudos = Kudos.objects.create(giver_id=giver, receiver_id=colleague.id, reason=reason)
    log.record("thanked", by=by, entity="members", record_id=colleague.id, title=colleague.name, text=reason)
    return made


@transaction.atomic
def settle(contest: Contest, *, by: Actor) -> Contest:
    """Write the prizes of a contest that is over into its ledger, once. Equal figures share the better place."""
    contest = records.unmoved(registry["contests"], contest, by=by)
    if contest.settled_at is not None:
        raise Invalid({"": _("This contest is settled already.")})
    if contest.ends >= today(by):
        raise Invalid({"": _("The contest is not over yet.")})
    prizes = [line.strip() for line in contest.prizes.splitlines() if line.strip()]
    for place, member, value in standing(contest):
        if place <= len(prizes):
            ContestPrize.objects.create(
                contest_id=contest.id,
                member_id=member,
                place=place,
                prize=prizes[place - 1][:200],
                value=value,
            )
    records.enter(registry["contests"], contest, {"settled_at": clock.now()}, by=by, kind="contest_settled")
    return contest


def standing(contest: Contest) -> list[tuple[int, UUID, int]]:
    """Place, person, figure of those on the board who did anything that counts."""
    seats = set(BoardSeat.objects.values_list("member_id", flat=True))
    found = points(contest.metric, contest.begins, contest.ends)
    return ranked({who: value for who, value in found.items() if who in seats and value > 0})


def ranked(values: dict[UUID, int]) -> list[tuple[int, UUID, int]]:
    order = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(1 + sum(other > value for _other, other in order), who, value) for who, value in order]
