"""What no door lets through of a contest."""

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.team.boards.models import Contest


def check(contest: Contest, changes: Changes, by: Actor) -> None:
    if contest.ends < contest.begins:
        raise Invalid({"ends": _("It ends before it begins.")})
    if not any(line.strip() for line in contest.prizes.splitlines()):
        raise Invalid({"prizes": _("Say what there is to win.")})
    settled = contest.settled_at is not None and "settled_at" not in changes
    if settled and changes.keys() - {"name", "name_en"}:
        raise Invalid({"": _("This contest is settled already.")})


def keep_settled(contest: Contest, by: Actor) -> None:
    if contest.settled_at is not None:
        raise Invalid({"": _("This contest is settled already.")})
