"""What managers of the sample expect of the quarter: beside what their deals add up to."""

from collections.abc import Mapping
from datetime import date

from sila.insight.forecast.actions import adjust
from sila.insight.forecast.figures import figures_by
from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, OrgUnit
from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period

SAID = (  # who says it, of whose deals, for what part of what they add up to, why
    ("faisal", "sara", 0.85, "عقد العيادات سينتقل إلى الربع القادم"),
    ("khalid", "reem", 1.2, "وافق الفندق شفهيًا، والتوقيع هذا الأسبوع"),
    ("hessa", "yousef", 0.9, ""),
)


def add_adjustments(actors: Mapping[str, Actor], today: date) -> None:
    """Commits of members by those who lead them, and of one branch after a talk about it, taken up twice."""
    period = Period.of(today, "gregorian", 3)
    admin = actors["noura"]
    found, _rates = figures_by(("owner_id",), period, Context(admin, Reader.of(admin.workspace)))
    for who, whose, part, note in SAID:
        member = Member.objects.get(id=actors[whose].member_id)
        figures = found.get((member.id,))
        if figures is not None and figures.sums["commit"]:
            adjust(member, period, "commit", _round(figures.sums["commit"] * part), by=actors[who], note=note)
    riyadh = OrgUnit.objects.get(code="riyadh")
    for amount in (80_000_000, 90_000_000):
        adjust(riyadh, period, "commit", amount, by=admin, note="بعد مراجعة الفرع")


def _round(minor: float) -> int:
    return round(minor / 100_000) * 100_000
