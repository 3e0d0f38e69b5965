"""What the pages of the portal show: the only place that asks. Every question goes through `visible_to`; what a lead says
is told by `told`, of a share that was found so."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from sila.catalog.models import PriceBook, Product
from sila.catalog.pricing import Step, price_list, valid
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.kit.dates import format_month
from sila.platform.kit.folding import fold
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import digits_for, format_number, plain_number
from sila.sales.partners.models import DealRegistration, SharedLead
from sila.sales.partners.portal.visibility import PartnerActor
from sila.sales.partners.sharing import told
from sila.sales.partners.statements import asked, file_name, periods_around, statement_of

PAGE, SHOWN, MONTHS = 50, 5, 24
SOON = timedelta(days=30)
Registered, Shared = DealRegistration.Status, SharedLead.Status
Shown = dict[str, Any]


def rows_of(slug: str, actor: PartnerActor) -> QuerySet[Any]:
    return registry[slug].visible_to(actor)


# ---- home ----------------------------------------------------------------------------------------------
def home(context: Context, actor: PartnerActor) -> Shown:
    """What awaits them: leads to answer, protection that ends soon, what is being looked at, what they earned."""
    today = context.reader.today
    registered = rows_of("deal-registrations", actor)
    ending = registered.filter(status=Registered.APPROVED, protected_until__range=(today, today + SOON))
    counts = registered.aggregate(
        waiting=Count("id", filter=Q(status=Registered.SUBMITTED)),
        protected=Count("id", filter=Q(status=Registered.APPROVED)),
    )
    offered = rows_of("shared-leads", actor).filter(status=Shared.OFFERED).order_by("shared_at", "id")
    month = today.replace(day=1)
    return {
        "tier": actor.partner.get_tier_display(),
        "since": context.reader.day(actor.partner.since) if actor.partner.since else "",
        "waiting": _number(counts["waiting"], context),
        "protected": _number(counts["protected"], context),
        "leads": [_lead(row, context) for row in offered[:SHOWN]],
        "newest": [_registration(row, context) for row in registered.order_by("-id")[:SHOWN]],
        "ending": [_registration(row, context) for row in ending.order_by("protected_until", "id")[:SHOWN]],
        "earned": _sums(rows_of("partner-commissions", actor).filter(day__gte=month), context),
    }


# ---- registrations -------------------------------------------------------------------------------------
def registrations(context: Context, actor: PartnerActor, before: str) -> Shown:
    found, more = _page(rows_of("deal-registrations", actor), before)
    return {"rows": [_registration(row, context) for row in found], "more": more}


def registration(registration_id: UUID, context: Context, actor: PartnerActor) -> Shown:
    """Raises NotFound."""
    row = rows_of("deal-registrations", actor).filter(id=registration_id).select_related("product").first()
    if row is None:
        raise NotFound
    fields = registry["deal-registrations"].readable(actor)
    facts = [
        (fields["contact_name"].label, row.contact_name, ""),
        (fields["phone"].label, row.phone, "ltr"),
        (fields["email"].label, row.email, "ltr"),
        (fields["city"].label, row.city, ""),
        (fields["product"].label, str(row.product) if row.product_id else "", ""),
        (fields["amount"].label, _money(row.amount, row.currency, context), "ltr"),
        (
            fields["expected_close"].label,
            context.reader.day(row.expected_close) if row.expected_close else "",
            "",
        ),
        (fields["note"].label, row.note, ""),
    ]
    return _registration(row, context) | {"facts": [fact for fact in facts if fact[1]]}


def _registration(row: DealRegistration, context: Context) -> Shown:
    until, today = row.protected_until, context.reader.today
    days = (until - today).days if until and row.status == Registered.APPROVED else None
    return {
        "id": row.id,
        "name": row.company_name,
        "number": row.number,
        "status": row.get_status_display(),
        "tone": _tone("deal-registrations", row.status),
        "is_approved": row.status == Registered.APPROVED,
        "is_waiting": row.status == Registered.SUBMITTED,
        "until": context.reader.day(until, calendar=context.reader.calendar) if until else "",
        "days": days if days is not None and days >= 0 else None,
        "answer": row.answer,
        "amount": _money(row.amount, row.currency, context),
        "made": context.reader.day(row.created_at.astimezone(context.reader.tz).date()),
    }


# ---- leads ---------------------------------------------------------------------------------------------
def leads(context: Context, actor: PartnerActor, before: str) -> Shown:
    """Those to be answered first stand among the newest; each list is in the order in which they came."""
    found, more = _page(rows_of("shared-leads", actor), before)
    return {"rows": [_lead(row, context) for row in found], "more": more}


def lead(shared: SharedLead, context: Context) -> Shown:
    """The lead itself is closed to partners: of its fields they are told those that their list names, as staff see on the
    page of the share."""
    all_of_it = Context(Actor.system(context.actor.workspace, "portal"), context.reader)
    return _lead(shared, context) | {
        "told": told(shared, all_of_it),
        "answer": shared.answer,
        "may_answer": shared.status == Shared.OFFERED,
        "may_report": shared.status == Shared.ACCEPTED,
        "steps": SharedLead.Progress.choices,
        "now": shared.progress,
        "version": shared.version,
    }


def shared_lead(shared_id: UUID, actor: PartnerActor) -> SharedLead:
    """Raises NotFound."""
    found: SharedLead = records.get(registry["shared-leads"], shared_id, by=actor)
    return found


def _lead(row: SharedLead, context: Context) -> Shown:
    return {
        "id": row.id,
        "name": row.name,
        "status": row.get_status_display(),
        "tone": _tone("shared-leads", row.status),
        "progress": row.get_progress_display() if row.progress and row.status == Shared.ACCEPTED else "",
        "note": row.note,
        "shared": context.reader.day(row.shared_at.astimezone(context.reader.tz).date()),
    }


# ---- prices --------------------------------------------------------------------------------------------
def price_book(actor: PartnerActor, on: date) -> PriceBook | None:
    """Their own, if it counts on the day."""
    found: PriceBook | None = rows_of("price-books", actor).filter(valid(on)).first()
    return found


def prices(context: Context, actor: PartnerActor, query: str, after: str) -> Shown:
    """The products on sale by name, a page at a time, with what they cost this partner."""
    on = context.reader.today
    book = price_book(actor, on)
    if book is None:
        return {"book": None, "rows": [], "more": ""}
    products = rows_of("products", actor)
    if words := fold(query)[:80]:
        products = products.filter(Q(name_fold__contains=words) | Q(code__icontains=query.strip()[:40]))
    if last := products.filter(id=_uuid(after)).values("name_fold", "id").first():
        later = Q(name_fold__gt=last["name_fold"]) | Q(name_fold=last["name_fold"], id__gt=last["id"])
        products = products.filter(later, name_fold__gte=last["name_fold"])
    found = list(products.select_related("measure").order_by("name_fold", "id")[: PAGE + 1])
    cost = price_list(found[:PAGE], book, on)
    return {
        "book": str(book),
        "tax_included": book.tax_included,
        "rows": [_product(row, cost.get(row.id, []), book, context) for row in found[:PAGE]],
        "more": str(found[PAGE - 1].id) if len(found) > PAGE else "",
    }


def product_called(product_id: str, actor: PartnerActor) -> str:
    """What a product is called that a registration begins with; "" for what is not theirs to know."""
    found = rows_of("products", actor).filter(id=_uuid(product_id)).first()
    return str(found) if found else ""


def _product(row: Product, steps: list[Step], book: PriceBook, context: Context) -> Shown:
    shown = [
        {
            "from": digits_for(plain_number(step.least), context.reader.digits) if step.least > 1 else "",
            "unit": str(step.measure or ""),
            "price": _money(step.price, book.currency, context),
        }
        for step in steps
    ]
    return {
        "id": row.id,
        "name": str(row),
        "code": row.code,
        "unit": str(row.measure) if row.measure_id else "",
        "steps": shown,
    }


# ---- commission ----------------------------------------------------------------------------------------
def commission(context: Context, actor: PartnerActor, month: str) -> Shown:
    """Month by month what came together; of one month the lines."""
    lines = rows_of("partner-commissions", actor)
    by_month = (
        lines.order_by()
        .annotate(month=TruncMonth("day"))
        .values("month", "currency")
        .annotate(amount=Sum("amount"))
        .order_by("-month", "currency")[:MONTHS]
    )
    months: dict[date, list[Any]] = {}
    for row in by_month:
        months.setdefault(row["month"], []).append(_money(row["amount"], row["currency"], context))
    chosen = next((each for each in months if f"{each:%Y-%m}" == month), next(iter(months), None))
    of_month = lines.none()
    if chosen:
        of_month = lines.filter(day__year=chosen.year, day__month=chosen.month).order_by("-day", "-id")
    return {
        "months": [
            {
                "key": f"{each:%Y-%m}",
                "label": format_month(
                    each,
                    language=context.reader.language,
                    digits=context.reader.digits,
                    country=context.reader.country,
                ),
                "sums": sums,
                "now": each == chosen,
            }
            for each, sums in months.items()
        ],
        "lines": [_line(row, context) for row in of_month[:500]],
        "papers": [(each.key, each.label(context.reader)) for each in _papers(chosen)],
    }


def _papers(month: date | None) -> list[Period]:
    """The month that is shown, its quarter, its year: of each there is a statement on paper."""
    return periods_around(Period.of(month, "gregorian", 1)) if month else []


def statement(key: str, context: Context, actor: PartnerActor, language: str) -> tuple[str, bytes]:
    """What their own partner earned in a period, as PDF with its name. Raises NotFound."""
    lines = rows_of("partner-commissions", actor)
    period = asked(key, lines, context.reader)
    paper = statement_of(actor.partner, lines, period, actor.workspace, language)
    return file_name(actor.partner, period), paper.pdf()


def _line(row: Any, context: Context) -> Shown:
    return {
        "number": row.name,
        "day": context.reader.day(row.day),
        "why": row.get_why_display(),
        "basis": _money(row.basis, row.currency, context),
        "rate": digits_for(plain_number(row.rate), context.reader.digits) + "%",
        "amount": _money(row.amount, row.currency, context),
        "back": row.amount < 0,
    }


def _sums(lines: QuerySet[Any], context: Context) -> list[Any]:
    found = lines.order_by("currency").values("currency").annotate(amount=Sum("amount"))
    return [_money(row["amount"], row["currency"], context) for row in found]


# ---- beside --------------------------------------------------------------------------------------------
def _page(rows: QuerySet[Any], before: str) -> tuple[list[Any], str]:
    """Newest first; ids tell the order. `more` is where the next page begins."""
    if last := _uuid(before):
        rows = rows.filter(id__lt=last)
    found = list(rows.order_by("-id")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _tone(slug: str, status: str) -> str:
    """As staff see it."""
    return registry[slug].tones["status"].get(status, "")


def _money(minor: int | None, currency: str, context: Context) -> Any:
    if minor is None:
        return ""
    return money_html(minor, CURRENCIES[currency], digits=context.reader.digits, whole=True)


def _number(number: int, context: Context) -> str:
    return format_number(number, digits=context.reader.digits)
