"""What the columns of other people's files mean: our own words in both languages, and those of other programs."""

import re
from collections import Counter
from collections.abc import Iterable

from django.utils.translation import override

from sila.platform.access.actor import Actor
from sila.platform.entities.importing.targets import writable
from sila.platform.entities.kinds import Field, numbered
from sila.platform.entities.registry import Entity
from sila.platform.kit.date_input import HijriDate, UnreadableDate, parse_date
from sila.platform.kit.folding import fold

SLIPS = 0.02  # of the dates of a file
ARTICLE = re.compile(r"\bال(?=\w{2})")
_NAMES = ("full name", "title", "الاسم الكامل")
SYNONYMS = {  # what other programs call our fields
    "phone": (
        "mobile phone", "mobile", "phone number", "telephone", "tel", "cell",
        "رقم الجوال", "الجوال", "الهاتف", "رقم الهاتف", "جوال",
    ),
    "email": ("email address", "mail", "e mail", "البريد", "الإيميل", "ايميل", "البريد الالكتروني"),
    "city": ("town", "billing city", "mailing city", "المدينة", "مدينة"),
    "country": ("country region", "billing country", "mailing country", "الدولة", "البلد"),
    "street": ("street address", "billing street", "mailing street", "العنوان", "الشارع"),
    "owner": (
        "sales rep", "sales agent", "agent", "assigned to", "salesperson", "account owner", "company owner", "contact owner",
        "opportunity owner", "deal owner", "record owner", "المندوب", "المسؤول", "مندوب المبيعات", "مالك السجل",
    ),
    "website": ("url", "web", "site", "website url", "company domain name", "الموقع", "الموقع الإلكتروني"),
    "about": ("description", "notes", "comments", "الوصف", "ملاحظات"),
    "description": ("notes", "comments", "الوصف", "ملاحظات"),
    "industry": ("sector", "القطاع", "النشاط"),
}  # fmt: skip
SYNONYMS_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "people": {
        "name": (
            "full name", "contact name", "contact", "person", "customer name", "customer",
            "الاسم الكامل", "اسم جهة الاتصال", "جهة الاتصال", "اسم العميل", "العميل",
        ),
        "given": ("first name", "الاسم الأول"),
        "family": ("last name", "surname", "اسم العائلة", "اللقب"),
        "job_title": ("title", "position", "role", "المنصب", "الوظيفة"),
        "organization": (
            "company", "company name", "employer", "account", "account name", "organization", "associated company",
            "الشركة", "اسم الشركة", "جهة العمل", "المنشأة",
        ),
    },
    "organizations": {
        "name": (
            *_NAMES, "company", "company name", "account", "account name", "organization", "organisation", "customer",
            "customer name", "الشركة", "اسم الشركة", "المنشأة", "اسم المنشأة", "العميل", "اسم العميل", "الجهة",
        ),
        "parent": ("parent account", "parent organization", "الشركة الأم"),
        "size": ("number of employees", "employees", "عدد الموظفين"),
    },
    "groups": {"name": (*_NAMES, "group name", "اسم المجموعة")},
    "leads": {
        "name": (
            "full name", "lead name", "lead", "contact name", "contact", "person", "الاسم الكامل", "اسم العميل المحتمل",
            "اسم العميل", "العميل", "جهة الاتصال",
        ),
        "company_name": (
            "company", "company name", "account", "account name", "organization", "employer", "organization name",
            "الشركة", "اسم الشركة", "جهة العمل", "المنشأة",
        ),
        "job_title": ("title", "position", "role", "المنصب", "الوظيفة"),
        "status": ("lead status", "stage", "الحالة", "حالة العميل المحتمل", "المرحلة"),
        "origin": ("lead source", "source", "channel", "original source", "مصدر العميل", "المصدر", "القناة"),
        "interest": ("message", "description", "notes", "comments", "enquiry", "inquiry", "الرسالة", "الاستفسار", "ملاحظات"),
        "amount": ("value", "lead value", "expected revenue", "annual revenue", "القيمة", "المبلغ", "القيمة المتوقعة"),
        "utm_source": ("utm source",),
        "utm_medium": ("utm medium",),
        "utm_campaign": ("utm campaign", "campaign", "الحملة"),
    },
    "opportunities": {
        "name": (
            "deal name", "deal title", "deal", "opportunity name", "opportunity", "title", "subject",
            "اسم الصفقة", "الصفقة", "عنوان الصفقة", "الفرصة", "اسم الفرصة",
        ),
        "party": (
            "customer", "customer name", "account", "account name", "client", "company", "company name", "organization",
            "associated company", "deal organization", "العميل", "اسم العميل", "الشركة", "اسم الشركة", "الزبون", "الجهة",
        ),
        "contact": ("contact name", "contact person", "associated contact", "deal contact person", "جهة الاتصال"),
        "amount": (
            "value", "deal value", "total", "price", "expected revenue", "revenue",
            "القيمة", "المبلغ", "الإجمالي", "القيمة المتوقعة", "الإيراد المتوقع",
        ),
        "expected_close": (
            "close date", "closing date", "expected close date", "expected closing", "deal expected close date",
            "تاريخ الإغلاق المتوقع", "الإغلاق المتوقع",
        ),
        "probability": ("probability", "win probability", "الاحتمالية", "نسبة النجاح"),
        "stage": ("deal stage", "status", "المرحلة", "الحالة"),
        "product": ("item", "المنتج", "الصنف"),
        "channel": ("sales channel", "deal channel", "distribution channel", "قناة البيع", "قناة التوزيع"),
        "partner": ("reseller", "partner", "dealer", "distributor", "الموزع", "الشريك", "الوكيل"),
        "term_months": ("contract term", "term (months)", "مدة العقد", "المدة"),
        "opened_on": ("create date", "created date", "deal created", "تاريخ الإنشاء"),
    },
    "products": {
        "name": ("product name", "product", "item", "item name", "title", "اسم المنتج", "المنتج", "الصنف", "اسم الصنف"),
        "code": ("sku", "product code", "internal reference", "item code", "الرمز", "الكود", "رمز المنتج", "رمز الصنف"),
        "price": ("unit price", "sales price", "list price", "السعر", "سعر البيع"),
    },
    "tasks": {"subject": ("title", "name", "task", "task name", "العنوان", "المهمة")},
}  # fmt: skip


