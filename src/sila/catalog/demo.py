"""Sample products of a trading group."""

PRODUCTS = (  # code, Arabic, English, family, unit, price in riyals
    ("HVAC-120", "وحدة تبريد مركزي 120 طن", "Central chiller, 120 t", "تكييف", "وحدة", "185000"),
    ("HVAC-SP3", "مكيف سبليت 3 أطنان", "Split air conditioner, 3 t", "تكييف", "حبة", "4850"),
    ("HVAC-DCT", "مجاري هواء معزولة", "Insulated air ducts", "تكييف", "متر", "210"),
    ("HVAC-SRV", "عقد صيانة سنوي للتكييف", "Yearly air-conditioning service", "خدمات", "عقد", "36000"),
    ("POS-T2", "جهاز نقاط بيع", "Point-of-sale terminal", "تقنية", "جهاز", "2650"),
    ("POS-SW", "رخصة نظام نقاط البيع", "Point-of-sale licence", "تقنية", "رخصة", "1200"),
    ("NET-SW48", "محوّل شبكة 48 منفذًا", "Network switch, 48 ports", "تقنية", "جهاز", "9400"),
    ("NET-FIB", "تمديد ألياف بصرية", "Fibre cabling", "تقنية", "متر", "45"),
    ("CAM-4K", "كاميرا مراقبة 4K", "4K security camera", "أمن وسلامة", "حبة", "980"),
    ("FIRE-PNL", "لوحة إنذار حريق", "Fire alarm panel", "أمن وسلامة", "لوحة", "14500"),
    ("FIRE-EXT", "طفاية حريق 6 كجم", "Fire extinguisher, 6 kg", "أمن وسلامة", "حبة", "165"),
    ("FORK-3T", "رافعة شوكية 3 أطنان", "Forklift, 3 t", "معدات", "حبة", "112000"),
    ("GEN-500", "مولد كهرباء 500 ك.ف.أ", "Generator, 500 kVA", "معدات", "حبة", "238000"),
    ("RACK-HD", "أرفف تخزين ثقيلة", "Heavy storage racks", "تجهيزات", "متر", "640"),
    ("COLD-RM", "غرفة تبريد جاهزة", "Ready-made cold room", "تجهيزات", "غرفة", "92500"),
    ("DESK-EX", "مكتب إداري", "Executive desk", "أثاث", "حبة", "3400"),
    ("CHAIR-ER", "كرسي مكتبي مريح", "Ergonomic office chair", "أثاث", "حبة", "890"),
    ("MED-BED", "سرير طبي كهربائي", "Electric hospital bed", "تجهيزات طبية", "سرير", "11800"),
    ("SCH-LAB", "تجهيز معمل علوم", "Science laboratory fit-out", "تجهيزات", "معمل", "148000"),
    ("PACK-LN", "خط تغليف نصف آلي", "Semi-automatic packing line", "معدات", "خط", "315000"),
)


def product_values(row: tuple[str, str, str, str, str, str]) -> dict[str, str]:
    return dict(zip(("code", "name", "name_en", "family", "unit", "price"), row, strict=True))
