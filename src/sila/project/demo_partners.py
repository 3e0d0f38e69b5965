"""Partners of the sample with what they registered and were given, and suppliers with their ratings."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sila.documents.actions import attach
from sila.parties.actions import give_role
from sila.parties.models import Party
from sila.parties.suppliers.rules import quarter_of
from sila.parties.suppliers.scoring import rate
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.contracts import working as contracts
from sila.sales.contracts.actions import sign
from sila.sales.invoices.actions import credit, issue, pay
from sila.sales.invoices.models import Invoice
from sila.sales.leads.models import Lead
from sila.sales.partners.models import Partner, SharedLead
from sila.sales.partners.registering import approve, refuse
from sila.sales.partners.sharing import accept, decline, report, share

BOOK = {"name": "أسعار الشركاء الذهبيين", "name_en": "Gold partners", "discount": "18", "order": "9"}
TERMS = (  # in the order of the companies
    {"kind": "reseller", "tier": "gold", "commission_rate": "8", "protection_days": "120"},
    {"kind": "outlet", "tier": "silver", "commission_rate": "5"},
)
REGISTERED = (  # partner, customer, city, phone, amount, days ago, decision
    (0, "مجمع عيادات الشفاء", "الرياض", "+966114567801", "185000", 40, "approve"),
    (1, "مقاهي الركن الهادئ", "جدة", "+966126567802", "64000", 22, "approve"),
    (1, "مجمع عيادات الشفاء الطبي", "الرياض", "+966114567801", "90000", 12, "refuse"),
    (0, "Blue Dune Resorts", "الخبر", "+966138567803", "320000", 3, ""),
    (1, "مدارس الأفق الأهلية", "مكة المكرمة", "+966125567804", "118000", 1, ""),
)
PEOPLE = (  # partner, name, address, language: who may come into the portal
    (0, "خالد الشهراني", "khalid@nukhba-partners.example", "ar"),
    (1, "Omar Haddad", "omar@corner-outlets.example", "en"),
)
BOUGHT = (  # supplier, contact, their title, contract, kind, value, days until the end, notice in months, by itself
    (0, "عبدالرحمن الواحي", "مدير المبيعات", "توريد أثاث مكتبي", "supply", "240000", 96, 3, True),
    (1, "هيفاء الشمري", "مسؤولة العقود", "صيانة مكيفات الفروع", "maintain", "58000", 210, 2, False),
    (2, "Imran Qureshi", "Key account manager", "Fasteners framework", "framework", "75000", 25, 0, False),
)
DOCUMENTS = (  # title, whom it is for, note, file, what stands in it
    (
        "شروط الشراكة لعام 2026",
        {"audience": "all"},
        "تسري على التسجيلات الجديدة من أول السنة.",
        "شروط الشراكة 2026.txt",
        "تُحمى الصفقة المسجّلة من يوم قبولها، وتُصرف العمولة بعد سداد الفاتورة.\n",
    ),
    (
        "Showroom guide",
        {"audience": "tier", "tier": "silver"},
        "",
        "Showroom guide.txt",
        "Two square metres for each line, prices in sight, the newest catalogue at the entrance.\n",
    ),
)
ANSWER = "هذا العميل مسجّل من قبل، ونرحب بتسجيلكم لعملاء غيره."
CRITERIA = (  # name, in English, weight
    ("جودة البضاعة", "Quality of goods", "4"),
    ("الالتزام بالمواعيد", "Delivery on time", "3"),
    ("السعر", "Price", "2"),
    ("الاستجابة والخدمة", "Service and response", "1"),
)
SUPPLIERS = (  # name, city, ratings by quarter, the oldest first
    ("مصنع الواحة للأثاث المكتبي", "الرياض", ((4, 3, 4, 4), (4, 4, 4, 4), (5, 4, 4, 5))),
    ("الشرقية للتبريد والتكييف", "الدمام", ((5, 5, 3, 4), (4, 4, 3, 4), (4, 3, 3, 4))),
    ("Gulf Fasteners Trading", "الجبيل", ((3, 2, 5, 3), (3, 3, 5, 3))),
    ("مؤسسة الإمداد السريع", "جدة", ()),
)


def make_partners(companies: list[Any], by: Actor) -> None:
    """Before deals are sold through them: what is paid from here on earns commission."""
    book = records.create(registry["price-books"], BOOK, by=by)
    for company, terms in zip(companies, TERMS, strict=True):
        values = {"party": str(company.id), **terms}
        if terms["tier"] == "gold":
            values["price_book"] = str(book.id)
        records.create(registry["partners"], values, by=by)


def add_partners(actors: Mapping[str, Actor], now: datetime) -> None:
    partners = list(Partner.objects.order_by("id"))
    for registered in REGISTERED:
        _register(partners, registered, actors, now)
    _share(partners, actors["noura"], now)
    _open_the_portal(partners, actors["noura"], now)
    _let_them_earn(actors["noura"], now)
    _hand_out(actors["noura"], now)


def _register(partners: list[Partner], row: Any, actors: Mapping[str, Actor], now: datetime) -> None:
    place, customer, city, phone, amount, days, decision = row
    begun = now - timedelta(days=days, hours=2)
    values = {
        "partner": str(partners[place].id),
        "company_name": customer,
        "city": city,
        "phone": phone,
        "amount": amount,
        "expected_close": (begun + timedelta(days=75)).date().isoformat(),
    }
    with clock.at(begun):
        registration = records.create(registry["deal-registrations"], values, by=actors["sara"])
    with clock.at(begun + timedelta(hours=1, minutes=20)):
        if decision == "approve":
            approve(registration, by=actors["noura"])
        elif decision == "refuse":
            refuse(registration, by=actors["noura"], reason=ANSWER)


def _share(partners: list[Partner], by: Actor, now: datetime) -> None:
    leads = list(Lead.objects.filter(status__in=Lead.OPEN, deleted_at=None).order_by("number")[:3])
    for place, lead in enumerate(leads):
        begun = now - timedelta(days=6 - place, hours=3)
        with clock.at(begun):
            share(lead, by=by, partner=partners[place % 2].id, note="يُرجى التواصل خلال يومين.")
        shared = SharedLead.objects.get(lead_id=lead.id)
        with clock.at(begun + timedelta(hours=5 + 9 * place)):
            if place == 0:
                report(
                    accept(shared, by=by), by=by, outcome="won", answer="طلب تجريبي، والبقية في الربع القادم."
                )
            elif place == 1:
                decline(shared, by=by, answer="خارج منطقتنا.")


def _open_the_portal(partners: list[Partner], by: Actor, now: datetime) -> None:
    with clock.at(now - timedelta(days=5)):
        for place, name, address, language in PEOPLE:
            person = records.create(registry["people"], {"name": name, "email": address}, by=by)
            values = {"partner": str(partners[place].id), "person": str(person.id), "language": language}
            records.create(registry["portal-users"], values, by=by)


def _let_them_earn(by: Actor, now: datetime) -> None:
    """Customers of theirs pay; one gives a part back."""
    theirs = Invoice.objects.filter(
        kind="invoice", status="issued", opportunity__partner_id__isnull=False, deleted_at=None
    )
    for place, invoice in enumerate(theirs.order_by("issued_at", "id")[:3]):
        with clock.at(now - timedelta(days=2 - place, hours=4)):
            pay(invoice, by=by)
        if place == 0:
            with clock.at(now - timedelta(hours=5)):
                invoice.refresh_from_db()
                note = credit(invoice, by=by, reason="إرجاع قطعة تالفة")
                for line in note.lines.filter(deleted_at=None).order_by("order", "id")[1:]:
                    records.trash(registry["invoice-lines"], line.id, by=by)
                note.refresh_from_db()
                issue(note, by=by)


def _hand_out(by: Actor, now: datetime) -> None:
    """Papers that partners find in the portal."""
    with clock.at(now - timedelta(days=9)):
        for name, whom, note, file, words in DOCUMENTS:
            made = records.create(registry["partner-documents"], {"name": name, "note": note, **whom}, by=by)
            attach("partner-documents", made.id, file, [words.encode()], by=by)


def add_suppliers(actors: Mapping[str, Actor], now: datetime) -> None:
    by, today = actors["noura"], now.date()
    criteria = [
        records.create(
            registry["supplier-criteria"],
            {"name": name, "name_en": name_en, "weight": weight, "order": str(place)},
            by=by,
        )
        for place, (name, name_en, weight) in enumerate(CRITERIA)
    ]
    suppliers = []
    for name, city, quarters in SUPPLIERS:
        with clock.at(now - timedelta(days=400)):
            values = {"name": name, "city": city, "country": "السعودية"}
            supplier: Party = records.create(registry["organizations"], values, by=by)
            give_role(supplier, "supplier", by=by)
        day = quarter_of(today)
        for scores in reversed(quarters):
            said = [(each.id, score, "") for each, score in zip(criteria, scores, strict=True)]
            rate(supplier.id, day, said, by=by)
            day = quarter_of(day - timedelta(days=1))
        suppliers.append(supplier)
    for row in BOUGHT:
        _buy(suppliers[row[0]], row, today, by)
    contracts.look(by.workspace)


def _buy(supplier: Party, row: Any, today: date, by: Actor) -> None:
    """A contact of the supplier, and what we buy by contract: the first is about to be given notice or to go on."""
    _place, contact, title, name, kind, value, days, notice, by_itself = row
    person = {"name": contact, "organization": str(supplier.id), "job_title": title}
    records.create(registry["people"], person, by=by)
    ends = today + timedelta(days=days)
    values = {
        "name": name,
        "way": "bought",
        "party": str(supplier.id),
        "kind": kind,
        "amount": value,
        "starts_on": (ends - timedelta(days=364)).isoformat(),
        "ends_on": ends.isoformat(),
        "notice": str(notice),
        **({"auto_renew": "1", "renew_months": "12"} if by_itself else {}),
    }
    sign(records.create(registry["contracts"], values, by=by), by=by)
