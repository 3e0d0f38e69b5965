"""A document with prices as the data of its printed page. See print/document.typ."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote as quoted
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.documents.printing import said
from sila.parties.models import Party
from sila.platform.access.models import units_up_to
from sila.platform.kit.amount_words import amount_in_words
from sila.platform.kit.currencies import Currency
from sila.platform.kit.dates import format_date
from sila.platform.kit.money import CURRENCIES, from_minor, symbol_in
from sila.platform.kit.numbers import format_number
from sila.platform.kit.phones import format_phone
from sila.platform.tenancy.models import Workspace
from sila.sales.lines.models import Letterhead, Priced, PricedLine
from sila.sales.lines.showing import off_the_whole

TEMPLATE = Path(__file__).resolve().parent / "print" / "document.typ"
GREEN = "#0f766e"
Said = dict[str, str]
Data = dict[str, Any]


def label(message: Any) -> Said:
    """A word of ours, given lazily, in both languages."""
    told = {}
    for language in ("ar", "en"):
        with translation.override(language):
            told[language] = str(message)
    return told


def fact(name: Said, value: str) -> Data:
    return {"label": name, "value": value}


def own_fact(name: Said, value: str) -> Data:
    return {"label": name, "value": said(value)}


class Page:
    """The data of one document; what a kind of document has besides is added by its module."""

    def __init__(self, paper: Priced, workspace: Workspace, lines: Sequence[PricedLine]) -> None:
        self.paper, self.workspace, self.lines = paper, workspace, lines
        self.language = paper.language
        self.currency: Currency = CURRENCIES[paper.currency]
        self.letterhead = letterhead_for(paper.org_unit_id)
        self.zone = ZoneInfo(workspace.timezone)

    @property
    def languages(self) -> tuple[str, ...]:
        return ("ar", "en") if self.language == Priced.Language.BOTH else (self.language,)

    def data(
        self,
        *,
        title: Said,
        facts: Iterable[Data],
        subject: str,
        signature: Data | None = None,
        qr: str = "",
        notes: Iterable[str] = (),
        buyer: Said | None = None,
        more: Iterable[Data] = (),
    ) -> Data:
        return {
            "lang": self.language,
            "dir": "ltr" if self.language == "en" else "rtl",
            "color": self.workspace.color or GREEN,
            "title": title,
            "number": self.paper.number,
            "logo": logo_of(self.workspace),
            "seller": self._seller(),
            "buyer": self._buyer(buyer or label(pgettext_lazy("quote", "To"))),
            "facts": list(facts),
            "subject": said(subject),
            "columns": self._columns(),
            "rows": [self._row(place, line) for place, line in enumerate(self.lines, start=1)],
            "sums": [*self._sums(), *more],
            "words": [
                said(amount_in_words(self.paper.total, self.currency, each)) for each in self.languages
            ],
            "notes": [said(note) for note in notes],
            "terms-label": label(_("Terms")),
            "terms": [said(each) for each in self.paper.terms.splitlines() if each.strip()],
            "signature": signature,
            "qr": qr,
            "footer": self._footer(),
        }

    # ---- who -------------------------------------------------------------------------------------
    def _seller(self) -> Data:
        head = self.letterhead
        if head is None:
            return {"name": said(self.workspace.name), "other": said(""), "facts": [], "lines": []}
        numbers = (
            (label(_("VAT number")), head.vat_number),
            (label(_("Commercial register")), head.cr_number),
        )
        contact = " · ".join(
            filter(None, (format_phone(head.phone, "") if head.phone else "", head.email, head.website))
        )
        places = self._spoken(head.address, head.address_en)
        return {
            **self._named(head.name, head.name_en),
            "facts": [fact(name, value) for name, value in numbers if value],
            "lines": [said(each) for each in (*places, contact) if each],
        }

    def _buyer(self, title: Said) -> Data:
        party: Party | None = self.paper.party if self.paper.party_id else None
        if party is None:
            return {"label": title, "name": said("—"), "lines": [], "facts": []}
        contact = (
            self.paper.contact.name if self.paper.contact_id and self.paper.contact_id != party.id else ""
        )
        place = "، ".join(filter(None, (party.street, party.district, party.city, party.country)))
        numbers = (
            (label(_("VAT number")), party.vat_number),
            (label(_("Commercial register")), party.cr_number),
        )
        name = (
            party.name_latin if self.language == "en" and party.name_latin else party.legal_name or party.name
        )
        other = party.name_latin if self.language == "both" and party.name_latin != name else ""
        return {
            "label": title,
            "name": said(name),
            "lines": [said(each) for each in (other, contact, place) if each],
            "facts": [fact(called, value) for called, value in numbers if value],
        }

    def _named(self, arabic: str, english: str) -> Data:
        spoken = self._spoken(arabic, english)
        return {"name": said(spoken[0]), "other": said(spoken[1] if len(spoken) > 1 else "")}

    def _spoken(self, arabic: str, english: str) -> list[str]:
        """In the language of the paper, or both; where one is missing, the other."""
        wanted = {"ar": arabic or english, "en": english or arabic}
        return list(dict.fromkeys(wanted[each] for each in self.languages if wanted[each])) or [""]

    def _footer(self) -> list[Said]:
        head = self.letterhead
        return [said(each) for each in self._spoken(head.footer, head.footer_en) if each] if head else []

    # ---- what ------------------------------------------------------------------------------------
    def _columns(self) -> list[Data]:
        shown = [
            ("place", label(pgettext_lazy("line", "No."))),
            ("name", label(_("Description"))),
            ("quantity", label(_("Quantity"))),
            ("price", label(_("Unit price"))),
            *([("discount", label(_("Discount")))] if any(line.discount for line in self.lines) else []),
            ("rate", label(pgettext_lazy("noun", "Tax"))),
            ("net", label(_("Before tax"))),
            ("total", label(_("With tax"))),
        ]
        return [{"key": key, "label": called} for key, called in shown]

    def _row(self, place: int, line: PricedLine) -> Data:
        named = self._named(line.name, line.name_en)
        return {
            "place": str(place),
            "name": named["name"],
            "other": named["other"],
            "details": [said(each) for each in line.details.splitlines() if each.strip()],
            "quantity": figure(line.quantity),
            "unit": said(self._spoken(line.unit, line.unit_en)[0]),
            "unit-other": said("".join(self._spoken(line.unit, line.unit_en)[1:])),
            "price": self.money(line.price or 0),
            "discount": f"{figure(line.discount)}%" if line.discount else "",
            "rate": f"{figure(line.tax_rate)}%",
            "net": self.money(line.net),
            "total": self.money(line.total),
        }

    def _sums(self) -> list[Data]:
        paper = self.paper
        whole = off_the_whole(paper)
        off = ((_("Discount"), paper.discount - whole), (_("Discount on the whole"), whole))
        sums = [
            *({**fact(label(called), self.money(minor)), "strong": False} for called, minor in off if minor),
            {**fact(label(_("Total before tax")), self.money(paper.net)), "strong": False},
            *({**fact(called, self.money(tax)), "strong": False} for called, tax in self._taxes()),
        ]
        total = f"{symbol_in(self.language, self.currency)} {self.money(paper.total)}"
        return [*sums, {**fact(label(_("Total with tax")), total), "strong": True}]

    def _taxes(self) -> list[tuple[Said, int]]:
        """The tax of each rate by itself."""
        by_rate: dict[str, int] = {}
        for line in self.lines:
            by_rate[figure(line.tax_rate)] = by_rate.get(figure(line.tax_rate), 0) + line.tax
        word = label(pgettext_lazy("noun", "Tax"))
        return [
            ({language: f"{text} {rate}%" for language, text in word.items()}, tax)
            for rate, tax in sorted(by_rate.items())
        ]

    def reasons(self) -> list[str]:
        """Why no tax is due on some lines, as the law wants it said."""
        kinds = {line.tax_kind for line in self.lines if line.tax_kind_id and not line.tax_rate}
        found = [text for kind in kinds for text in self._spoken(kind.reason, kind.reason_en)]
        return list(dict.fromkeys(filter(None, found)))

    def bank(self) -> list[str]:
        return self.letterhead.bank.splitlines() if self.letterhead else []

    def money(self, minor: int) -> str:
        amount = from_minor(minor, self.currency)
        return format_number(amount, digits="latn", decimals=self.currency.decimals)

    def day(self, day: date) -> str:
        """In Arabic by both calendars where the company counts by both."""
        language = "en" if self.language == "en" else "ar"
        calendar = "gregorian" if language == "en" else self.workspace.calendar
        return format_date(day, language=language, calendar=calendar, country=self.workspace.country)


def logo_of(workspace: Workspace) -> str:
    """Its place below the folder that the typesetter may read."""
    name = workspace.logo
    return f"/{name}" if name and (Path(settings.MEDIA_ROOT) / name).is_file() else ""


def figure(value: Decimal) -> str:
    return format_number(value.normalize())


def letterhead_for(unit_id: UUID | None) -> Letterhead | None:
    """That of the branch, of the nearest one above it, else that for all."""
    heads = {head.org_unit_id: head for head in Letterhead.objects.filter(deleted_at=None).order_by("-id")}
    nearest = [unit.id for unit in reversed(units_up_to(unit_id))] if set(heads) - {None} else []
    return next((heads[unit] for unit in (*nearest, None) if unit in heads), None)


def file_name(*parts: str) -> str:
    """For a header of HTTP (RFC 5987): what a computer's folders do not like becomes a hyphen."""
    plain = "-".join(
        "".join("-" if letter in '/\\:*?"<>|' else letter for letter in part) for part in parts if part
    )
    return quoted(f"{plain[:120]}.pdf")
