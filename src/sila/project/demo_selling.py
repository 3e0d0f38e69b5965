"""What stands beside the deals of the sample: channels, competitors, credit, renewals, and what needs approval."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from sila.platform.access.actor import Actor
from sila.platform.access.models import Role
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.project.demo_partners import make_partners
from sila.sales.competing import add_competitor
from sila.sales.credits import split_credit
from sila.sales.entry import ENTRY, facts_of
from sila.sales.models import Opportunity, Stage
from sila.sales.renewing import renew
from sila.work.approvals.actions import ask

SLUG = "opportunities"
RIVALS = ("شركة الأفق للتوريد", "مؤسسة المدى التجارية", "شركة روافد الشرق", "Delta Gulf Supplies")
RESELLERS = ("موزعو النخبة", "Corner Retail Outlets")
CHANNELS = ("direct", "direct", "direct", "online", "reseller", "outlet", "branch")
NOTES = ("عرضهم أقل بعشرة بالمئة", "لهم عقد صيانة قائم", "تسليمهم أبطأ", "", "They know the buyer well")
STRENGTHS = ("weak", "equal", "strong")
LIMITS = (("seller", "100000"), ("manager", "1000000"))  # up to which a role moves deals by itself
APPROVED_FROM = "500000"
DAYS = 731  # a day before the story begins


def add_selling(actors: Mapping[str, Actor], now: datetime) -> None:
    admin = actors["noura"]
    with clock.at(now - timedelta(days=DAYS)):
        rivals, partners = _companies(RIVALS, admin), _companies(RESELLERS, admin)
        make_partners(partners, admin)
    _say_channels(partners, admin)
    _add_competitors(rivals, admin)
    _split_some(actors)
    _renew_some(admin)
    with clock.at(now - timedelta(hours=3)):
        _set_rules(admin)
    with clock.at(now - timedelta(minutes=40)):
        _ask_for_one(actors)


def _companies(names: tuple[str, ...], by: Actor) -> list[Any]:
    return [records.create(registry["organizations"], {"name": name}, by=by) for name in names]


def _some(step: int, **which: Any) -> list[Opportunity]:
    """Every so manieth deal of a kind, in the order of their numbers."""
    return list(Opportunity.objects.filter(deleted_at=None, **which).order_by("number"))[::step]


def _soon_after(deal: Opportunity) -> AbstractContextManager[object]:
    """When the deal was dealt with last: nothing that happened to it comes later."""
    return clock.at(deal.updated_at + timedelta(seconds=30))


def _say_channels(partners: list[Any], by: Actor) -> None:
    for place, deal in enumerate(_some(3)):
        channel = CHANNELS[place % len(CHANNELS)]
        values: dict[str, Any] = {"channel": channel}
        if channel in ("reseller", "outlet"):
            values["partner"] = partners[channel == "outlet"].id
        elif channel == "branch" and deal.org_unit_id:
            values["branch"] = deal.org_unit_id
        with _soon_after(deal):
            records.update(registry[SLUG], deal.id, values, by=by)


def _add_competitors(rivals: list[Any], by: Actor) -> None:
    for which, step in (({"category": "lost"}, 3), ({"category": "won"}, 5), ({"category": "open"}, 4)):
        for place, deal in enumerate(_some(step, **which)):
            with _soon_after(deal):
                add_competitor(
                    deal,
                    rivals[place % len(rivals)].id,
                    by=by,
                    strength=STRENGTHS[place % len(STRENGTHS)],
                    note=NOTES[place % len(NOTES)],
                    won=deal.category == "lost" and place % 2 == 0,
                )


def _split_some(actors: Mapping[str, Actor]) -> None:
    helper = actors["priya"].member_id
    for deal in _some(17, category="won"):
        if deal.owner_id and deal.owner_id != helper:
            shares = {"member_1": deal.owner_id, "percent_1": 70, "member_2": helper, "percent_2": 30}
            with _soon_after(deal):
                split_credit(deal, by=actors["noura"], **shares)


def _renew_some(by: Actor) -> None:
    for deal in _some(1, category="won", name__contains="تجديد عقد")[:6]:
        with _soon_after(deal):
            renew(deal, by=by, term_months=12)


def _set_rules(by: Actor) -> None:
    """The last step asks for products, the day on which the deal closes, and approval of the large ones."""
    stage = Stage.objects.filter(category="open").order_by("-order").first()
    if stage is None:
        return
    role = Role.objects.get(code="manager")
    rules = {"required_fields": ["expected_close"], "needs_products": True}
    rules |= {"approval_above": APPROVED_FROM, "approval_role": role.id}
    records.update(registry["stages"], stage.id, rules, by=by)
    for code, most in LIMITS:
        values = {"role": Role.objects.get(code=code).id, "kind": ENTRY, "most": most}
        records.create(registry["authority-limits"], values, by=by)


def _ask_for_one(actors: Mapping[str, Actor]) -> None:
    """The largest open deal of a seller waits for approval."""
    seller = actors["sara"]
    stage = Stage.objects.filter(category="open").order_by("-order").first()
    mine = Opportunity.objects.filter(category="open", owner_id=seller.member_id, deleted_at=None)
    deal = mine.exclude(stage_id=stage.id if stage else None).exclude(amount=None).order_by("-amount").first()
    if stage and deal and deal.amount >= 50_000_000:
        ask(ENTRY, deal, facts_of(deal, stage), by=seller, note="العميل جاهز للتوقيع هذا الأسبوع.")
