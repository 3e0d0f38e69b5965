"""Sample contracts with customers, and what customers have with competitors: at every point of their time."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

from sila.parties.models import PartyRole
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.actions import lose, win
from sila.sales.calling.actions import add_records, say_outcome, take_next
from sila.sales.calling.models import CallOutcome
from sila.sales.contracts import working as contracts
from sila.sales.contracts.actions import fulfil, renew, sign
from sila.sales.contracts.models import Contract, Obligation
from sila.sales.models import LossReason, Opportunity
from sila.sales.windows import working as windows
from sila.sales.windows.actions import make_deal
from sila.sales.windows.models import IncumbentContract

TERMS = (  # kind, name, billing, value, days until the end, notice in months
    ("maintain", "عقد صيانة مكيفات", "quarter", "84000", 55, 1),
    ("service", "عقد تشغيل ونظافة", "month", "240000", 20, 1),
    ("supply", "اتفاقية توريد مستلزمات", "once", "410000", 130, 2),
    ("subscribe", "اشتراك نظام المخزون", "year", "36000", 200, 1),
    ("maintain", "Lift maintenance", "half", "62000", 95, 3),
    ("framework", "اتفاقية إطارية للأثاث", "once", "900000", 300, 3),
)
OWED = (  # what, whose, days from today
    ("زيارة صيانة وقائية", "ours", -6),
    ("تسليم تقرير الربع", "ours", 12),
    ("سداد الدفعة الثانية", "theirs", 25),
    ("تسمية ضابط اتصال", "theirs", -40),
)
HELD = (  # with competitors: what, value, days until the last day for notice, how sure, where it is known from
    ("صيانة المصاعد", "75000", 24, "certain", "قاله مدير المرافق في زيارة"),
    ("توريد القرطاسية", "120000", 41, "likely", "إعلان ترسية منافسة"),
    ("خدمات الأمن", "330000", 12, "likely", "مكالمة مع المشتريات"),
    ("Printer leasing", "58000", 55, "guess", "A sticker on the printer"),
    ("عقد نظافة المباني", "210000", 75, "certain", "نسخة من العقد عند العميل"),
    ("استضافة الأنظمة", "96000", 100, "guess", "حديث في معرض"),
    ("صيانة المولدات", "64000", 33, "likely", "موظف سابق لدى المنافس"),
    ("نقل الموظفين", "450000", 160, "likely", "مكالمة مع الموارد البشرية"),
)
CALLED = "عروض الصيانة لعملاء الرياض"
SCRIPT = """السلام عليكم {name}، معك {caller} من مجموعة الريان.

نهيئ عروض الصيانة للعام القادم، وأودّ أن أعرف:
– متى ينتهي عقدكم الحالي، ومع من؟
– ما الذي تودّون أن يكون أفضل؟

