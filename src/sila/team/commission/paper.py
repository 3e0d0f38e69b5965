"""A statement on paper."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.documents.printing import pdf, said
from sila.platform.access.reader import Reader
from sila.platform.kit.money import CURRENCIES, from_minor
from sila.platform.kit.numbers import format_number
from sila.platform.tenancy.models import Workspace
from sila.sales.lines import paper as papers
from sila.sales.lines.paper import Data, fact, label, own_fact
from sila.team.commission.models import CommissionStatement
from sila.team.commission.showing import amount_of, base_of, telling
from sila.team.commission.words import Telling

TEMPLATE = Path(__file__).resolve().parent / "print" / "statement.typ"


def pdf_of(statement: CommissionStatement, workspace: Workspace, language: str) -> bytes:
    return pdf(TEMPLATE, data_of(statement, workspace, language))


def data_of(statement: CommissionStatement, workspace: Workspace, language: str) -> Data:
    """In one language: that of whoever prints it."""
    with translation.override(language):
        reader = Reader.of(workspace)
        teller = telling(statement.plan, reader)
        facts = list(statement.lines.order_by("order").values_list("facts", flat=True))
        return {
            "lang": language,
            "dir": "rtl" if language == "ar" else "ltr",
            "color": workspace.color or papers.GREEN,
            "title": label(gettext_lazy("Commission statement")),
            "number": "",
            "logo": _logo(workspace),
            "company": said(workspace.name),
            "person": said(str(statement.owner)),
            "facts": _about(statement, reader, teller),
            "columns": [str(each) for each in (_("Day"), _("What happened"), _("Counted"), _("Commission"))],
            "rows": [_row(each, teller) for each in facts],
            "none": _("Nothing was paid in this period that counts for this plan."),
            "sums": [
                fact(label(gettext_lazy("Counted")), teller.money(statement.base)),
                fact(label(gettext_lazy("Commission")), teller.money(statement.amount)),
            ],
        }


def _logo(workspace: Workspace) -> str:
    name = workspace.logo
    return f"/{name}" if name and (Path(settings.MEDIA_ROOT) / name).is_file() else ""


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


def _row(facts: Any, teller: Telling) -> Data:
    return {
        "day": teller.when(facts),
        "what": _sentence(teller.what(facts), teller),
        "why": [_sentence(each, teller) for each in teller.why(facts)],
        "base": _figure(base_of(facts), teller),
        "amount": _figure(amount_of(facts), teller),
    }


def _sentence(text: str, teller: Telling) -> Data:
    """Of ours, so it runs as the page does, whatever name it begins with."""
    return {"t": text, "d": "rtl" if teller.reader.language == "ar" else "ltr"}


def _figure(minor: int, teller: Telling) -> str:
    currency = CURRENCIES[teller.currency]
    return format_number(from_minor(minor, currency), decimals=currency.decimals)


def file_name(statement: CommissionStatement) -> str:
    return papers.file_name("commission", statement.name)
