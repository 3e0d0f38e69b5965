"""Sample leads: who asked for what, by which way, and how far each has got."""

from dataclasses import dataclass, field

CONSENT = "أوافق على أن تتواصلوا معي بشأن طلبي."
CONSENT_EN = "I agree to be contacted about my request."


@dataclass(frozen=True)
class Sample:
    """`days`: how long ago it came; `end`: the status it has got to; `answers`: of the four questions."""

    name: str
    company: str
    city: str
    origin: str
    interest: str
    days: int
    end: str = "new"
    amount: str = ""
    campaign: str = ""
    answers: tuple[str, ...] = ()
    english: bool = False
    more: dict[str, str] = field(default_factory=dict)


YES, NO, OPEN = "yes", "no", "unknown"
SAMPLES = (
    Sample(
        "ريم الشهراني", "مؤسسة لمسة للديكور", "الرياض", "form",
        "عرض سعر لأثاث مكتبي لثلاثين موظفًا", 0, campaign="office-2026",
    ),
    Sample(
        "بندر العنزي", "شركة مسار للنقل", "الدمام", "phone",
        "يسأل عن عقد صيانة سنوي", 0, amount="85000",
    ),
    Sample(
        "Laura Bennett", "Northgate Hospitality", "Riyadh", "form",
        "Uniforms for two hotels, opening in spring", 1, campaign="hospitality", english=True,
    ),
    Sample(
        "هيفاء المالكي", "", "جدة", "social",
        "رأت الإعلان وتريد زيارة المعرض", 1, campaign="showroom",
    ),
    Sample(
        "Omar Siddiqui", "Gulf Fit Gyms", "Dammam", "form",
        "Price list for equipment", 3, campaign="fitness", english=True,
    ),
    Sample(
        "ماجد الزهراني", "مطاعم سفرة", "جدة", "referral",
        "تجهيز مطبخ فرع جديد", 4, amount="240000",
    ),
    Sample(
        "منى باوزير", "صيدليات رفيدة", "المكلا", "email",
        "رفوف عرض لعشرة فروع", 6, amount="60000",
    ),
    Sample(
        "Chen Wei", "Silk Route Trading", "Dubai", "event",
        "Met at the fair, wants to be our agent", 9, english=True,
    ),
    Sample(
        "تركي الدعجاني", "مدارس البيان الأهلية", "الرياض", "form",
        "مقاعد ومختبر علوم", 2, "contacted", "130000", "schools-2026", (YES, OPEN, YES, OPEN),
    ),
    Sample(
        "نوف القرشي", "عيادات ابتسامة", "مكة المكرمة", "phone",
        "كراسي انتظار واستقبال", 5, "contacted", "48000", "", (OPEN, YES, YES, NO),
    ),
    Sample(
        "James O’Neill", "Harbour Logistics", "Jeddah", "partner",
        "Racking for a warehouse of 4,000 m²", 8, "contacted", "510000", english=True,
    ),
    Sample(
        "عبدالإله السبيعي", "مزارع الوادي", "القصيم", "event",
        "أنظمة ري لموسمين", 12, "contacted", "95000",
    ),
    Sample(
        "شهد العمري", "استوديو مداد", "الخبر", "social",
        "طابعات وصيانتها", 15, "contacted", "", "makers",
    ),
    Sample(
        "وليد باجابر", "فنادق واحة البحر", "ينبع", "referral",
        "توريد بياضات لمئتي غرفة", 7, "qualified", "320000", "", (YES, YES, YES, YES),
    ),
    Sample(
        "Priya Nair", "Meridian Labs", "Riyadh", "form",
        "Fume hoods, with installation", 10, "qualified", "275000", "labs", (YES, OPEN, YES, YES), english=True,
    ),
    Sample(
        "صالح الحارثي", "مقاولات أساس", "الطائف", "phone",
        "سقالات لمشروع حكومي", 14, "qualified", "410000", "", (YES, YES, YES, OPEN),
    ),
    Sample(
        "أروى الجهني", "جمعية بصمة الخيرية", "المدينة المنورة", "email",
        "أجهزة حاسب لمركز تدريب", 18, "qualified", "72000", "", (YES, NO, YES, YES),
    ),
    Sample(
        "Daniel Hoffmann", "Rhein Anlagenbau", "Berlin", "partner",
        "Local partner for a plant near Jubail", 22, "qualified", "900000", english=True,
    ),
    Sample(
        "فيصل الرويلي", "متاجر نقطة", "الرياض", "form",
        "نقاط بيع لفروعه الستة", 25, "converted", "150000", "retail-2026", (YES, YES, YES, YES),
    ),
    Sample(
        "سعاد الغامدي", "مركز نقاهة الطبي", "أبها", "referral",
        "أسرّة كهربائية", 31, "converted", "205000", "", (YES, YES, YES, OPEN),
    ),
    Sample(
        "Amal Haddad", "Cedar Catering", "Jeddah", "event",
        "Kitchen for five hundred meals a day", 40, "converted", "365000", "", (YES, YES, YES, YES), english=True,
    ),
    Sample(
        "خالد", "", "", "form",
        "أريد معلومات", 11, "disqualified",
    ),
    Sample(
        "Best SEO Services", "Rank First", "", "email",
        "First page of Google in one week", 13, "disqualified", english=True,
    ),
    Sample(
        "لطيفة الصاعدي", "طالبة جامعية", "الرياض", "phone",
        "بيانات لبحث تخرج", 20, "disqualified",
    ),
)  # fmt: skip
REASONS = {
    "خالد": "Could not be reached",
    "Best SEO Services": "Spam or not genuine",
    "لطيفة الصاعدي": "No need",
}


