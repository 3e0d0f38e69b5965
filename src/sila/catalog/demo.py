"""Sample products and prices of a trading group."""

from decimal import Decimal
from typing import Any

from sila.catalog.models import Measure
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry

PRODUCTS = (  # code, Arabic, English, family, unit, price in riyals
    ("HVAC-120", "وحدة تبريد مركزي 120 طن", "Central chiller, 120 t", "تكييف", "حبة", "185000"),
    ("HVAC-SP3", "مكيف سبليت 3 أطنان", "Split air conditioner, 3 t", "تكييف", "حبة", "4850"),
    ("HVAC-DCT", "مجاري هواء معزولة", "Insulated air ducts", "تكييف", "متر", "210"),
    ("HVAC-SRV", "عقد صيانة سنوي للتكييف", "Yearly air-conditioning service", "خدمات", "سنة", "36000"),
    ("POS-T2", "جهاز نقاط بيع", "Point-of-sale terminal", "تقنية", "حبة", "2650"),
    ("POS-SW", "رخصة نظام نقاط البيع", "Point-of-sale licence", "تقنية", "وحدة", "1200"),
    ("NET-SW48", "محوّل شبكة 48 منفذًا", "Network switch, 48 ports", "تقنية", "حبة", "9400"),
    ("NET-FIB", "تمديد ألياف بصرية", "Fibre cabling", "تقنية", "متر", "45"),
    ("CAM-4K", "كاميرا مراقبة 4K", "4K security camera", "أمن وسلامة", "حبة", "980"),
    ("FIRE-PNL", "لوحة إنذار حريق", "Fire alarm panel", "أمن وسلامة", "حبة", "14500"),
    ("FIRE-EXT", "طفاية حريق 6 كجم", "Fire extinguisher, 6 kg", "أمن وسلامة", "حبة", "165"),
    ("FORK-3T", "رافعة شوكية 3 أطنان", "Forklift, 3 t", "معدات", "حبة", "112000"),
    ("GEN-500", "مولد كهرباء 500 ك.ف.أ", "Generator, 500 kVA", "معدات", "حبة", "238000"),
    ("RACK-HD", "أرفف تخزين ثقيلة", "Heavy storage racks", "تجهيزات", "متر", "640"),
    ("COLD-RM", "غرفة تبريد جاهزة", "Ready-made cold room", "تجهيزات", "حبة", "92500"),
    ("DESK-EX", "مكتب إداري", "Executive desk", "أثاث", "حبة", "3400"),
    ("CHAIR-ER", "كرسي مكتبي مريح", "Ergonomic office chair", "أثاث", "حبة", "890"),
    ("MED-BED", "سرير طبي كهربائي", "Electric hospital bed", "تجهيزات طبية", "حبة", "11800"),
    ("SCH-LAB", "تجهيز معمل علوم", "Science laboratory fit-out", "تجهيزات", "حبة", "148000"),
    ("PACK-LN", "خط تغليف نصف آلي", "Semi-automatic packing line", "معدات", "حبة", "315000"),
)


COST = Decimal("0.72")  # of the list price
BOOKS = (  # Arabic, English, currency, discount in percent, segment, order
    ("كبار العملاء", "Key accounts", "SAR", "7.5", "key", "1"),
    ("الجهات الحكومية", "Government", "SAR", "4", "government", "2"),
    ("الأسعار العامة", "Standard prices", "SAR", "0", "", "9"),
    ("التصدير", "Export", "USD", "0", "", "9"),
)
STEPS = (
    ("POS-T2", "10", "2490"),
    ("POS-T2", "50", "2350"),
    ("CAM-4K", "20", "910"),
    ("NET-FIB", "500", "39.5"),
)
ROLL = {"name": "لفة 100 متر", "name_en": "Roll of 100 m", "base": "متر", "factor": "100", "code": "RO"}
BUNDLE = ("POS-KIT", "باقة نقطة بيع متكاملة", "Point-of-sale package", "تقنية", "حبة", "4200")
PARTS = (("POS-T2", "1"), ("POS-SW", "1"), ("CAM-4K", "1"))


def product_values(row: tuple[str, str, str, str, str, str]) -> dict[str, str]:
    values = dict(zip(("code", "name", "name_en", "family", "measure", "price"), row, strict=True))
    kind = "service" if values["family"] == "خدمات" else "goods"
    values["measure"] = str(Measure.objects.get(name=values["measure"]).id)
    return {**values, "kind": kind, "cost": str((Decimal(values["price"]) * COST).quantize(Decimal("0.01")))}


def add_prices(products: list[Any], by: Actor) -> None:
    """Price books, prices by quantity, a unit that things are sold in, and a bundle."""
    _add("measures", by, **ROLL | {"base": Measure.objects.get(name=ROLL["base"]).id})
    called = {product.code: product for product in products}
    books = [
        _add(
            "price-books",
            by,
            name=name,
            name_en=name_en,
            currency=currency,
            discount=discount,
            segment=segment,
            order=order,
        )
        for name, name_en, currency, discount, segment, order in BOOKS
    ]
    for code, quantity, price in STEPS:
        _add("prices", by, book=books[2].id, product=called[code].id, from_quantity=quantity, price=price)
    values = product_values(BUNDLE) | {"kind": "bundle", "cost": ""}
    bundle = records.create(registry["products"], values, by=by)
    for order, (code, quantity) in enumerate(PARTS, start=1):
        _add("bundle-items", by, bundle=bundle.id, product=called[code].id, quantity=quantity, order=order)


def _add(slug: str, by: Actor, **values: Any) -> Any:
    return records.create(registry[slug], {name: str(value) for name, value in values.items()}, by=by)
