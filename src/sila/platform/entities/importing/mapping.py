"""Which column is which field: read from a map file, or guessed from the header in both languages."""

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Field
from sila.platform.entities.registry import Entity
from sila.platform.kit.folding import fold

TEMPLATE = re.compile(r"\{([^{}|]+)(\|slug)?\}")
SYNONYMS = {  # what other programs call our fields, folded
    "name": (
        "full name",
        "customer",
        "customer name",
        "company",
        "company name",
        "account",
        "title",
        "deal name",
        "الاسم الكامل",
        "اسم العميل",
        "العميل",
        "اسم الشركة",
        "الشركة",
        "المنشأة",
        "اسم المنشأة",
    ),
    "phone": (
        "mobile",
        "phone number",
        "telephone",
        "tel",
        "cell",
        "رقم الجوال",
        "الجوال",
        "الهاتف",
        "رقم الهاتف",
        "جوال",
    ),
    "email": ("email address", "mail", "e mail", "البريد", "الإيميل", "ايميل", "البريد الالكتروني"),
    "city": ("town", "المدينة", "مدينة"),
    "country": ("الدولة", "البلد"),
    "amount": ("value", "deal value", "total", "price", "القيمة", "المبلغ", "الإجمالي"),
    "owner": ("sales rep", "sales agent", "agent", "assigned to", "المندوب", "المسؤول", "مندوب المبيعات"),
    "party": ("customer", "account", "client", "company", "العميل", "الشركة", "الزبون"),
    "website": ("url", "web", "site", "الموقع", "الموقع الإلكتروني"),
    "code": ("sku", "product code", "الرمز", "الكود"),
    "price": ("unit price", "sales price", "السعر"),
    "organization": ("company", "employer", "الشركة", "جهة العمل"),
    "product": ("item", "المنتج", "الصنف"),
    "stage": ("deal stage", "status", "المرحلة", "الحالة"),
}


@dataclass
class Mapping:
    """How a file becomes records. `columns`: header -> field name ("" leaves the column out)."""

    columns: dict[str, str] = field(default_factory=dict)
    external_id: str = ""
    source: str = "file"
    dates: str = ""  # dmy, mdy, ymd; "": guessed from the cells
    calendar: str = "gregorian"
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    distinct: bool = False  # rows that repeat a key are one record
    bad_cells: str = "refuse"  # or "skip": take the row without the cell, and report it

    @classmethod
    def load(cls, path: Path) -> "Mapping":
        """From a TOML or JSON file. Raises Invalid with what is wrong in it."""
        try:
            text = path.read_text(encoding="utf-8-sig")
            data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
            return cls(**data)
        except OSError as error:
            raise Invalid(
                {"map": _("The map file cannot be read: %(name)s") % {"name": path.name}}
            ) from error
        except (ValueError, TypeError) as error:
            raise Invalid({"map": _("The map file is wrong: %(why)s") % {"why": error}}) from error

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def guess(entity: Entity, fields: dict[str, Field], header: Iterable[str]) -> dict[str, str]:
    """The field of each column, by its name, its label in both languages, or what others call it."""
    known = names_of(fields)
    taken: set[str] = set()
    result: dict[str, str] = {}
    for column in header:
        name = known.get(column_key(column), "")
        if not name:
            key = column_key(column)
            name = next(
                (
                    f
                    for f, words in SYNONYMS.items()
                    if f in fields and key in map(column_key, words) and f not in taken
                ),
                "",
            )
        result[column] = name if name and name not in taken else ""
        taken.add(name)
    return result


def names_of(fields: dict[str, Field]) -> dict[str, str]:
    """Folded name or label (in both languages) -> field, of the fields that may be written."""
    known: dict[str, str] = {}
    for language in ("ar", "en"):
        with override(language):
            for name, f in fields.items():
                if not f.read_only:
                    known.setdefault(column_key(str(f.label)), name)
    return {**known, **{column_key(name): name for name, f in fields.items() if not f.read_only}}


def column_key(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", fold(text).replace("_", " ")).split())


def complete(mapping: Mapping, entity: Entity, fields: dict[str, Field], header: list[str]) -> Mapping:
    """The mapping with guesses for an empty one, checked. Raises Invalid for what cannot be meant."""
    if not mapping.columns:
        mapping.columns = guess(
            entity, fields, [column for column in header if column != mapping.external_id]
        )
    known, errors = names_of(fields), {}
    mapping.columns = {column: _meant(name, fields, known) for column, name in mapping.columns.items()}
    for column, name in mapping.columns.items():
        if column not in header:
            errors[column] = _("The file has no column “%(name)s”.") % {"name": column}
        elif name and (name not in fields or fields[name].read_only):
            errors[column] = _("There is no field “%(name)s” to write.") % {"name": name}
    for name in (*mapping.constants, *mapping.templates):
        if name not in fields or fields[name].read_only:
            errors[name] = _("There is no field “%(name)s” to write.") % {"name": name}
    if mapping.external_id and mapping.external_id not in header:
        errors["external_id"] = _("The file has no column “%(name)s”.") % {"name": mapping.external_id}
    if mapping.dates not in ("", "dmy", "mdy", "ymd") or mapping.bad_cells not in ("refuse", "skip"):
        errors["map"] = _("The order of dates is dmy, mdy or ymd; bad cells are “refuse” or “skip”.")
    if not errors and not any([*mapping.columns.values(), *mapping.templates]):
        errors["map"] = _("None of the columns is known: %(names)s") % {"names": ", ".join(header[:12])}
    if errors:
        raise Invalid(errors)
    return mapping


def _meant(name: str, fields: dict[str, Field], known: dict[str, str]) -> str:
    """A map may name a field by its label, as the workspace calls it."""
    return name if name in fields else known.get(column_key(name), name)


def guess_date_order(samples: Iterable[str]) -> str:
    """Day or month first, from dates in which only one reading is possible; day first if none says."""
    for text in samples:
        parts = re.findall(r"\d+", fold(text))
        if len(parts) >= 3 and len(parts[0]) == 4:
            return "ymd"
        if len(parts) >= 3 and int(parts[0][:4]) > 12:
            return "dmy"
        if len(parts) >= 3 and int(parts[1][:4]) > 12:
            return "mdy"
    return "dmy"


def fill(template: str, cells: dict[str, str]) -> str:
    """`{column}` and `{column|slug}` replaced by the row's cells."""

    def one(match: re.Match[str]) -> str:
        value = cells.get(match[1], "")
        return re.sub(r"[^a-z0-9]+", ".", fold(value)).strip(".") if match[2] else value

    return TEMPLATE.sub(one, template)
