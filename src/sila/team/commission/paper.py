"""A statement on paper."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.documents.statements import Column, Part, Statement, sentence
from sila.platform.access.reader import Reader
from sila.platform.kit.money import CURRENCIES, from_minor
from sila.platform.kit.numbers import format_number
from sila.platform.tenancy.models import Workspace
from sila.sales.lines import paper as papers
from sila.sales.lines.paper import Data, fact, label, logo_of, own_fact
from sila.team.commission.models import CommissionStatement
from sila.team.commission.showing import amount_of, base_of, telling
from sila.team.commission.words import Telling


def pdf_of(statement: CommissionStatement, workspace: Workspace, language: str) -> bytes:
    return paper_of(statement, workspace, language).pdf()


def paper_of(statement: CommissionStatement, workspace: Workspace, language: str) -> Statement:
    """In one language: that of whoever prints it."""
    with translation.override(language):
        reader = Reader.of(workspace)
        teller = telling(statement.plan, reader)
        facts = list(statement.lines.order_by("order").values_list("facts", flat=True))
        sums = [
            fact(label(gettext_lazy("Counted")), teller.money(statement.base)),
            fact(label(gettext_lazy("Commission")), teller.money(statement.amount)),
        ]
        return Statement(
            language=language,
            color=workspace.color or papers.GREEN,
            logo=logo_of(workspace),
            title=label(gettext_lazy("Commission statement")),
            company=workspace.name,
            person=str(statement.owner),
            facts=_about(statement, reader, teller),
            columns=[
                Column(_("Day")),
                Column(_("What happened"), "wide"),
                Column(_("Counted"), "figure"),
                Column(_("Commission"), "figure"),
            ],
            parts=[Part([_row(each, teller) for each in facts], sums)],
            none=_("Nothing was paid in this period that counts for this plan."),
        )


def _about(statement: CommissionStatement, reader: Reader, teller: Telling) -> list[Data]:
    days = f"{reader.day(statement.begins)} – {reader.day(statement.ends)}"
    about = [
        own_fact(label(gettext_lazy("Commission plan")), str(statement.plan)),
        own_fact(label(gettext_lazy("Period")), teller.period(statement.period)),
        own_fact(label(gettext_lazy("Days")), days),
        own_fact(label(gettext_lazy("Status")), str(statement.get_status_display())),
    ]
    if statement.approved_by_id and statement.approved_at:
        day = reader.day(statement.approved_at.astimezone(ZoneInfo(reader.zone)).date())
        about.append(own_fact(label(gettext_lazy("Approved by")), f"{statement.approved_by} · {day}"))
    return about


def _row(facts: Any, teller: Telling) -> list[Data]:
    return [
        {"t": teller.when(facts)},
        sentence(teller.what(facts), teller.reader.language, teller.why(facts)),
        {"t": _figure(base_of(facts), teller)},
        {"t": _figure(amount_of(facts), teller)},
    ]


def _figure(minor: int, teller: Telling) -> str:
    currency = CURRENCIES[teller.currency]
    return format_number(from_minor(minor, currency), decimals=currency.decimals)


def file_name(statement: CommissionStatement) -> str:
    return papers.file_name("commission", statement.name)
