"""The taxes that a workspace starts with: those of its country."""

from decimal import Decimal

from sila.catalog.models import Tax

VAT = {  # standard rates in percent, as the authorities of the countries publish them (2026)
    "SA": "15",
    "AE": "5",
    "BH": "10",
    "OM": "5",
    "EG": "14",
    "JO": "16",
    "MA": "20",
    "TN": "19",
    "DZ": "19",
    "LB": "11",
    "SD": "17",
    "DE": "19",
    "AT": "20",
    "FR": "20",
    "GB": "20",
    "TR": "20",
}
_NONE = (
    ("zero", "صفرية", "Zero-rated", "", ""),
    ("exempt", "معفاة", "Exempt", "توريد معفى من الضريبة", "Exempt supply"),
    ("outside", "خارج النطاق", "Out of scope", "خارج نطاق الضريبة", "Outside the scope of the tax"),
)


def standard_taxes(country: str) -> None:
    """Call it inside the workspace's scope."""
    rate = VAT.get(country)
    taxes = [
        Tax(name=name, name_en=name_en, rate=0, treatment=treatment, reason=reason, reason_en=reason_en)
        for treatment, name, name_en, reason, reason_en in _NONE
    ]
    if rate:
        taxes.append(
            Tax(name=f"ضريبة القيمة المضافة {rate}%", name_en=f"VAT {rate}%", rate=Decimal(rate), usual=True)
        )
    else:
        taxes[-1].usual = True
    Tax.objects.bulk_create(taxes)
