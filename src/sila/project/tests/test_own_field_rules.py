"""What an administrator can ask of an own field: a default, a group, and that no two records are alike."""

from typing import Any

import pytest

from sila.platform.customfields.actions import add_field, change_field
from sila.platform.customfields.models import CustomField
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.tests.test_administration_pages import browser
from tests.people import OWN

pytestmark = pytest.mark.django_db
FIELDS = "/w/rayyan/settings/fields/"


def make(company: Any, kind: str, **data: str) -> Any:
    sent = {"label": "حقل", "label_en": "Field", "kind": kind, **data}
    return browser(company, "admin").post(f"{FIELDS}new?entity={OWN}", sent, headers={"HX-Request": "true"})


def newest(company: Any) -> CustomField:
    with scope(company.workspace):
        return CustomField.objects.order_by("-id").first()


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("text", "جديد", "جديد"),
        ("number", "١٢٫٥", 12.5),
        ("money", "1500.50", 150050),
        ("date", "01/03/2026", "2026-03-01"),
        ("bool", "نعم", True),
    ],
)
def test_a_new_record_begins_with_the_default(
    kind: str, typed: str, stored: Any, company: Any, admin: Any
) -> None:
    assert make(company, kind, default=typed).status_code == 204
    field = newest(company)
    company.workspace.refresh_from_db()
    first = actions.create(registry[OWN], {"name": "one"}, by=company.actor("admin"))
    assert first.custom[field.key] == stored
    page = browser(company, "admin").get(f"/w/rayyan/{OWN}/new").content.decode()
    assert f'name="{field.key}"' in page
    if kind == "text":
        assert "جديد" in page
    other = actions.create(registry[OWN], {"name": "two", field.key: None}, by=company.actor("admin"))
    assert not other.custom.get(field.key)  # emptied on purpose


def test_a_default_that_the_field_could_not_hold_is_refused(company: Any) -> None:
    assert make(company, "number", default="many").status_code == 422


def test_fields_of_a_group_stand_together_in_the_readers_language(company: Any) -> None:
    for label in ("الدور", "المصعد"):
        make(company, "text", label=label, group="المبنى", group_en="Building")
    page = browser(company, "admin").get(f"/w/rayyan/{OWN}/new").content.decode()
    assert page.count("<h2>Building</h2>") == 1


def test_no_two_records_are_alike_where_the_field_says_so(company: Any, admin: Any) -> None:
    assert make(company, "text", unique="1").status_code == 204
    key, estates = newest(company).key, registry[OWN]
    by = company.actor("admin")
    first = actions.create(estates, {"name": "one", key: "صك ٧"}, by=by)
    with pytest.raises(Invalid) as refused:
        actions.create(estates, {"name": "two", key: "صكّ 7"}, by=by)  # the same to a reader
    assert set(refused.value.errors) == {key}
    other = actions.create(estates, {"name": "two", key: "صك ٨"}, by=by)
    with pytest.raises(Invalid):
        actions.update(estates, other.id, {key: "صك 7"}, by=by)
    actions.update(estates, first.id, {key: "صك 7"}, by=by)  # its own value is no other's
    actions.trash(estates, first.id, by=by)
    actions.update(estates, other.id, {key: "صك 7"}, by=by)  # what is in the trash stands in nobody's way
    with pytest.raises(Invalid):
        actions.restore(estates, first.id, by=by)


def test_the_database_keeps_two_at_once_apart(company: Any, admin: Any, monkeypatch: Any) -> None:
    make(company, "number", unique="1")
    key, by = newest(company).key, company.actor("admin")
    actions.create(registry[OWN], {"name": "one", key: "7"}, by=by)
    monkeypatch.setattr("sila.platform.entities.unique.check", lambda *given: None)  # neither sees the other
    with pytest.raises(Invalid):
        actions.create(registry[OWN], {"name": "two", key: "7"}, by=by)
    assert registry[OWN].rows().count() == 1


def test_what_is_alike_already_must_be_made_different_first(company: Any, admin: Any) -> None:
    field = add_field(OWN, "رقم", kind="text", by=admin)
    for name in ("one", "two"):
        actions.create(registry[OWN], {"name": name, field.key: "7"}, by=company.actor("admin"))
    form = {"label": "رقم", "unique": "1"}
    refused = browser(company, "admin").post(f"{FIELDS}{field.id}/", form, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    record = registry[OWN].rows().first()
    actions.update(registry[OWN], record.id, {field.key: "8"}, by=company.actor("admin"))
    change_field(field, by=company.actor("admin"), unique=True)
    with pytest.raises(Invalid):
        actions.update(registry[OWN], record.id, {field.key: "7"}, by=company.actor("admin"))
