"""Adding and changing formulas and roll-ups, and trying a formula before it is kept."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.customfields.actions import add_field, change_field, hide_field, show_field
from sila.platform.customfields.models import CustomField
from sila.platform.entities import own
from sila.platform.entities.computed import work
from sila.platform.entities.computed.names import Finder, fields_of
from sila.platform.entities.computed.plan import (
    HOW,
    Circular,
    Computed,
    current_plan,
    inputs,
    leads_to,
    refuse_circles,
    rollup_of,
    spans_of,
    understood,
    users_of,
)
from sila.platform.entities.computed.values import Sight, worked_out
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Field
from sila.platform.entities.leading import hung_on
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.formula import LONGEST, Problem, Type, Unknown, check, keep, parse, restate
from sila.platform.kit.text import listed
from sila.platform.tenancy.current import current

Rule = dict[str, Any]
SHOWN = {Type.NUMBER: "number", Type.TEXT: "text", Type.DATE: "date", Type.BOOL: "bool"}
MEASURED = {"count": (), "sum": ("number", "money"), "avg": ("number", "money")}
SIZED = ("number", "money", "date", "datetime")  # what has a smallest and a largest


# ---- formulas --------------------------------------------------------------------------------------
def formula_rule(noun: Entity, text: str, *, money: bool = False) -> Rule:
    """What is kept of a formula. Raises Problem."""
    formula = check(parse(text), Finder(noun))
    shown = "money" if money and formula.type == Type.NUMBER else SHOWN[formula.type]
    kept = keep(text, formula.kept)
    if len(kept) > 2 * LONGEST:
        raise Problem(_("At most %(count)s characters.") % {"count": LONGEST}, 0, len(text))
    return {"formula": kept, "shown": shown}


def shown_formula(row: CustomField) -> str:
    """As its reader writes it, with the names of today; as it is kept where one of them is gone."""
    text = str(row.rule.get("formula", ""))
    try:
        formula = check(parse(text), Finder(registry[row.entity]))
    except Problem:
        return text
    return restate(text, formula.shown, (translation.get_language() or "")[:2])


def checked(row: CustomField) -> Computed:
    """The field as it would be. Raises Invalid."""
    computed = understood(row)
    if computed.problem:
        raise Invalid({"": computed.problem})
    try:
        refuse_circles(computed)
    except Circular as error:
        raise Invalid({"": str(error)}) from error
    return computed


@dataclass(frozen=True)
class Tried:
    """What a formula gives for one record."""

    rule: Rule
    field: Field
    type: Type
    value: Any = None


def tried(
    noun: Entity, text: str, record: Any, *, money: bool = False, row: CustomField | None = None
) -> Tried:
    """Raises Problem, Invalid."""
    rule = formula_rule(noun, text, money=money)
    as_it_will_be = CustomField(
        entity=noun.slug, key=row.key if row else "", kind="formula", label=str(row or ""), rule=rule
    )
    computed = checked(as_it_will_be)
    assert computed.formula is not None
    value = worked_out(computed, record, Sight()) if record is not None else None
    return Tried(rule, computed.field, computed.formula.type, value)


# ---- roll-ups --------------------------------------------------------------------------------------
def relations(noun: Entity) -> list[tuple[Entity, Field]]:
    """Every link of another noun, or of this one, that leads here, and what hangs on records without a link."""
    linked = [(other, f) for other in registry for f in fields_of(other).values() if leads_to(f, noun)]
    return [*linked, *hung_on(noun)]


def measurable(noun: Entity, how: str) -> list[Field]:
    """The fields that can be put together so."""
    kinds = MEASURED.get(how, SIZED)
    found = [f for f in (*fields_of(noun).values(), *spans_of(noun).values()) if f.kind.name in kinds]
    return [
        f for f in found if not (f.custom and f.kind.name == "datetime")
    ]  # kept with offsets: no order in SQL


def rollup_rule(
    noun: Entity, *, of: str, link: str, how: str, field: str = "", conditions: tuple[str, ...] = ()
) -> Rule:
    """What is kept of a roll-up. Raises Invalid."""
    if how not in HOW:
        raise Invalid({"how": _("This field is required.")})
    if not any(other.slug == of and f.name == link for other, f in relations(noun)):
        raise Invalid({"relation": _("This field is required.")})
    measured = {f.name: f for f in measurable(registry[of], how)}.get(field)
    if how != "count" and measured is None:
        raise Invalid({"field": _("This field is required.")})
    shown = "number" if measured is None else measured.kind.name
    rule: Rule = {
        "noun": of,
        "link": link,
        "how": how,
        "field": field if how != "count" else "",
        "conditions": list(conditions),
        "shown": "date" if shown == "datetime" else shown,
    }
    try:
        rollup_of(noun, rule)
    except Unknown as error:
        raise Invalid({"": str(error)}) from error
    return rule


# ---- both ------------------------------------------------------------------------------------------
def add_computed(noun: Entity, label: str, *, kind: str, rule: Rule, by: Actor, **more: Any) -> CustomField:
    """A new formula or roll-up; its values are worked out now, or in the background if there are many records.
    Raises Invalid."""
    checked(CustomField(entity=noun.slug, key="", kind=kind, label=label, rule=rule))
    with transaction.atomic():
        row = add_field(noun.slug, label, kind=kind, by=by, rule=rule, **more)
        _reread()
        work.begin(row, by=by)
    return row


def change_computed(row: CustomField, *, by: Actor, rule: Rule, **values: Any) -> CustomField:
    """Its values keep their kind: what stands in lists and files is of it. Raises Invalid."""
    if rule["shown"] != row.rule.get("shown"):
        was = own.field_of(row, None).kind
        raise Invalid(
            {"": _("The values of this field were of the kind “%(kind)s”; for others make a new field.")
             % {"kind": CustomField.Kind(was.name).label}}
        )  # fmt: skip
    checked(CustomField(entity=row.entity, key=row.key, kind=row.kind, label=row.label, rule=rule))
    with transaction.atomic():
        differs = rule != row.rule
        change_field(row, by=by, rule=rule, **values)
        _reread()
        if differs:
            work.begin(row, by=by)
    return row


def hide(row: CustomField, *, by: Actor) -> None:
    """Take the field off every page, unless others are worked out from it. Raises Invalid."""
    refuse_if_used(row)
    rules = rules_reading(row)
    with transaction.atomic():
        hide_field(row, by=by)
        _reread()
        for rule in rules:  # it cannot be asked any more: what broke it does so no longer
            work.begin(rule, by=by, why=f"shape {current().shape_version}")


def show(row: CustomField, *, by: Actor) -> None:
    """A field that was hidden comes back: its values were not kept right meanwhile."""
    with transaction.atomic():
        show_field(row, by=by)
        _reread()
        if row.computed and row.entity in registry:
            work.begin(row, by=by)
        for rule in rules_reading(row):
            work.begin(rule, by=by, why=f"shape {current().shape_version}")


def catch_up_with(slug: str, *, by: Actor) -> None:
    """A noun that was hidden comes back: what is worked out of it, or from it, was not kept right meanwhile."""
    _reread()
    for computed in current_plan().computed:
        if computed.noun.slug == slug or slug in {noun for noun, _name in inputs(computed)}:
            work.begin(computed.row, by=by)


def refuse_if_used(row: CustomField) -> None:
    """A field that formulas read is not hidden under their feet. Raises Invalid."""
    users = [each for each in users_of(row.entity, row.key) if each.row.id != row.id and not each.breach]
    if users:
        names = listed(f"“{each.row}”" for each in users[:5])
        raise Invalid({"": _("Other fields are worked out from it: %(names)s.") % {"names": names}})


def rules_reading(row: CustomField) -> list[CustomField]:
    return [each.row for each in users_of(row.entity, row.key) if each.breach]


def _reread() -> None:
    """The fields that this process has read are those of before."""
    current().refresh_from_db(fields=["shape_version"])
