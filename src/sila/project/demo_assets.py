"""Sample assets: registered from the orders of the sample, maintained, and now and then claimed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.dice import Dice
from sila.sales.assets.actions import approve, plan_due, refuse, register_assets, settle
from sila.sales.assets.models import Asset, WarrantyClaim
from sila.sales.orders.models import OrderLine

SEED = 1505
TERMS = (
    {"name": "ضمان سنتين شامل", "name_en": "Two years, all included", "months": "24"},
    {"name": "ضمان التكييف: ثلاث سنوات على القطع", "name_en": "Air conditioning: three years on parts", "months": "36",
     "begins": "installed", "labour": False},
)  # fmt: skip
PLACES = ("الدور الأرضي", "الدور الثالث", "مستودع السلي", "فرع العليا", "غرفة الخوادم")
PROBLEMS = (
    ("لا يبرد كما ينبغي", "تنظيف المكثف وتعبئة الغاز"),
    ("صوت مرتفع عند التشغيل", "تبديل المروحة"),
    ("لا يعمل منذ الصباح", "تبديل وحدة الطاقة"),
    ("الشاشة لا تستجيب", "تحديث البرنامج الثابت"),
)
FEW = 6  # pieces of a line that get a serial number


def add_assets(actors: Mapping[str, Actor], now: datetime) -> None:
    rng = Dice(SEED)
    admin = actors["noura"]
    cooling = (
        registry["products"]
        .model._default_manager.filter(family="تكييف", kind="goods")
        .order_by("code")
        .first()
    )
    for values in TERMS:
        own = {"product": str(cooling.id)} if values["months"] == "36" and cooling else {}
        records.create(registry["warranty-terms"], values | own, by=admin)
    sellers = {actor.member_id: actor for actor in actors.values()}
    goods = OrderLine.objects.filter(product__kind="goods", sales_order__status__in=("confirmed", "billed"))
    for line in goods.select_related("sales_order").order_by("sales_order__number", "order"):
        if line.sales_order.owner_id in sellers and line.sales_order.confirmed_at:
            _deliver(line, sellers[line.sales_order.owner_id], rng, now)
    plan_due(Actor.system(admin.workspace, "demo"))


def _deliver(line: OrderLine, by: Actor, rng: Random, now: datetime) -> None:
    at = line.sales_order.confirmed_at + timedelta(days=rng.uniform(2, 12))
    if at > now:
        return
    serials = "\n".join(
        f"{line.product.code}-{rng.randint(100_000, 999_999)}"
        for _each in range(min(int(line.quantity), FEW))
    )
    with clock.at(at):
        made = register_assets(
            line, by=by, serials=serials, sold_on=at.date(), installed_on=at.date(), place=rng.choice(PLACES)
        )
    asset = made[0]
    if rng.random() < 0.5:
        values = {
            "name": f"صيانة دورية: {asset.name}"[:200],
            "asset": str(asset.id),
            "every": rng.choice(("3", "6")),
            "starts_on": str((at + timedelta(days=60)).date()),
        }
        with clock.at(at):
            records.create(registry["maintenance-plans"], values, by=by)
    if rng.random() < 0.4:
        _claim(asset, by, rng, min(at + timedelta(days=rng.uniform(5, 60)), now - timedelta(days=1)), now)


def _claim(asset: Asset, by: Actor, rng: Random, at: datetime, now: datetime) -> None:
    problem, cure = rng.choice(PROBLEMS)
    with clock.at(at):
        claim = records.create(registry["warranty-claims"], {"name": problem, "asset": str(asset.id)}, by=by)
    if rng.random() < 0.4:
        return
    with clock.at(min(at + timedelta(hours=30), now)):
        if rng.random() < 0.2:
            refuse(claim, by=by, reason="سوء استعمال ظاهر")
            return
        claim = approve(
            claim, by=by, reason="" if claim.coverage in ("full", "parts", "labour") else "عميل قديم"
        )
    with clock.at(min(at + timedelta(days=3), now)):
        settle(WarrantyClaim.objects.get(id=claim.id), by=by, result=cure)