NOUN_WORDS = {  # what other programs call our nouns
    "organizations": (
        "company",
        "account",
        "organization",
        "organisation",
        "الشركة",
        "المنشأة",
        "المؤسسة",
        "الجهة",
    ),
    "people": ("contact", "contact person", "person", "جهة الاتصال", "الشخص", "المسؤول"),
    "leads": ("lead", "prospect", "العميل المحتمل"),
    "opportunities": ("deal", "opportunity", "الصفقة", "الفرصة"),
    "products": ("product", "item", "المنتج", "الصنف"),
}


def words_for(slug: str) -> tuple[str, ...]:
    """What others call a noun."""
    return NOUN_WORDS.get(slug, ())


def guess(entity: Entity, fields: dict[str, Field], header: Iterable[str]) -> dict[str, str]:
    """The field of each column, by its name, its label in both languages, or what others call it.

    What is called as we call it comes first, wherever in the file it stands.
    """
    columns = list(header)
    known = names_of(fields)
    others = synonyms_of(entity, fields)
    noun = _words_of(entity)
    loosely = {_loose(text, noun): name for text, name in {**others, **known}.items()}
    result: dict[str, str] = dict.fromkeys(columns, "")
    for names, key in ((known, column_key), (others, column_key), (loosely, lambda text: _loose(text, noun))):
        for column in columns:
            name = names.get(key(column), "")
            if name and not result[column] and name not in result.values():
                result[column] = name
    return result


def guess_nouns(entities: Iterable[Entity], by: Actor, header: list[str]) -> list[Entity]:
    """What the rows may be: the nouns that know most of the columns, their title among them."""
    scores: dict[int, list[Entity]] = {}
    for entity in entities:
        found = [name for name in guess(entity, writable(entity, by), header).values() if name]
        if entity.title[0] in found or ("given" in found and "name" not in found):
            scores.setdefault(len(found), []).append(entity)
    return scores[max(scores)] if scores else []


def synonyms_of(entity: Entity, fields: dict[str, Field]) -> dict[str, str]:
    """What other programs call the fields of this noun, folded -> field. Its own words win over the general ones."""
    found: dict[str, str] = {}
    for table in (SYNONYMS_OF.get(entity.slug, {}), SYNONYMS):
        for name, words in table.items():
            if name in fields and not fields[name].read_only:
                for word in words:
                    found.setdefault(column_key(word), name)
    return found


def names_of(fields: dict[str, Field]) -> dict[str, str]:
    """Folded name or label (in both languages) -> field, of the fields that may be written."""
    known: dict[str, str] = {}
    for language in ("ar", "en"):
        with override(language):
            for name, label in numbered(fields.values()).items():
                if not fields[name].read_only:
                    known.setdefault(column_key(label), name)
    return {**known, **{column_key(name): name for name, f in fields.items() if not f.read_only}}


def column_key(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", fold(text).replace("_", " ")).split())


def _words_of(entity: Entity) -> frozenset[str]:
    """The noun itself, in both languages: property, عقار."""
    words: set[str] = set()
    for language in ("ar", "en"):
        with override(language):
            words |= {bare(column_key(str(name))) for name in (entity.name, entity.plural)}
    return frozenset(words)


def _loose(text: str, noun: frozenset[str]) -> str:
    """Without brackets, articles and the noun: «مساحة العقار (م²)» is «المساحة»."""
    plain = bare(column_key(re.sub(r"[(\[][^)\]]*[)\]]", " ", text)))
    for word in noun:
        plain = re.sub(rf"\b{re.escape(word)}\b", " ", plain)
    return " ".join(plain.split())


def bare(text: str) -> str:
    """Folded text without the article: «اسم الشركة» and «اسم شركة» are one."""
    return ARTICLE.sub("", text)


def guess_calendar(samples: Iterable[str]) -> str:
    """Hijri if every date says that it is, by its year, its month's name or هـ; both if the file goes from one to the
    other. A few among many of the other calendar are slips of the pen: they are to be refused."""
    seen = Counter(map(_calendar_of, samples))
    hijri, dates = seen["hijri"], seen["hijri"] + seen["gregorian"]
    rare = dates * SLIPS
    if hijri <= rare:
        return "gregorian"
    return "hijri" if dates - hijri <= rare else "both"


def _calendar_of(text: str) -> str:
    try:
        parse_date(text)
    except HijriDate:
        return "hijri"
    except UnreadableDate:
        return ""
    return "gregorian"


def guess_date_order(samples: Iterable[str]) -> str:
    """Day or month first, from dates in which only one reading is possible; day first if none says."""
    year_first = False
    for text in samples:
        parts = re.findall(r"\d+", fold(text))
        if len(parts) >= 3 and len(parts[0]) == 4:
            year_first = True  # read alike in every order
            continue
        if len(parts) >= 3 and int(parts[0][:4]) > 12:
            return "dmy"
        if len(parts) >= 3 and int(parts[1][:4]) > 12:
            return "mdy"
        if len(parts) >= 3:
            year_first = False
    return "ymd" if year_first else "dmy"
