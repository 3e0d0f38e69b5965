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
_NAMES = ("full name", "title", "الاسم الكامل")
SYNONYMS = {  # what other programs call our fields
    "phone": (
        "mobile phone", "mobile", "phone number", "telephone", "tel", "cell",
        "رقم الجوال", "الجوال", "الهاتف", "رقم الهاتف", "جوال",
    ),
    "email": ("email address", "mail", "e mail", "البريد", "الإيميل", "ايميل", "البريد الالكتروني"),
    "city": ("town", "billing city", "mailing city", "المدينة", "مدينة"),
    "country": ("country region", "billing country", "mailing country", "الدولة", "البلد"),
    "street": ("street address", "billing street", "mailing street", "العنوان", "الشارع"),
    "owner": (
        "sales rep", "sales agent", "agent", "assigned to", "salesperson", "account owner", "company owner", "contact owner",
        "opportunity owner", "deal owner", "record owner", "المندوب", "المسؤول", "مندوب المبيعات", "مالك السجل",
    ),
    "website": ("url", "web", "site", "website url", "company domain name", "الموقع", "الموقع الإلكتروني"),
    "about": ("description", "notes", "comments", "الوصف", "ملاحظات"),
    "description": ("notes", "comments", "الوصف", "ملاحظات"),
    "industry": ("sector", "القطاع", "النشاط"),
}  # fmt: skip
SYNONYMS_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "people": {
        "name": (
            "full name", "contact name", "contact", "person", "customer name", "customer",
            "الاسم الكامل", "اسم جهة الاتصال", "جهة الاتصال", "اسم العميل", "العميل",
        ),
        "given": ("first name", "الاسم الأول"),
        "family": ("last name", "surname", "اسم العائلة", "اللقب"),
        "job_title": ("title", "position", "role", "المنصب", "الوظيفة"),
        "organization": (
            "company", "company name", "employer", "account", "account name", "organization", "associated company",
            "الشركة", "اسم الشركة", "جهة العمل", "المنشأة",
        ),
    },
    "organizations": {
        "name": (
            *_NAMES, "company", "company name", "account", "account name", "organization", "organisation", "customer",
            "customer name", "الشركة", "اسم الشركة", "المنشأة", "اسم المنشأة", "العميل", "اسم العميل", "الجهة",
        ),
        "parent": ("parent account", "parent organization", "الشركة الأم"),
        "size": ("number of employees", "employees", "عدد الموظفين"),
    },
    "groups": {"name": (*_NAMES, "group name", "اسم المجموعة")},
    "opportunities": {
        "name": (
            "deal name", "deal title", "deal", "opportunity name", "opportunity", "title", "subject",
            "اسم الصفقة", "الصفقة", "عنوان الصفقة", "الفرصة", "اسم الفرصة",
        ),
        "party": (
            "customer", "customer name", "account", "account name", "client", "company", "company name", "organization",
            "associated company", "deal organization", "العميل", "اسم العميل", "الشركة", "اسم الشركة", "الزبون", "الجهة",
        ),
        "contact": ("contact name", "contact person", "associated contact", "deal contact person", "جهة الاتصال"),
        "amount": (
            "value", "deal value", "total", "price", "expected revenue", "revenue",
            "القيمة", "المبلغ", "الإجمالي", "القيمة المتوقعة", "الإيراد المتوقع",
        ),
        "expected_close": (
            "close date", "closing date", "expected close date", "expected closing", "deal expected close date",
            "تاريخ الإغلاق المتوقع", "الإغلاق المتوقع",
        ),
        "probability": ("probability", "win probability", "الاحتمالية", "نسبة النجاح"),
        "stage": ("deal stage", "status", "المرحلة", "الحالة"),
        "product": ("item", "المنتج", "الصنف"),
        "opened_on": ("create date", "created date", "deal created", "تاريخ الإنشاء"),
    },
    "products": {
        "name": ("product name", "product", "item", "item name", "title", "اسم المنتج", "المنتج", "الصنف", "اسم الصنف"),
        "code": ("sku", "product code", "internal reference", "item code", "الرمز", "الكود", "رمز المنتج", "رمز الصنف"),
        "price": ("unit price", "sales price", "list price", "السعر", "سعر البيع"),
    },
    "tasks": {"subject": ("title", "name", "task", "task name", "العنوان", "المهمة")},
}  # fmt: skip


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
    empty_cells: str = "keep"  # or "clear": what a record has goes where the file has nothing

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
    """The field of each column, by its name, its label in both languages, or what others call it.

    What is called as we call it comes first, wherever in the file it stands.
    """
    known, others = names_of(fields), synonyms_of(entity, fields)
    columns = list(header)
    result: dict[str, str] = dict.fromkeys(columns, "")
    for names in (known, others):
        for column in columns:
            name = names.get(column_key(column), "")
            if name and not result[column] and name not in result.values():
                result[column] = name
    return result


