"""Is this one here already? And what a stranger to the record is told."""

import re

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from sila.parties.duplicates import candidates, duplicates_of_people
from sila.platform.access.actor import Actor
from sila.platform.access.models import Role
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from tests.counting import at_most

people = registry["people"]


@pytest.fixture
def ahmed(alice):
    return records.create(
        people,
        {"name": "أحمد الغامدي", "phone": "0551234567", "email": "a@b.example", "city": "جدة"},
        by=alice,
    )


@pytest.mark.parametrize(
    "values",
    [
        {"phone": "٠٥٥١٢٣٤٥٦٧"},
        {"email": "A@B.example"},
        {"name": "احمد الغامدى"},
        {"name": "Ahmed Al-Ghamdi"},
    ],
)
def test_the_same_person_is_found_however_they_are_written(ahmed, alice, values):
    assert [found.id for found in candidates("person", values, by=alice)] == [ahmed.id]


def test_someone_else_is_not_found(ahmed, alice):
    assert candidates("person", {"name": "سلمى العمري", "phone": "0559999999"}, by=alice) == []


def test_several_reasons_are_told_together(ahmed, alice):
    found = candidates("person", {"name": "أحمد الغامدي", "phone": "0551234567", "city": "جده"}, by=alice)[0]
    assert found.reasons == [_("Same phone"), _("Same name"), _("Same city")]


def test_a_record_is_no_duplicate_of_itself(ahmed, alice):
    assert candidates("person", {"phone": "0551234567"}, by=alice, skip=str(ahmed.id)) == []


def test_it_takes_three_queries(ahmed, alice):
    with at_most(3):
        candidates(
            "person", {"name": "أحمد الغامدي", "phone": "0551234567", "email": "a@b.example"}, by=alice
        )


def test_who_may_not_see_the_record_is_told_its_owner_and_nothing_else(ahmed, company, workspace):
    Role.objects.filter(code="seller").update(grants={"people": {"view": "own", "create": "own"}})
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 5)
    charlie: Actor = company.actor("charlie")
    shown = duplicates_of_people({"phone": "0551234567"}, by=charlie)[0]
    assert "Alice" in shown["hint"]
    assert shown["url"] == ""
    assert "أحمد" not in str(shown)


def test_another_workspace_has_no_duplicates_here(ahmed, dalia, elsewhere):
    from sila.platform.tenancy.current import scope

    with scope(elsewhere.workspace):
        assert candidates("person", {"phone": "0551234567", "name": "أحمد الغامدي"}, by=dalia) == []


def test_the_last_touch_is_written_as_the_reader_reads_days(ahmed, alice):
    hint = duplicates_of_people({"phone": "0551234567"}, by=alice)[0]["hint"]
    assert not re.search(r"\d{4}-\d{2}-\d{2}", hint)
    assert str(timezone.now().year) in hint


def test_a_number_is_the_same_whatever_its_extension(alice):
    records.create(people, {"name": "ريم", "phone": "0114445566 تحويلة ١٢"}, by=alice)
    for typed in ("0114445566", "0114445566 ext 12", "0114445566 x99"):
        found = candidates("person", {"phone": typed}, by=alice)
        assert bool(found) == (typed != "0114445566 x99")
