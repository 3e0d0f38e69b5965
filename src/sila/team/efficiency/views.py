"""The sheet of a person. Seen by themselves and by those who lead them; nobody else."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sila.platform.access.actor import Actor
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.entities.errors import NotFound
from sila.platform.entities.fields import base_currency
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.views.door import fragment, workspace_view
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.sales.models import Opportunity
from sila.team.efficiency.figures import Figure, figures_of
from sila.team.goals.attainment import attainment
from sila.team.goals.models import Goal
from sila.team.goals.showing import shown


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context, member_id: UUID | None = None) -> HttpResponse:
    """`back`: how many quarters before the present one. Raises NotFound, also of those whom the reader does not lead."""
    people = led_by(context.actor)
    wanted = member_id or context.actor.member_id
    member = next((each for each in people if each.id == wanted), None)
    if member is None:
        raise NotFound
    text = request.GET.get("back", "")
    back = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    period = Period.of(context.reader.today, context.reader.one_calendar, 3).step(-back)
    address = f"/w/{context.reader.slug}/efficiency"
    here = f"{address}/{member.id}"
    goals = list(Goal.objects.filter(member_id=member.id, period=period.key, deleted_at=None).order_by("id"))
    said = {
        "title": _("Efficiency"),
        "name": str(member),
        "period": period.label(context.reader),
        "before_url": f"{here}?back={back + 1}",
        "after_url": f"{here}?back={back - 1}" if back else "",
        "people": [
            {"name": str(each), "url": f"{address}/{each.id}?back={back}", "active": each.id == member.id}
            for each in people
        ],
        "context": _beside(member, context.reader),
        "groups": _groups(figures_of(member, period.first, period.last), context.reader),
        "goals": shown(attainment(goals, context.reader.today), context.reader),
    }
    return fragment(request, "team/efficiency.html", {"sheet": said})


def led_by(actor: Actor) -> list[Member]:
    """The reader first, then those whom they lead: by the reach of their role over goals, or as the manager by name."""
    rows = Member.objects.filter(active=True, deleted_at=None).order_by("name", "id")
    me = actor.member_id
    led = [
        each
        for each in rows
        if each.id == me
        or (me is not None and each.manager_id == me)
        or (
            actor.can("goals", "edit")
            and actor.policy.allows("goals", "edit", owner=each.id, unit=each.unit_id)
        )
    ]
    return sorted(led, key=lambda each: each.id != me)


def _beside(member: Member, reader: Reader) -> list[str]:
    """What one must know to judge the figures."""
    months = max(0, (reader.today - member.created_at.date()).days // 30)
    mine = Opportunity.objects.filter(owner_id=member.id, category="open", deleted_at=None)
    deals = mine.count()
    return [
        ngettext("Here for %(count)d month", "Here for %(count)d months", months) % {"count": months},
        ngettext("%(count)d open deal", "%(count)d open deals", deals) % {"count": deals},
        *([str(member.unit)] if member.unit else []),
    ]


def _groups(figures: list[Figure], reader: Reader) -> list[dict[str, Any]]:
    labels = {"activity": _("Activity"), "outcome": _("Outcome"), "quality": _("Quality")}
    return [
        {
            "label": label,
            "rows": [
                {
                    "label": each.measure.label,
                    "says": each.measure.says,
                    "value": _told(each.value, each.measure.shape, reader),
                    "median": _told(each.median, each.measure.shape, reader),
                    "better": _better(each),
                }
                for each in figures
                if each.measure.group == group
            ],
        }
        for group, label in labels.items()
    ]


def _told(value: int | None, shape: str, reader: Reader) -> Any:
    if value is None:
        return "–"
    if shape == "money":
        return money_html(value, CURRENCIES[base_currency()], digits=reader.digits, whole=True)
    return format_number(value, digits=reader.digits) + ("%" if shape == "percent" else "")


def _better(figure: Figure) -> bool:
    if figure.value is None or figure.median is None:
        return False
    return figure.value < figure.median if figure.measure.less else figure.value > figure.median