def synonyms_of(entity: Entity, fields: dict[str, Field]) -> dict[str, str]:
    """What other programs call the fields of this noun, folded -> field. Its own words win over the general ones."""
    found: dict[str, str] = {}
    for table in (SYNONYMS_OF.get(entity.slug, {}), SYNONYMS):
        for name, words in table.items():
            if name in fields and not fields[name].read_only:
                for word in words:
                    found.setdefault(column_key(word), name)
    return found


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
        columns = [column for column in header if column != mapping.external_id]
        mapping.columns = guess(entity, fields, columns)
        _join_names(mapping, fields)
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
    if mapping.empty_cells not in ("keep", "clear"):
        errors["empty_cells"] = _("Empty cells are “keep” or “clear”.")
    if mapping.dates not in ("", "dmy", "mdy", "ymd") or mapping.bad_cells not in ("refuse", "skip"):
        errors["map"] = _("The order of dates is dmy, mdy or ymd; bad cells are “refuse” or “skip”.")
    if not errors and not any([*mapping.columns.values(), *mapping.templates]):
        errors["map"] = _("None of the columns is known: %(names)s") % {"names": ", ".join(header[:12])}
    errors |= _without_what_is_needed(mapping, entity, fields) if not errors else {}
    if errors:
        raise Invalid(errors)
    return mapping


def _join_names(mapping: Mapping, fields: dict[str, Field]) -> None:
    """A file that has first and last names apart has no column for the whole name."""
    column_of = {name: column for column, name in mapping.columns.items() if name}
    if (
        "name" in fields
        and "name" not in column_of
        and "given" in column_of
        and "name" not in mapping.templates
    ):
        parts = [
            column_of[name] for name in ("given", "father", "grandfather", "family") if name in column_of
        ]
        mapping.templates["name"] = " ".join("{" + part + "}" for part in parts)


def _without_what_is_needed(mapping: Mapping, entity: Entity, fields: dict[str, Field]) -> dict[str, str]:
    """Stop before the beginning if no row could have a title, rather than refuse them all."""
    title = entity.title[0]
    given = {*mapping.columns.values(), *mapping.constants, *mapping.templates}
    if title in given or title not in fields or not fields[title].required:
        return {}
    return {
        "map": _("No column holds “%(field)s”, and a record cannot be without it.")
        % {"field": fields[title].label}
    }


def _meant(name: str, fields: dict[str, Field], known: dict[str, str]) -> str:
    """A map may name a field by its label, as the workspace calls it."""
    return name if name in fields else known.get(column_key(name), name)


def guess_date_order(samples: Iterable[str]) -> str:
    """Day or month first, from dates in which only one reading is possible; day first if none says."""
    year_first = False
    for text in samples:
        parts = re.findall(r"\d+", fold(text))
        if len(parts) >= 3 and len(parts[0]) == 4:
            year_first = True  # read alike in every order
            continue
        if len(parts) >= 3 and int(parts[0][:4]) > 12:
            return "dmy"
        if len(parts) >= 3 and int(parts[1][:4]) > 12:
            return "mdy"
        if len(parts) >= 3:
            year_first = False
    return "ymd" if year_first else "dmy"


def fill(template: str, cells: dict[str, str]) -> str:
    """`{column}` and `{column|slug}` replaced by the row's cells."""

    def one(match: re.Match[str]) -> str:
        value = cells.get(match[1], "")
        return re.sub(r"[^a-z0-9]+", ".", fold(value)).strip(".") if match[2] else value

    return TEMPLATE.sub(one, template)
