"""What a workspace added to the declarations: fields of its nouns, and nouns of its own.

Both are read once for each shape of the workspace (`shape_version`, which every change of them raises).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomField, DiaryDate, RecordType
from sila.platform.entities.kinds import KINDS, Choice, Field, Text
from sila.platform.entities.models import CustomRecord
from sila.platform.entities.registry import Changes, Entity, registry
from sila.platform.kit.folding import fold
from sila.platform.kit.formula import Problem, divides, parse
from sila.platform.tenancy.current import current, current_or_none

SHAPES = 200  # of workspaces, kept in memory


@dataclass
class Shape:
    nouns: dict[str, Entity] = field(default_factory=dict)
    fields: dict[str, dict[str, Field]] = field(default_factory=dict)
    together: dict[str, tuple[Entity, dict[str, Field]]] = field(default_factory=dict)
    computed: list[CustomField] = field(default_factory=list)
    diary: dict[str, set[str]] = field(default_factory=dict)  # noun -> its own dates that stand in calendars
    plan: Any = None  # how the computed ones are worked out (computed/plan.py), once somebody asks
    quality: Any = None  # what records are graded by (quality/plan.py), likewise


_shapes: dict[
    tuple[int, int], Shape
] = {}  # of a workspace's number and version: asked dozens of times a record


def nouns() -> dict[str, Entity]:
    """The record types of the current workspace, in the order of its menu; none outside of a workspace."""
    return shape().nouns if current_or_none() else {}


def fields_of(slug: str) -> dict[str, Field]:
    """The fields that the current workspace added to the noun."""
    return shape().fields.get(slug, {})


def all_fields(entity: Entity) -> dict[str, Field]:
    """Those of its model as well."""
    kept = shape().together
    if entity.slug not in kept or kept[entity.slug][0] is not entity:
        own = fields_of(entity.slug)
        kept[entity.slug] = entity, {**_told_apart(_in_diaries(entity), own), **own}
    return kept[entity.slug][1]


def _in_diaries(entity: Entity) -> dict[str, Field]:
    marked = shape().diary.get(entity.slug, ())
    return {
        name: replace(f, in_diary=True) if name in marked else f for name, f in entity.model_fields.items()
    }


def _told_apart(fields: Mapping[str, Field], own: Mapping[str, Field]) -> dict[str, Field]:
    """The owner of a flat is the workspace's own field; the colleague who looks after it is then “Owner (Member)”."""
    shared: dict[str, set[str]] = {}
    for language in ("ar", "en"):
        with override(language):
            taken = {str(f.label) for f in own.values()}
            for name, f in fields.items():
                if str(f.label) in taken:
                    shared.setdefault(name, set()).add(language)
    return {
        name: replace(f, label=_longer(f, shared[name])) if name in shared else f
        for name, f in fields.items()
    }


def _longer(f: Field, languages: set[str]) -> Text:
    class Label:
        def __str__(self) -> str:
            if get_language() not in languages:
                return str(f.label)
            what = registry[f.to].name if f.to in registry else gettext("built in")
            return f"{f.label} ({what})"

    return lazystr(Label())


def shape() -> Shape:
    """All that the current workspace added."""
    workspace = current()
    key = (workspace.id.int, workspace.shape_version)
    found = _shapes.get(key)
    if found is None:
        if len(_shapes) > SHAPES:
            _shapes.clear()
        found = _shapes[key] = _read()
    return found


def _read() -> Shape:
    shape = Shape()
    for noun in RecordType.objects.filter(deleted_at=None).order_by("order", "id"):
        shape.nouns[noun.slug] = entity_of(noun)
    known = {entity.slug: entity for entity in registry.declared} | shape.nouns
    for row in CustomField.objects.filter(deleted_at=None).order_by("order", "id"):
        if row.kind != CustomField.Kind.LINK or row.to in known:  # where a hidden noun was, nothing leads
            shape.fields.setdefault(row.entity, {})[row.key] = field_of(row, known.get(row.to))
            shape.computed += [row] if row.computed else []
    for date in DiaryDate.objects.all():
        shape.diary.setdefault(date.entity, set()).add(date.field)
    return shape


# ---- nouns ------------------------------------------------------------------------------------------
def entity_of(noun: RecordType) -> Entity:
    """The declaration that a noun of the code would have. Its fields are the workspace's own."""
    name = bilingual(noun.label, noun.label_en)
    return Entity(
        model=CustomRecord,
        slug=noun.slug,
        icon=noun.icon,
        label=name,
        label_plural=bilingual(noun.plural, noun.plural_en),
        menu=_("Own records"),
        where={"type": noun.slug},
        columns=("name",),
        sections={name: ("name",)},
        own_section=name,
        search=("name",),
        quick=("name",),
        keys=("name",),
        told_apart=("owner",),
        sort="name",
        rules=(derive,),
        together=True,
    )


def derive(record: CustomRecord, changes: Changes, by: Actor) -> None:
    record.name_fold = fold(record.name)[:200]


# ---- fields -----------------------------------------------------------------------------------------
def field_of(row: CustomField, target: Entity | None) -> Field:
    """`target` is where a link leads."""
    return Field(
        name=row.key,
        kind=KINDS[row.shown],
        label=bilingual(row.label, row.label_en),
        required=row.required,
        read_only=row.computed,
        help=row.help,
        unique=row.unique,
        default=row.default,
        group=bilingual(row.group, row.group_en) if row.group else "",
        custom=True,
        choices=tuple(choice_of(choice) for choice in row.choices),
        to=target.slug if target else ("members" if row.kind == "member" else ""),
        title_columns=target.title if target else ("name", "name_en"),
        max_length=1000 if row.shown == "text" else None,
        in_list=row.in_list,
        in_quick=row.in_quick,
        in_diary=row.in_diary,
        total=row.total or _usual_total(row),
        extra={"computed": row.kind, "negative": True} if row.computed else {},
    )


def _usual_total(row: CustomField) -> str:
    """Averages and ratios are no sums, and nothing is said of smallest and largest ones."""
    if row.kind == CustomField.Kind.ROLLUP:
        return {"avg": "avg", "min": "none", "max": "none"}.get(str(row.rule.get("how")), "sum")
    if row.kind == CustomField.Kind.FORMULA and row.shown in ("number", "money"):
        try:
            return "avg" if divides(parse(str(row.rule.get("formula", "")))) else "sum"
        except Problem:
            return "sum"
    return "sum"


def choice_of(stored: Mapping[str, Any]) -> Choice:
    label = bilingual(stored["label"], stored.get("label_en", ""))
    return Choice(stored["value"], label, str(stored.get("color", "")))


def bilingual(arabic: str, english: str) -> Text:
    """A name that follows the reader's language; in Arabic where there is no other."""

    class Name:
        def __str__(self) -> str:
            return (english if get_language() == "en" else "") or arabic

    return lazystr(Name())
