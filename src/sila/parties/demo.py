"""Sample people and companies: names as the Gulf's directories have them, numbers and addresses that fit."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sila.platform.kit.coordinates import Spot
from sila.platform.kit.places import place_of

CITIES = {  # Arabic: (Latin, area code, districts)
    "الرياض": ("Riyadh", "11", ("العليا", "الملز", "السليمانية", "النخيل", "الياسمين")),
    "جدة": ("Jeddah", "12", ("الروضة", "الحمراء", "الشاطئ", "السلامة", "الصفا")),
    "الدمام": ("Dammam", "13", ("الشاطئ الغربي", "الفيصلية", "المزروعية", "البادية")),
    "الخبر": ("Khobar", "13", ("العقربية", "الراكة", "الثقبة")),
    "مكة المكرمة": ("Makkah", "12", ("العزيزية", "الشوقية", "النسيم")),
    "المدينة المنورة": ("Madinah", "14", ("العوالي", "قباء", "الخالدية")),
    "أبها": ("Abha", "17", ("المنسك", "شمسان")),
    "بريدة": ("Buraydah", "16", ("الريان", "الإسكان")),
}
SPOTS = {  # districts of Riyadh and Jeddah: latitude and longitude of their middle
    "العليا": (24.6948, 46.6853),
    "الملز": (24.6660, 46.7290),
    "السليمانية": (24.7040, 46.7010),
    "النخيل": (24.7450, 46.6180),
    "الياسمين": (24.8250, 46.6480),
    "الروضة": (21.5640, 39.1530),
    "الحمراء": (21.5280, 39.1600),
    "الشاطئ": (21.5980, 39.1100),
    "السلامة": (21.5930, 39.1490),
    "الصفا": (21.5800, 39.2120),
}
NEAREST = {
    "riyadh": ("الرياض", "بريدة"),
    "jeddah": ("جدة", "مكة المكرمة", "المدينة المنورة", "أبها"),
    "dammam": ("الدمام", "الخبر"),
}

STREETS = ("طريق الملك فهد", "شارع التحلية", "طريق المدينة", "شارع الأمير سلطان")
CORES = (
    ("النخيل", "Al Nakheel"),
    ("الواحة", "Al Waha"),
    ("السنابل", "Al Sanabel"),
    ("الأفق", "Al Ofoq"),
    ("الديار", "Al Diyar"),
    ("البيان", "Al Bayan"),
    ("المنار", "Al Manar"),
    ("السلامة", "Al Salamah"),
    ("الروابي", "Al Rawabi"),
    ("الشروق", "Al Shorouq"),
    ("المدار", "Al Madar"),
    ("الركن الأخضر", "Green Corner"),
    ("الجزيرة", "Al Jazirah"),
    ("الساحل", "Al Sahel"),
    ("الفجر", "Al Fajr"),
    ("الغدير", "Al Ghadeer"),
    ("الصفوة", "Al Safwa"),
    ("الريادة", "Al Reyada"),
    ("النهضة", "Al Nahda"),
    ("الأصالة", "Al Asalah"),
    ("البستان", "Al Bustan"),
    ("المرجان", "Al Marjan"),
    ("اللؤلؤة", "Al Luluah"),
    ("السدرة", "Al Sidra"),
    ("الرمال الذهبية", "Golden Sands"),
    ("نجد", "Najd"),
    ("تهامة", "Tihama"),
    ("عسير", "Asir"),
    ("الحجاز", "Hijaz"),
    ("ينبع", "Yanbu"),
    ("القصيم", "Qassim"),
    ("الأحساء", "Al Ahsa"),
    ("طويق", "Tuwaiq"),
    ("أركان", "Arkan"),
    ("إتقان", "Itqan"),
    ("رواد", "Ruwad"),
    ("بنيان", "Bonyan"),
    ("مسار", "Masar"),
    ("تواصل", "Tawasol"),
    ("ريف", "Reef"),
    ("دانة", "Dana"),
    ("قمم", "Qimam"),
    ("سحاب", "Sahab"),
    ("وريف", "Wareef"),
)
TRADES = (  # industry, Arabic pattern, Latin pattern
    ("مقاولات", "شركة {} للمقاولات", "{} Contracting Co."),
    ("أغذية", "مصنع {} للأغذية", "{} Foods Factory"),
    ("صحة", "مستشفى {} التخصصي", "{} Specialist Hospital"),
    ("صحة", "مجمع {} الطبي", "{} Medical Center"),
    ("تعليم", "مدارس {} الأهلية", "{} Private Schools"),
    ("ضيافة", "فندق {}", "{} Hotel"),
    ("نقل", "شركة {} للنقل والخدمات اللوجستية", "{} Transport and Logistics"),
    ("تجزئة", "أسواق {}", "{} Markets"),
    ("تجزئة", "مخابز {}", "{} Bakeries"),
    ("عقار", "شركة {} العقارية", "{} Real Estate"),
    ("تقنية", "{} لتقنية المعلومات", "{} Information Technology"),
    ("زراعة", "مزارع {}", "{} Farms"),
    ("صناعة", "مصنع {} للبلاستيك", "{} Plastics Factory"),
    ("استشارات", "مكتب {} للاستشارات الهندسية", "{} Engineering Consultants"),
    ("سيارات", "شركة {} لقطع الغيار", "{} Auto Parts"),
    ("أدوية", "صيدليات {}", "{} Pharmacies"),
    ("سياحة", "{} للسفر والسياحة", "{} Travel and Tourism"),
    ("طباعة", "مطابع {}", "{} Printing Press"),
)
MEN = (
    ("محمد", "Mohammed"),
    ("أحمد", "Ahmed"),
    ("عبدالله", "Abdullah"),
    ("خالد", "Khalid"),
    ("سعد", "Saad"),
    ("فهد", "Fahad"),
    ("سلطان", "Sultan"),
    ("ناصر", "Nasser"),
    ("عبدالرحمن", "Abdulrahman"),
    ("يوسف", "Yousef"),
    ("إبراهيم", "Ibrahim"),
    ("عمر", "Omar"),
    ("علي", "Ali"),
    ("حسن", "Hassan"),
    ("ماجد", "Majed"),
    ("تركي", "Turki"),
    ("بندر", "Bandar"),
    ("صالح", "Saleh"),
    ("عبدالعزيز", "Abdulaziz"),
    ("مشعل", "Mishal"),
    ("طارق", "Tariq"),
    ("وليد", "Waleed"),
    ("رائد", "Raed"),
    ("أنس", "Anas"),
)
WOMEN = (
    ("نورة", "Noura"),
    ("سارة", "Sara"),
    ("ريم", "Reem"),
    ("هند", "Hind"),
    ("منى", "Mona"),
    ("لمى", "Lama"),
    ("العنود", "Alanoud"),
    ("جواهر", "Jawaher"),
    ("أمل", "Amal"),
    ("هيفاء", "Haifa"),
    ("مها", "Maha"),
    ("دانة", "Dana"),
    ("شهد", "Shahad"),
    ("غادة", "Ghada"),
    ("خلود", "Kholoud"),
    ("أسماء", "Asma"),
)
FAMILIES = (
    ("الحربي", "Al-Harbi"),
    ("الغامدي", "Al-Ghamdi"),
    ("القحطاني", "Al-Qahtani"),
    ("الدوسري", "Al-Dosari"),
    ("العتيبي", "Al-Otaibi"),
    ("الزهراني", "Al-Zahrani"),
    ("الشهري", "Al-Shehri"),
    ("المطيري", "Al-Mutairi"),
    ("الشمري", "Al-Shammari"),
    ("العنزي", "Al-Anazi"),
    ("المالكي", "Al-Malki"),
    ("العمري", "Al-Amri"),
    ("السبيعي", "Al-Subaie"),
    ("البقمي", "Al-Buqami"),
    ("الخالدي", "Al-Khalidi"),
    ("الجهني", "Al-Juhani"),
    ("الأحمري", "Al-Ahmari"),
    ("باوزير", "Bawazir"),
    ("باعشن", "Baashen"),
    ("حداد", "Haddad"),
    ("منصور", "Mansour"),
    ("الشامي", "Al-Shami"),
    ("المصري", "Al-Masri"),
    ("السوداني", "Al-Sudani"),
)
VISITORS = (  # people whose own spelling is Latin
    "Rajesh Nair",
    "Priya Menon",
    "Ahmed Raza",
    "Maria Santos",
    "James Carter",
    "Sophie Laurent",
    "Imran Siddiqui",
    "Elena Petrova",
    "Daniel Okafor",
    "Anjali Thomas",
    "Mark Sullivan",
    "Joseph Reyes",
)
JOBS = (
    ("مدير المشتريات", "Purchasing manager"),
    ("المدير العام", "General manager"),
    ("مدير المشاريع", "Project manager"),
    ("مهندس الصيانة", "Maintenance engineer"),
    ("المدير المالي", "Finance manager"),
    ("مدير التشغيل", "Operations manager"),
    ("مسؤول المستودعات", "Warehouse supervisor"),
    ("مدير تقنية المعلومات", "IT manager"),
    ("محاسب", "Accountant"),
    ("منسق المشتريات", "Purchasing coordinator"),
    ("مدير الفرع", "Branch manager"),
    ("شريك", "Partner"),
)
FACTS = (
    ("family", "الأبناء", "له ثلاثة أبناء، أكبرهم يدرس الهندسة"),
    ("interests", "هواية", "يحب البر والتخييم في الشتاء"),
    ("interests", "رياضة", "يتابع مباريات الدوري ويذكر نتائجها دائمًا"),
    ("taste", "التواصل", "يفضّل الرسائل القصيرة على المكالمات"),
    ("taste", "القهوة", "قهوة سعودية بلا سكر"),
    ("work", "القرار", "يرجع إلى المدير المالي قبل أي توقيع"),
    ("work", "Budget", "Budget year ends in December; asks for quotes in October"),
    ("family", "مناسبة", "رُزق بمولودة هذا العام"),
)


@dataclass(frozen=True)
class Company:
    """What the sample remembers of a company while it makes its people and deals."""

    values: dict[str, Any]
    branch: str
    domain: str
    mailboxes: set[str] = field(default_factory=set)


def companies(rng: Random, count: int) -> list[Company]:
    """Different names, the busiest branch first."""
    names = [(core, trade) for core in CORES for trade in TRADES]
    rng.shuffle(names)
    return [_company(rng, number, *names[number]) for number in range(count)]


def _coordinates(number: int, city: str, district: str) -> str:
    """A little off the middle of the district; now and then nobody has looked it up yet."""
    place = place_of(city)
    if number % 9 == 7 or place is None:
        return ""
    north, east = SPOTS.get(district, (place.latitude, place.longitude))
    return str(Spot(north + (number * 37 % 41 - 20) / 2500, east + (number * 53 % 43 - 21) / 2500))


def _company(rng: Random, number: int, core: tuple[str, str], trade: tuple[str, str, str]) -> Company:
    branch = rng.choices(("riyadh", "jeddah", "dammam"), (5, 3, 2))[0]
    city = rng.choice(NEAREST[branch])
    latin = trade[2].format(core[1])
    domain = f"{re.sub('[^a-z]', '', core[1].lower())}-{re.sub('[^a-z]', '', trade[2].lower())[:8]}.example"
    english = number % 9 == 4
    values = {
        "name": latin if english else trade[1].format(core[0]),
        "name_latin": "" if english else latin,
        "legal_name": "" if number % 3 else f"{trade[1].format(core[0])} المحدودة",
        "industry": trade[0],
        "size": rng.choices(("micro", "small", "medium", "large"), (2, 5, 4, 1))[0],
        "website": f"https://www.{domain}" if number % 2 else "",
        "cr_number": f"{rng.choice((1010, 4030, 2050))}{rng.randrange(10**5, 10**6)}",
        "vat_number": f"3{rng.randrange(10**12, 10**13)}3" if number % 4 else "",
        "phone": f"+966{CITIES[city][1]}{rng.choice((2, 4, 6))}{rng.randrange(10**5, 10**6)}",
        "email": f"info@{domain}",
        "street": f"{rng.randrange(2000, 9000)} {rng.choice(STREETS)}",
        "district": rng.choice(CITIES[city][2]),
        "city": city,
        "country": "السعودية",
        "tags": rng.choices(([], ["key"], ["government"], ["referral"], ["exhibition"]), (14, 2, 2, 2, 1))[0],
    }
    values["coordinates"] = _coordinates(number, city, values["district"])
    return Company(values, branch, domain)


def person(rng: Random, company: Company) -> dict[str, Any]:
    """Someone who works at the company: mostly with a four-part name, now and then only as they sign."""
    english = company.values["name_latin"] == ""
    job = rng.choice(JOBS)
    if rng.random() < 0.05:
        name = rng.choice(VISITORS)
        values: dict[str, Any] = {"name": name, "language": "en"}
        local = name.lower().replace(" ", ".")
    else:
        values, local = _arab(rng)
    while local in company.mailboxes:  # of two of one name the second
        local += "2"
    company.mailboxes.add(local)
    city = company.values["city"]
    return values | {
        "job_title": job[1] if english or values.get("language") == "en" else job[0],
        "phone": f"+9665{rng.choice('0345689')}{rng.randrange(10**6, 10**7)}",
        "email": f"{local}@{company.domain}" if rng.random() < 0.9 else "",
        "city": city,
        "country": "السعودية",
    }


def _arab(rng: Random) -> tuple[dict[str, Any], str]:
    woman = rng.random() < 0.3
    given = rng.choice(WOMEN if woman else MEN)
    father, grandfather, family = rng.choice(MEN), rng.choice(MEN), rng.choice(FAMILIES)
    parts = {"given": given[0], "family": family[0]}
    if rng.random() < 0.4:
        parts |= {"father": father[0], "grandfather": grandfather[0]}
    honorific = rng.choices(("", "م.", "د.", "أ."), (70, 14, 8, 8))[0]
    spoken = " ".join(parts[part] for part in ("given", "father", "grandfather", "family") if part in parts)
    values = parts | {
        "name": f"{honorific} {spoken}".strip(),
        "honorific": honorific,
        "name_latin": f"{given[1]} {family[1]}",
        "gender": "female" if woman else "male",
        "language": "ar",
        "birth_date": (date(1960, 1, 1) + timedelta(days=rng.randrange(14_000))).isoformat()
        if rng.random() < 0.25
        else None,
    }
    local = f"{given[1]}.{family[1].removeprefix('Al-')}".lower().replace("-", "")
    return values, local
