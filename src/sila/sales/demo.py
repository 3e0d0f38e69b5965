"""Sample deals: what is asked for, how far each gets, and why it ends."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

WANTED = ("توريد", "توريد وتركيب", "تجديد عقد", "توسعة", "مشروع")
WANTED_EN = ("Supply of", "Supply and installation of", "Renewal of", "Expansion of")
NEXT_STEPS = ("إرسال العرض المعدّل", "زيارة الموقع", "اعتماد الإدارة", "مراجعة العقد", "Final price call", "")
WON = ("سرعة التسليم", "السعر وشروط الدفع", "ثقة من تعامل سابق", "خدمة الصيانة", "Local spare parts")
LOST_NOTES = (
    "رسا على منافس بسعر أقل",
    "أُجّل إلى الميزانية القادمة",
    "الإدارة اختارت موردًا آخر",
    "Project was cancelled",
    "",
)
SOURCES = ("إحالة", "معرض", "الموقع الإلكتروني", "اتصال بارد", "عميل سابق")
STEPS = 5  # open stages of the standard pipeline


@dataclass(frozen=True)
class Course:
    """How a deal goes: days until each further stage, and its end ("won", "lost", or "" while it is open)."""

    moves: tuple[timedelta, ...]
    end: str
    closes_after: timedelta


def course(rng: Random, age: timedelta) -> Course:
    """Old deals have ended; young ones are on their way, and a few of those were forgotten."""
    pace = rng.uniform(3, 16)
    days = [timedelta(days=rng.uniform(0.4, 1.8) * pace, hours=rng.uniform(0, 8)) for _step in range(STEPS)]
    reached = sum(1 for step in range(1, STEPS) if sum(days[:step], timedelta()) < age)
    length = sum(days, timedelta())
    end = ""
    if length < age or age > timedelta(days=150):
        end = "won" if rng.random() < 0.46 else "lost"
        if end == "lost":
            reached = rng.randint(0, reached)
    moves = tuple(sum(days[: step + 1], timedelta()) for step in range(min(reached, STEPS - 1)))
    closes = min((moves[-1] if moves else timedelta(days=2)) + days[-1], age - timedelta(hours=3))
    return Course(tuple(move for move in moves if move < closes), end, closes)


def name_of(rng: Random, product: str, product_en: str, customer: str, *, english: bool) -> str:
    if english:
        return f"{rng.choice(WANTED_EN)} {product_en[:1].lower() + product_en[1:]} – {customer}"[:200]
    return f"{rng.choice(WANTED)} {product} – {customer}"[:200]