def values_of(sample: Sample, number: int) -> dict[str, str]:
    """As the form, or whoever noted it, wrote it down."""
    values = {
        "name": sample.name,
        "company_name": sample.company,
        "city": sample.city,
        "origin": sample.origin,
        "interest": sample.interest,
        "amount": sample.amount,
        "language": "en" if sample.english else "ar",
        "phone": f"+96655{4100200 + 137 * number}",
        "email": f"lead{number}@{'mail' if not sample.company else 'company'}{number}.example",
    }
    if sample.origin in ("form", "social"):
        values |= {
            "utm_source": "google" if sample.origin == "form" else "instagram",
            "utm_medium": "cpc" if sample.origin == "form" else "social",
            "utm_campaign": sample.campaign,
            "consent_text": CONSENT_EN if sample.english else CONSENT,
        }
    return {name: value for name, value in values.items() if value}


# ---- how leads come in by themselves ---------------------------------------------------------------------
SCORES = (  # values of scoring rules
    {"name": "طلب عرض سعر", "name_en": "Asked for a quotation", "points": "20", "half_life": "30",
     "conditions": ["origin:any:form|email"]},
    {"name": "بتوصية أو من شريك", "name_en": "Recommended", "points": "25", "half_life": "60",
     "conditions": ["origin:any:referral|partner"]},
    {"name": "مبلغ كبير", "name_en": "A large amount", "points": "20", "conditions": ["amount:gte:100000"]},
    {"name": "يحتاج قريبًا", "name_en": "Wants it soon", "points": "15", "conditions": ["timing:any:yes"]},
    {"name": "مكالمة خلال شهر", "name_en": "Called within a month", "points": "15", "half_life": "14",
     "happened": "call", "within_days": "30"},
    {"name": "بلا شركة", "name_en": "Names no company", "points": "-10", "conditions": ["company_name:empty"]},
)  # fmt: skip
TERRITORIES = (  # of assignment rules: name, in English, team, cities
    (
        "المنطقة الغربية",
        "Western region",
        "Jeddah team",
        ("جدة", "مكة المكرمة", "المدينة المنورة", "الطائف", "Jeddah"),
    ),
    ("المنطقة الشرقية", "Eastern region", "Dammam team", ("الدمام", "الخبر", "الجبيل", "Dammam", "Khobar")),
    ("البقية", "All others", "Riyadh team", ()),
)
SENT = (  # name, e-mail, city, interest, in English
    ("عبير الفيفي", "abeer@fifi-school.example", "جدة", "مكاتب لعشرين معلمة", False),
    ("Mark Johansson", "mark@nordic-med.example", "Dammam", "Beds for a clinic of forty", True),
    ("رائد المالكي", "raed@malki-group.example", "الرياض", "تأثيث قاعة اجتماعات", False),
    ("هند العجلان", "hind@ajlan-cafe.example", "الخبر", "طاولات وكراسي لمقهى", False),
    ("Sunita Rao", "sunita@raofoods.example", "Jeddah", "Cold store, 200 m²", True),
)
HELD = (
    "SEO Expert",
    "rank@first-page.example",
    "Buy links: https://a.example https://b.example https://c.example",
)
