"""Sample goals and commission: a plan by amount and one by margin, one quarter paid, one waiting, the present one running;
and a board with a contest and thanks."""

from collections.abc import Mapping
from datetime import date, datetime

from sila.catalog.models import Product
from sila.platform.access.actor import Actor
from sila.platform.access.models import OrgUnit, Role, Team
from sila.platform.entities import actions as records
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.sales.rules import today
from sila.team.boards.actions import join, thank
from sila.team.commission.actions import approve, draw_up, enrol, mark_paid, submit
from sila.team.commission.models import CommissionPlan, CommissionStatement

TIERS = (("0", "2"), ("50000", "3.5"), ("150000", "5"))
REVENUE = {
    "sara": 900_000,
    "majed": 700_000,
    "turki": 600_000,
    "reem": 800_000,
    "omar": 600_000,
    "yousef": 700_000,
}

THANKS = (
    ("sara", "turki", "ساعدني في إنهاء عرض المستشفى قبل الموعد"),
    ("majed", "sara", "شاركتني خبرتها في التفاوض مع شركة المقاولات"),
    ("omar", "reem", "غطت اجتماعي مع الفندق وأنا في إجازة"),
    ("priya", "yousef", "Took over the Khobar visit at short notice"),
)


def add_team(actors: Mapping[str, Actor], now: datetime) -> None:
    admin = actors["noura"]
    present = Period.of(today(admin), "gregorian", 3)
    plan = _plan(admin, present.step(-4).first)
    _statements(plan, present, admin)
    _goals(actors, admin, today(admin))
    _board(actors, admin, today(admin))


def _plan(admin: Actor, begins: date) -> CommissionPlan:
    values = {
        "name": "عمولة المبيعات",
        "name_en": "Sales commission",
        "begins": begins.isoformat(),
        "cap": "40000",
    }
    plan: CommissionPlan = records.create(registry["commission-plans"], values, by=admin)
    for above, rate in TIERS:
        tier = {"plan": str(plan.id), "above": above, "rate": rate}
        records.create(registry["commission-tiers"], tier, by=admin)
    family = (
        Product.objects.exclude(family="").order_by("code").values_list("family", flat=True).first() or ""
    )
    extra = {
        "name": "حافز الهامش",
        "name_en": "Margin incentive",
        "begins": begins.isoformat(),
        "counts": CommissionPlan.Counts.MARGIN.value,
        "family": family,
    }
    margin = records.create(registry["commission-plans"], extra, by=admin)
    records.create(registry["commission-tiers"], {"plan": str(margin.id), "rate": "4"}, by=admin)
    seller = Role.objects.get(code="seller").id
    enrol(margin, by=admin, role=seller)
    enrol(plan, by=admin, role=seller)
    return enrol(plan, by=admin, member=admin.member_id, begins=Period.of(today(admin), "gregorian", 3).first)


def _statements(plan: CommissionPlan, present: Period, admin: Actor) -> None:
    """Those of the quarter before the last were paid; of the last one some wait for approval."""
    for back in (2, 1):
        draw_up(plan, by=admin, day=present.step(-back).first)
    rows = CommissionStatement.objects.filter(plan_id=plan.id, deleted_at=None)
    for made in rows.filter(period=present.step(-2).key):
        mark_paid(approve(submit(made, by=admin), by=admin), by=admin, paid_on=present.step(-1).first)
    draw_up(plan, by=admin, day=present.step(-1).first)  # anew: what was approved is known now
    for made in rows.filter(period=present.step(-1).key).order_by("id")[:4]:
        submit(made, by=admin)


def _goals(actors: Mapping[str, Actor], admin: Actor, day: date) -> None:
    usual = {"every": "quarter", "begins": day.isoformat()}
    for code, target in REVENUE.items():
        for metric, how in (
            ("won_revenue", {"target": str(target)}),
            ("activities_done", {"number": "90"}),
            ("paid", {"target": str(target // 4)}),
        ):
            values = {**usual, **how, "metric": metric, "member": str(actors[code].member_id)}
            records.create(registry["goals"], values, by=admin)
    for unit in OrgUnit.objects.filter(kind=OrgUnit.Kind.BRANCH).order_by("code"):
        values = {**usual, "metric": "won_revenue", "target": "2500000", "unit": str(unit.id)}
        records.create(registry["goals"], values, by=admin)
    for team in Team.objects.order_by("name"):
        values = {**usual, "metric": "new_customers", "number": "12", "team": str(team.id)}
        records.create(registry["goals"], values, by=admin)
    whole = {
        **usual,
        "metric": "won_revenue",
        "target": "7000000",
        "unit": str(OrgUnit.objects.get(parent_id=None).id),
    }
    records.create(registry["goals"], whole, by=admin)


# ---- the board -----------------------------------------------------------------------------------------
def _board(actors: Mapping[str, Actor], admin: Actor, day: date) -> None:
    """Some want to be compared, some not; a contest runs; colleagues thank each other."""
    for code in ("sara", "majed", "reem", "yousef", "faisal"):
        join(by=actors[code])
    period = Period.of(day, "gregorian", 3)
    values = {
        "name": "سباق العملاء الجدد",
        "name_en": "New customer race",
        "metric": "new_customers",
        "begins": period.first.isoformat(),
        "ends": period.last.isoformat(),
        "prizes": "عطلة نهاية أسبوع لشخصين\nقسيمة 500 ريال\nقسيمة 200 ريال",
        "terms": "يشارك كل من انضم إلى لوحة الصدارة. تُحسب الصفقات الرابحة لعملاء جدد.",
    }
    records.create(registry["contests"], values, by=admin)
    for giver, receiver, reason in THANKS:
        thank(actors[receiver].member_id, reason, by=actors[giver])
