"""Whose deal it is, by how much: the split, and how an amount is shared out without losing a halala."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import registry
from sila.platform.kit.numbers import format_number
from sila.sales.beside import Line
from sila.sales.models import Opportunity, OpportunityCredit

SLUG = "opportunities"
MOST = 5  # people among whom one deal is split
WHOLE = Decimal(100)


@transaction.atomic
def split_credit(deal: Opportunity, *, by: Actor, **given: Any) -> Opportunity:
    """Share the deal out: `member_1`, `percent_1` and so on, together exactly 100; nobody: it is its owner's again."""
    deal = records.unmoved(registry[SLUG], deal, by=by)
    shares = _shares(given, by)
    OpportunityCredit.objects.filter(opportunity_id=deal.id).delete()
    for member, percent in shares.items():
        OpportunityCredit.objects.create(opportunity_id=deal.id, member_id=member, percent=percent)
    names = dict(Member.objects.filter(id__in=shares).values_list("id", "name"))
    told = " · ".join(f"{names[member]} {_plain(percent)}%" for member, percent in shares.items())
    log.record("credit_split", by=by, entity=SLUG, record_id=deal.id, title=deal.name, text=told)
    return deal


def _shares(given: Mapping[str, Any], by: Actor) -> dict[UUID, Decimal]:
    shares: dict[UUID, Decimal] = {}
    for place in range(1, MOST + 1):
        member, percent = given.get(f"member_{place}"), given.get(f"percent_{place}")
        if member is None and percent is None:
            continue
        shares[_member(member, place, shares, by)] = _percent(percent, place)
    if shares and sum(shares.values()) != WHOLE:
        total = _plain(sum(shares.values(), Decimal(0)))
        raise Invalid({"": _("Together it must be 100 percent; it is %(total)s.") % {"total": total}})
    return shares


def _member(member: Any, place: int, shares: Mapping[UUID, Decimal], by: Actor) -> UUID:
    if member is None:
        raise Invalid({f"member_{place}": _("Say whose share this is.")})
    member = UUID(str(member))
    if member in shares:
        raise Invalid({f"member_{place}": _("Each person has one share.")})
    if not registry["members"].visible_to(by).filter(id=member, active=True).exists():
        raise Invalid({f"member_{place}": _("This record was not found.")})
    return member


def _percent(percent: Any, place: int) -> Decimal:
    share = Decimal(str(percent)) if percent is not None else Decimal(0)
    if not 0 < share <= WHOLE:
        raise Invalid({f"percent_{place}": _("A share is above 0 and at most 100.")})
    if share != share.quantize(Decimal("0.01")):
        raise Invalid({f"percent_{place}": _("Two places after the point are enough.")})
    return share


def _plain(percent: Decimal) -> str:
    return format(percent.normalize(), "f")


def share_out(minor: int, shares: Sequence[tuple[UUID, Decimal]]) -> dict[UUID, int]:
    """The amount by whose it is, adding up to it exactly: each gets the whole units of their part, and what is left goes
    one by one to the largest remainders (Hamilton's method), of equal ones to the first."""
    exact = [(member, minor * percent / WHOLE) for member, percent in shares]
    whole = {member: int(part.to_integral_value(ROUND_FLOOR)) for member, part in exact}
    left = minor - sum(whole.values())
    order = sorted(range(len(exact)), key=lambda place: (whole[exact[place][0]] - exact[place][1], place))
    for place in order[:left]:
        whole[exact[place][0]] += 1
    return whole


# ---- on the page and in the API ------------------------------------------------------------------------
def fields() -> tuple[Field, ...]:
    asked: list[Field] = []
    for place in range(1, MOST + 1):
        asked.append(
            Field(
                f"member_{place}",
                KINDS["member"],
                gettext_lazy("Member"),
                to="members",
                title_columns=("name", "name_en"),
            )
        )
        asked.append(Field(f"percent_{place}", KINDS["number"], gettext_lazy("Percent"), extra={"places": 2}))
    return tuple(asked)


def begins(deal: Opportunity, context: Context) -> dict[str, Any]:
    """The split as it is; else all is the owner's."""
    rows = list(OpportunityCredit.objects.filter(opportunity_id=deal.id).order_by("-percent", "id"))
    shares = [(row.member_id, row.percent) for row in rows] or [(deal.owner_id, WHOLE)]
    given: dict[str, Any] = {}
    for place, (member, percent) in enumerate(shares, start=1):
        given |= {f"member_{place}": str(member or ""), f"percent_{place}": _plain(percent)}
    return given


def panel(deal: Opportunity, rows: list[Line], context: Context, *, may_edit: bool) -> list[dict[str, Any]]:
    """Only where a deal is split: otherwise its owner says it all."""
    if not rows:
        return []
    shares = sorted(((row.percent or WHOLE, row) for row in rows), key=lambda pair: (-pair[0], pair[1].id))
    english = context.reader.language == "en"
    return [
        {
            "key": "credits",
            "label": _("Credit for the deal"),
            "icon": "chart-pie",
            "count": "",
            "add_url": f"{registry[SLUG].url(context.reader.slug, deal.id)}do/split-credit"
            if may_edit
            else "",
            "add_label": _("Split the credit"),
            "items": [
                {
                    "title": (row.member_en if english else "") or row.member,
                    "avatar": row.member,
                    "url": "",
                    "value": f"{format_number(percent.normalize(), digits=context.reader.digits)}%",
                }
                for percent, row in shares
            ],
        }
    ]
