"""Words are looked for each by itself, in any order, on both databases."""

from typing import Any

import pytest
from django.utils import translation

from sila.platform.access.models import Role
from sila.platform.entities import actions, search
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace

PEOPLE = registry["people"]


@pytest.fixture
def ahmad(alice: Any) -> Any:
    with translation.override("en"):
        actions.create(PEOPLE, {"name": "سعد الغامدي", "phone": "0551234568"}, by=alice)
        return actions.create(
            PEOPLE,
            {"name": "أحمد بن سعد محمد الغامدي", "phone": "0551234567", "email": "ahmad@noor.example"},
            by=alice,
        )


@pytest.mark.parametrize(
    "query",
    [
        "احمد الغامدي",
        "الغامدي أحمد",
        "أحمد محمد الغامدى",
        "احمد بن الغامدي",
        "احمد noor",
        "أحمد بن سعد",
        "055 123 4567",
        "0551234567",
        "احمد",
    ],
)
def test_what_holds_every_word_is_found(ahmad, alice, query):
    assert search.matching_ids(query, entity=PEOPLE, by=alice) == [ahmad.id]
    assert [hit.id for hit in search.find(query, by=alice)] == [ahmad.id]


@pytest.mark.parametrize("query", ["احمد العتيبي", 'احمد "غامدي"', "احمد سعد_محمد", "\x1f احمد \x1f خالد"])
def test_what_lacks_a_word_is_not(ahmad, alice, query):
    assert search.matching_ids(query, entity=PEOPLE, by=alice) == []


def test_a_word_of_a_hidden_field_finds_nothing(ahmad, company, workspace):
    Role.objects.filter(code="seller").update(fields={"people": {"email": "hidden"}})
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 5)
    alice = company.actor("alice")
    assert search.matching_ids("احمد noor", entity=PEOPLE, by=alice) == []
    assert search.matching_ids("احمد الغامدي", entity=PEOPLE, by=alice) == [ahmad.id]
