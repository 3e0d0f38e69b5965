"""The parts of a roll-up's form: which records, how they are put together, and on which conditions."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from sila.platform.customfields.models import CustomField
from sila.platform.entities import through
from sila.platform.entities.computed import verbs
from sila.platform.entities.computed.plan import conditional
from sila.platform.entities.kinds import Context, operator_label
from sila.platform.entities.listing import Condition
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.filters import value_field

MOST = 3  # conditions


def how_labels() -> dict[str, str]:
    return {
        "count": _("How many there are"),
        "sum": _("Sum"),
        "avg": _("Average"),
        "min": _("Smallest or earliest"),
        "max": _("Largest or latest"),
    }


def as_given(row: CustomField | None) -> QueryDict:
    """What the form would have sent for the roll-up as it is."""
    given = QueryDict(mutable=True)
    if row is None:
        return given
    rule = row.rule
    given["relation"] = f"{rule.get('noun')}|{rule.get('link')}"
    given["how"], given["field"] = rule.get("how", ""), rule.get("field", "")
    for number, text in enumerate(rule.get("conditions", [])):
        condition = Condition.read(text)
        given[f"c{number}-field"], given[f"c{number}-operator"] = condition.field, condition.operator
        given.setlist(f"c{number}-value", list(condition.values))
    return given


def rule(noun: Entity, given: QueryDict) -> dict[str, Any]:
    """Raises Invalid."""
    of, _bar, link = given.get("relation", "").partition("|")
    return verbs.rollup_rule(
        noun,
        of=of,
        link=link,
        how=given.get("how") or "count",
        field=given.get("field", ""),
        conditions=tuple(str(each) for each in conditions(given)),
    )


def conditions(given: QueryDict) -> list[Condition]:
    found = []
    for number in range(MOST):
        name, operator = given.get(f"c{number}-field", ""), given.get(f"c{number}-operator", "")
        values = [value.replace("|", "") for value in given.getlist(f"c{number}-value") if value.strip()]
        if operator == "between" and len(values) == 1:
            values = [part.strip() for part in values[0].replace("—", "–").split("–")]
        bare = operator in ("empty", "filled", "yes", "no")
        if name and operator and (values or bare):
            found.append(Condition(name, operator, () if bare else tuple(values)))
    return found


def parts(noun: Entity, given: QueryDict, context: Context) -> dict[str, Any]:
    """The controls that depend on each other, filled in."""
    relation, how = given.get("relation", ""), given.get("how") or "count"
    other = registry.get(relation.partition("|")[0])
    shown: dict[str, Any] = {
        "relations": [
            (f"{each.slug}|{f.name}", f"{each.plural} · {f.label}", relation == f"{each.slug}|{f.name}")
            for each, f in verbs.relations(noun)
        ],
        "hows": [(key, label, key == how) for key, label in how_labels().items()],
    }
    if other is None:
        return shown
    measured = verbs.measurable(other, how) if how != "count" else []
    chosen = given.get("field", "")
    return shown | {
        "other": other.plural,
        "measured": [(f.name, f.label, f.name == chosen) for f in measured],
        "wants_field": how != "count",
        "conditions": [_condition(other, number, given, context) for number in range(_lines(given))],
    }


def _lines(given: QueryDict) -> int:
    """Those that are filled in and an empty one."""
    return min(sum(bool(given.get(f"c{number}-field")) for number in range(MOST)) + 1, MOST)


def _condition(other: Entity, number: int, given: QueryDict, context: Context) -> dict[str, Any]:
    name, fields = given.get(f"c{number}-field", ""), conditional(other)
    f = fields.get(name) or through.field_for(other.fields, name, context.actor)
    if f is not None:
        fields[name] = f
    line: dict[str, Any] = {
        "name": f"c{number}",
        "fields": [(each.name, each.label, each is f) for each in fields.values()],
    }
    if f is None:
        return line
    wanted = given.get(f"c{number}-operator", "")
    operator = wanted if wanted in f.kind.operators else f.kind.operators[0]
    values = tuple(value for value in given.getlist(f"c{number}-value") if value)
    control = value_field(f, operator, Condition(f.name, operator, values), context)
    if control:
        control |= {"name": f"c{number}-value", "id": f"c{number}-value", "wide": False}
    return line | {
        "operators": [(code, operator_label(f, code), code == operator) for code in f.kind.operators],
        "value": control,
    }
