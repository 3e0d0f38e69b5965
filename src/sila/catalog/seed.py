"""What a workspace starts with: the taxes of its country, and units of measure."""

from decimal import Decimal

from sila.catalog.models import Measure, Tax

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


MEASURES = (  # Arabic, English, code of UN/ECE recommendation 20, base, how many of that
    ("حبة", "Piece", "PCE", "", "1"),
    ("وحدة", "Unit", "C62", "حبة", "1"),
    ("زوج", "Pair", "PR", "حبة", "2"),
    ("دزينة", "Dozen", "DZN", "حبة", "12"),
    ("صندوق 12 حبة", "Box of 12", "BX", "حبة", "12"),
    ("كيلوغرام", "Kilogram", "KGM", "", "1"),
    ("غرام", "Gram", "GRM", "كيلوغرام", "0.001"),
    ("طن", "Tonne", "TNE", "كيلوغرام", "1000"),
    ("متر", "Metre", "MTR", "", "1"),
    ("سنتيمتر", "Centimetre", "CMT", "متر", "0.01"),
    ("كيلومتر", "Kilometre", "KMT", "متر", "1000"),
    ("متر مربع", "Square metre", "MTK", "", "1"),
    ("لتر", "Litre", "LTR", "", "1"),
    ("متر مكعب", "Cubic metre", "MTQ", "لتر", "1000"),
    ("ساعة", "Hour", "HUR", "", "1"),
    ("يوم عمل", "Working day", "DAY", "ساعة", "8"),
    ("شهر", "Month", "MON", "", "1"),
    ("ربع سنة", "Quarter", "QAN", "شهر", "3"),
    ("سنة", "Year", "ANN", "شهر", "12"),
)


def standard_measures() -> None:
    """Call it inside the workspace's scope."""
    made: dict[str, Measure] = {}
    for name, name_en, code, base, factor in MEASURES:
        begun = {"base_id": made[base].id} if base else {}
        made[name] = Measure(name=name, name_en=name_en, code=code, factor=Decimal(factor), **begun)
    Measure.objects.bulk_create(made.values())