هل يناسبكم أن نزوركم هذا الأسبوع لربع ساعة؟"""
SAID = (
    *("Interested", "No answer", "Not interested", "Call back", "No answer", "Interested"),
    *("Wrong number", "Busy", "Asked not to be called", "Not interested", "Interested", "Call back"),
)
HEARD = {
    "Interested": "يريد عرض سعر لفرعين",
    "Call back": "في اجتماع، يفضّل بعد الظهر",
    "Not interested": "جدّدوا قبل شهر",
}
PAST = 14  # windows that have been: days before the last day on which somebody began, by turns
BEGUN = (95, 70, 45, 20, 8)


def add_windows(actors: Mapping[str, Actor], now: datetime) -> None:
    sellers = {actor.member_id: actor for actor in actors.values()}
    parties = registry["organizations"].rows().filter(owner_id__in=sellers).order_by("id")
    rivals = PartyRole.objects.filter(role="competitor", ends=None).values("party_id")
    customers = list(parties.exclude(id__in=rivals)[:60])
    competitors = list(registry["organizations"].rows().filter(id__in=rivals).order_by("id"))
    if not customers or not competitors:
        return
    day = now.date()
    for place, company in enumerate(customers[: 2 * len(TERMS)]):
        _contract(place, company, sellers[company.owner_id], day)
    for place, company in enumerate(customers[20 : 20 + PAST]):
        _past_window(place, company, competitors, sellers[company.owner_id], day)
    for place, company in enumerate(customers[34 : 34 + 3 * len(HELD)]):
        _incumbent(place, company, competitors, sellers[company.owner_id], day)
    with clock.at(now):
        for work in (contracts, windows):
            work.look(actors["noura"].workspace)
        _call_list(actors)


def _on(day: date) -> AbstractContextManager[object]:
    return clock.at(datetime(day.year, day.month, day.day, 9, tzinfo=clock.now().tzinfo))


def _contract(place: int, company: Any, by: Actor, today: date) -> None:
    kind, name, billing, value, days, notice = TERMS[place % len(TERMS)]
    ends = today + timedelta(days=days + 9 * (place // len(TERMS)))
    begins = ends - timedelta(days=364)
    values = {
        "name": f"{name} – {company.name}"[:200],
        "party": company.id,
        "kind": kind,
        "billing": billing,
        "amount": value,
        "starts_on": begins.isoformat(),
        "ends_on": ends.isoformat(),
        "notice": str(notice),
        "notice_unit": "months",
        **({"auto_renew": "1", "renew_months": "12"} if place % 3 == 0 else {}),
    }
    with _on(begins - timedelta(days=4)):
        contract = records.create(registry["contracts"], values, by=by)
        if place == 7:
            return  # not signed yet
        contract = sign(contract, by=by)
        for what, side, due in OWED[: 1 + place % len(OWED)]:
            given = {
                "contract": contract.id,
                "name": what,
                "side": side,
                "due_on": (today + timedelta(days=due)).isoformat(),
            }
            records.create(registry["obligations"], given, by=by)
    if place == 3:
        with _on(today - timedelta(days=3)):
            renew(Contract.objects.get(id=contract.id), by=by)
    if place % 4 == 2:
        with _on(today - timedelta(days=20)):
            fulfil(Obligation.objects.filter(contract_id=contract.id).order_by("id")[0], by=by)


def _incumbent(place: int, company: Any, competitors: list[Any], by: Actor, today: date) -> None:
    name, value, days, confidence, source = HELD[place % len(HELD)]
    last = today + timedelta(days=days + 5 * (place // len(HELD)))
    _add(name, value, last, confidence, source, company, competitors[place % len(competitors)], by, today)


def _past_window(place: int, company: Any, competitors: list[Any], by: Actor, today: date) -> None:
    """A deal that was made of a window and has ended: whoever began earlier has won more often."""
    name, value, _days, _sure, source = HELD[place % len(HELD)]
    last, lead = today - timedelta(days=20 + 11 * place), BEGUN[place % len(BEGUN)]
    rival = competitors[place % len(competitors)]
    with _on(last - timedelta(days=lead)):
        made = _add(name, value, last, "certain", source, company, rival, by, last - timedelta(days=lead))
        deal = make_deal(IncumbentContract.objects.get(id=made.id), by=by)
    with _on(last - timedelta(days=2)):
        deal = Opportunity.objects.get(id=deal.id)
        if (lead > 40 and place % 4) or (place % 5 == 3 and place > 5):
            win(deal, by=by)
        else:
            lose(deal, by=by, reason=LossReason.objects.get(name_en="Chose a competitor").id, winner=rival.id)


def _call_list(actors: Mapping[str, Actor]) -> None:
    """A list of a few dozen people that two have begun to call."""
    noura, sara = actors["noura"], actors["sara"]
    call_list = records.create(registry["call-lists"], {"name": CALLED, "script": SCRIPT}, by=sara)
    people = registry["people"].rows().filter(owner_id=sara.member_id).exclude(phone="").order_by("id")
    ids = list(people.values_list("id", flat=True)[:36])
    add_records(call_list, "people", ids, by=sara)
    known = {row.name_en: row.id for row in CallOutcome.objects.filter(deleted_at=None)}
    for place, said in enumerate(SAID):
        caller = noura if place % 3 == 2 else sara
        entry = take_next(call_list, by=caller)
        if entry is not None:
            back = clock.now() + timedelta(hours=20 + place)
            say_outcome(entry, known[said], by=caller, note=HEARD.get(said, ""), callback_at=back)


def _add(
    name: str,
    value: str,
    last: date,
    confidence: str,
    source: str,
    company: Any,
    rival: Any,
    by: Actor,
    learned: date,
) -> Any:
    values = {
        "name": name,
        "party": company.id,
        "competitor": rival.id,
        "amount": value,
        "ends_on": (last + timedelta(days=30)).isoformat(),
        "notice": "30",
        "notice_unit": "days",
        "confidence": confidence,
        "learned_from": source,
        "learned_on": min(learned, clock.now().date()).isoformat(),
    }
    return records.create(registry["incumbent-contracts"], values, by=by)
