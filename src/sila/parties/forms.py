"""The small forms beside a party: what each asks for, and the verb that it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from sila.parties import actions
from sila.parties.models import ContactPoint, ImportantDate, PartyFact, PartyRole
from sila.parties.vocabulary import directed_choices
from sila.platform.entities.kinds import KINDS, Choice, Field, Text
from sila.platform.entities.registry import as_choices

ADDRESS_PARTS: dict[str, Text] = {
    "short_address": _("Short address"),
    "building_number": _("Building number"),
    "street": _("Street"),
    "district": _("District"),
    "city": _("City"),
    "postal_code": _("Postal code"),
    "additional_number": _("Additional number"),
    "unit": _("Unit number"),
    "country": _("Country"),
}


@dataclass(frozen=True)
class Form:
    title: Text
    fields: Callable[[], tuple[Field, ...]]
    run: Callable[..., Any]  # run(party, by=…, **values)


def _text(name: str, label: Text, *, required: bool = False, length: int = 200, help: Text = "") -> Field:
    return Field(name, KINDS["text"], label, required=required, max_length=length, help=help)


def _choice(name: str, label: Text, choices: Any, *, required: bool = True, default: Any = None) -> Field:
    return Field(
        name, KINDS["choice"], label, required=required, choices=as_choices(choices), default=default
    )


def _point() -> tuple[Field, ...]:
    kinds = [pair for pair in ContactPoint.Kind.choices if pair[0] != "address"]
    return (
        _choice("kind", _("Kind"), kinds),
        _text("value", _("Number, e-mail or account"), required=True, length=300),
        _text("label", _("Label"), length=40),
        Field("primary", KINDS["bool"], _("Use it first")),
    )


def _address() -> tuple[Field, ...]:
    parts = tuple(_text(name, label) for name, label in ADDRESS_PARTS.items())
    return (*parts, _text("label", _("Label"), length=40), Field("primary", KINDS["bool"], _("Use it first")))


def _relation() -> tuple[Field, ...]:
    choices = tuple(Choice(value, label) for value, label in directed_choices())
    return (
        Field("relation", KINDS["choice"], _("Relation"), required=True, choices=choices),
        Field("other", KINDS["link"], _("With"), required=True, to="parties", title_columns=("name",)),
        Field("begins", KINDS["date"], _("From")),
        _text("note", _("Note")),
    )


def _role() -> tuple[Field, ...]:
    return (
        _choice("role", _("Role"), PartyRole.Role.choices),
        Field("begins", KINDS["date"], _("From")),
        Field("ends", KINDS["date"], _("To")),
        Field("unit", KINDS["link"], _("Unit"), to="units", title_columns=("name", "name_en")),
    )


def _fact() -> tuple[Field, ...]:
    return (
        _choice("topic", _("Topic"), PartyFact.Topic.choices),
        _text("key", _("About"), required=True, length=80),
        _text("value", _("Fact"), required=True, length=500),
        _text("source", _("Learned from"), length=120),
        _choice("sensitivity", _("Who may read it"), PartyFact.Sensitivity.choices),
        Field("remind_at", KINDS["datetime"], _("Remind on")),
    )


def _date() -> tuple[Field, ...]:
    return (
        _choice("kind", _("Occasion"), ImportantDate.Kind.choices),
        Field("day", KINDS["date"], _("Date"), required=True),
        _choice("calendar", _("Calendar"), ImportantDate.Calendar.choices),
        _text("label", _("Label"), length=80),
        Field(
            "remind_days",
            KINDS["number"],
            _("Remind days before"),
            extra={"integer": True, "min": 0, "max": 365},
        ),
    )


def _add_address(party: Any, *, by: Any, label: str, primary: bool, **parts: str) -> Any:
    return actions.add_contact_point(party, by=by, kind="address", parts=parts, label=label, primary=primary)


def _relate(party: Any, *, by: Any, relation: str, other: Any, begins: Any, note: str) -> Any:
    return actions.relate(party, other, relation, by=by, begins=begins, note=note)


def _give_role(party: Any, *, by: Any, role: str, begins: Any, ends: Any, unit: Any) -> Any:
    return actions.give_role(party, role, by=by, begins=begins, ends=ends, unit_id=unit)


def _add_fact(party: Any, *, by: Any, key: str, value: str, **more: Any) -> Any:
    return actions.add_fact(party, key, value, by=by, **more)


def _add_date(party: Any, *, by: Any, day: Any, remind_days: int | None, **more: Any) -> Any:
    return actions.add_important_date(
        party, day, by=by, remind_days=7 if remind_days is None else remind_days, **more
    )


FORMS = {
    "point": Form(_("New way to reach them"), _point, actions.add_contact_point),
    "address": Form(_("New address"), _address, _add_address),
    "relation": Form(_("New relation"), _relation, _relate),
    "role": Form(_("New role"), _role, _give_role),
    "fact": Form(_("Worth remembering"), _fact, _add_fact),
    "date": Form(_("New important date"), _date, _add_date),
}
