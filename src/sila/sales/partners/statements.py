"""What a partner earned in a period, on paper: every line with how it came about, and what it comes to in each currency."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sila.documents.statements import Column, Part, Statement, sentence
from sila.platform.access.reader import Reader
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.periods import Period
from sila.platform.kit.money import CURRENCIES, from_minor
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate
from sila.platform.tenancy.models import Workspace
from sila.sales.lines import paper as papers
from sila.sales.lines.paper import Data, fact, figure, label, letterhead_for, logo_of, own_fact
from sila.sales.partners.models import Partner, PartnerCommission

LONGEST = 3000  # lines on one paper
EARNS, TAKES = Q(amount__gt=0), Q(amount__lt=0)
Lines = QuerySet[PartnerCommission]


def periods_around(period: Period) -> list[Period]:
    """A month, its quarter and its year."""
    return [Period.of(period.first, period.calendar, length) for length in (1, 3, 12)]


def asked(text: str, lines: Lines, reader: Reader) -> Period:
    """The period of a key; without one, the month of the newest line. Raises NotFound."""
    if not text:
        newest = lines.order_by("-day").values_list("day", flat=True).first()
        return Period.of(newest or reader.today, "gregorian", 1)
    try:
        return Period.read(text)
    except Invalid as error:
        raise NotFound from error


def in_period(lines: Lines, period: Period) -> Lines:
    return lines.filter(day__range=(period.first, period.last))


def statement_of(
    partner: Partner, lines: Lines, period: Period, workspace: Workspace, language: str
) -> Statement:
    """`lines` are all of the partner's that the reader may see; those of the period are printed, the oldest first."""
    with translation.override(language):
        reader = Reader.of(workspace)
        theirs = in_period(lines, period)
        found = list(theirs.order_by("currency", "day", "id")[:LONGEST])
        sums = theirs.order_by("currency").values("currency")
        sums = sums.annotate(earned=Sum("amount", filter=EARNS), back=Sum("amount", filter=TAKES))
        begun, parts = _first_earned(lines, found), list(sums)
        return Statement(
            language=language,
            color=workspace.color or papers.GREEN,
            logo=logo_of(workspace),
            title=label(gettext_lazy("Commission statement")),
            company=_company(partner, workspace, language),
            person=partner.name,
            facts=_facts(partner, period, reader),
            columns=_columns(),
            parts=[_part(row, found, begun, reader, len(parts) > 1) for row in parts],
            none=_("No commission was written in this period."),
            notes=_notes(theirs.count() if len(found) == LONGEST else 0),
        )


def _company(partner: Partner, workspace: Workspace, language: str) -> str:
    head = letterhead_for(partner.org_unit_id)
    if head is None:
        return workspace.name
    return (head.name_en if language == "en" else "") or head.name


def _facts(partner: Partner, period: Period, reader: Reader) -> list[Data]:
    return [
        own_fact(label(gettext_lazy("Period")), period.label(reader)),
        own_fact(label(gettext_lazy("Days")), f"{reader.day(period.first)} – {reader.day(period.last)}"),
        own_fact(label(gettext_lazy("Drawn up on")), reader.day(reader.today)),
    ]


def _columns() -> list[Column]:
    return [
        Column(_("Day")),
        Column(pgettext("noun", "Invoice"), "wide"),
        Column(_("Counted amount before tax"), "figure"),
        Column("%", "figure"),
        Column(_("Commission"), "figure"),
    ]


def _first_earned(lines: Lines, found: Iterable[PartnerCommission]) -> dict[Any, Any]:
    """On which day each invoice that takes back had first earned."""
    backs = {line.invoice_id for line in found if line.amount < 0}
    earned = lines.filter(EARNS, invoice_id__in=backs) if backs else lines.none()
    days = earned.order_by().values("invoice_id").annotate(day=Min("day"))
    return {row["invoice_id"]: row["day"] for row in days}


def _part(
    row: dict[str, Any],
    found: Iterable[PartnerCommission],
    begun: dict[Any, Any],
    reader: Reader,
    several: bool,
) -> Part:
    currency, earned, back = row["currency"], row["earned"] or 0, row["back"] or 0
    shown = [_row(line, begun, reader) for line in found if line.currency == currency]
    sums = [
        fact(label(gettext_lazy("Earned")), _with_symbol(earned, currency)),
        fact(label(gettext_lazy("Taken back")), _with_symbol(back, currency)),
        fact(label(gettext_lazy("Commission")), _with_symbol(earned + back, currency)),
    ]
    named = CURRENCIES[currency]
    heading = named.name_en if reader.language == "en" else named.name_ar
    return Part(shown, sums, heading if several else "")


def _row(line: PartnerCommission, begun: dict[Any, Any], reader: Reader) -> list[Data]:
    why = [str(line.get_why_display())]
    if line.amount < 0 and line.invoice_id in begun:
        said = _("It takes back of what this invoice earned from %(day)s on.")
        why.append(said % {"day": isolate(reader.day(begun[line.invoice_id]))})
    return [
        {"t": reader.day(line.day)},
        sentence(line.name, "en") | {"more": sentence("", reader.language, why)["more"]},
        {"t": _amount(line.basis, line.currency)},
        {"t": figure(line.rate)},
        {"t": _amount(line.amount, line.currency)},
    ]


def _notes(whole: int) -> list[str]:
    notes = [
        _(
            "An invoice earns when it is settled: what it came to before tax, times the rate of that day, rounded "
            "once, half up."
        ),
        _("Credit notes and payments that were taken out take back at the rate at which it was earned."),
    ]
    if whole > LONGEST:
        said = _("The first %(shown)s of %(whole)s lines stand here; the sums are those of all.")
        notes.insert(0, said % {"shown": format_number(LONGEST), "whole": format_number(whole)})
    return notes


def _amount(minor: int, currency: str) -> str:
    kept = CURRENCIES[currency]
    return format_number(from_minor(minor, kept), decimals=kept.decimals)


def _with_symbol(minor: int, currency: str) -> str:
    return f"{CURRENCIES[currency].symbol} {_amount(minor, currency)}"


def file_name(partner: Partner, period: Period) -> str:
    return papers.file_name("commission", partner.name, period.key)
