"""A step of a statement in words: what happened, and how it comes to its amount. Steps are told from their facts as JSON, so
what is live and what was approved read alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.periods import Period
from sila.platform.kit.money import CURRENCIES, format_money
from sila.platform.kit.numbers import format_number

Facts = Mapping[str, Any]


def _apart(text: str) -> str:
    """Of a direction of its own, so that it does not turn the sentence around it."""
    return f"\u2068{text}\u2069"


@dataclass(frozen=True)
class Telling:
    """In whose words, and of which plan: its currency, and whether margins count."""

    reader: Reader
    currency: str
    margin: bool

    def money(self, minor: int, currency: str = "") -> str:
        known = CURRENCIES[currency or self.currency]
        return format_money(minor, known, digits=self.reader.digits, language=self.reader.language)

    def number(self, value: str | Decimal) -> str:
        return format_number(Decimal(value).normalize(), digits=self.reader.digits)

    def period(self, key: str) -> str:
        return Period.read(key).label(self.reader)

    # ---- what happened -------------------------------------------------------------------------------
    def what(self, facts: Facts) -> str:
        if facts["kind"] == "correction":
            return _("Correction: %(invoice)s in %(period)s") % {
                "invoice": _apart(facts["number"]),
                "period": self.period(facts["period"]),
            }
        told = {
            "payment": _("Payment of %(amount)s on %(invoice)s"),
            "refund": _("Refund of %(amount)s on %(invoice)s"),
            "note": _("Credit note over %(amount)s on %(invoice)s"),
        }[facts["kind"]]
        return told % {
            "amount": self.money(facts["moved"], facts["currency"]),
            "invoice": _apart(facts["number"]),
        }

    def when(self, facts: Facts) -> str:
        return self.reader.day(date.fromisoformat(facts["day"])) if "day" in facts else ""

    # ---- how it comes to its amount ------------------------------------------------------------------
    def why(self, facts: Facts) -> list[str]:
        if facts["kind"] == "correction":
            return [
                _("%(approved)s was approved; as things stand now it is %(now)s.")
                % {"approved": self.money(facts["approved"]), "now": self.money(facts["now"])}
            ]
        if facts["note"] == "cost":
            return [
                _("What “%(line)s” costs is not known, so it has no margin.")
                % {"line": _apart(facts["line_name"])}
            ]
        return [self._part(facts), *self._share(facts), self._rates(facts)]

    def _part(self, facts: Facts) -> str:
        """What of the line this brought or took."""
        back = facts["earned_in"] != facts["period"] or facts["kind"] != "payment"
        if back:
            text = _("“%(line)s”: %(part)s taken back of what counted in %(period)s, as it counted then")
        elif self.margin:
            text = _("“%(line)s”: %(part)s of its margin, in the proportion in which the invoice is paid")
        else:
            text = _("“%(line)s”: %(part)s before tax, in the proportion in which the invoice is paid")
        part = self.money(facts["part"], facts["currency"])
        return text % {
            "line": _apart(facts["line_name"]),
            "part": part,
            "period": self.period(facts["earned_in"]),
        }

    def _share(self, facts: Facts) -> list[str]:
        told = []
        if facts["rate"] is not None:
            told.append(_("Exchange rate of the day: %(rate)s") % {"rate": self.number(facts["rate"])})
        if Decimal(facts["percent"]) != 100:
            told.append(_("Share of the deal: %(percent)s%%") % {"percent": self.number(facts["percent"])})
        return told

    def _rates(self, facts: Facts) -> str:
        if facts["note"] == "rate":
            text = _("There is no exchange rate for %(currency)s on this day. It counts once one is entered.")
            return text % {"currency": facts["currency"]}
        steps = [f"{self.number(rate)}% × {self.money(part)}" for rate, part in facts["steps"]]
        text = " + ".join(steps) or _("No tier of the plan reaches it.")
        return (
            _("%(steps)s, as far as the limit of the period goes") % {"steps": text}
            if facts["capped"]
            else text
        )
