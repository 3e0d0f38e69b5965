"""The API's summary groups by what lists group by, behind links too, with the same rights."""

from typing import Any

import pytest

from sila.platform.access.links import make_token
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions, summary
from sila.platform.entities.registry import registry
from tests.counting import at_most
from tests.people import rule

FIRMS, DEALS = registry["organizations"], registry["opportunities"]


@pytest.fixture
def partner(company, alice):
    """Two deals with a company in Riyadh, one with one in Abha; partners the other way round, and one deal has none."""
    boss = company.actor("admin")
    key = add_field(
        "opportunities", "الشريك", label_en="Partner", kind="link", to="organizations", by=boss
    ).key
    company.workspace.refresh_from_db()
    palm, oasis = (
        actions.create(FIRMS, {"name": name, "city": city, "lifecycle": stage}, by=alice)
        for name, city, stage in (("Palm", "Riyadh", "customer"), ("Oasis", "Abha", "lead"))
    )
    for name, amount, party, other in (
        ("one", "100", palm, oasis), ("two", "50", palm, oasis), ("three", "7", oasis, palm), ("four", "1", oasis, None),
    ):  # fmt: skip
        values = {
            "name": name,
            "amount": amount,
            "party": str(party.id),
            key: str(other.id) if other else None,
        }
        actions.create(DEALS, values, by=alice)
    return key


@pytest.fixture
def ask(company, client):
    def asked(by: str, name: str = "alice", status: int = 200, **more: str) -> Any:
        token = make_token(company.members[name], "test")
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        params = {"by": by, "sum": "amount", **more}
        answer = client.get("/api/v1/opportunities/summary", params, headers=headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    return asked


def told(answer: Any) -> set[tuple[Any, ...]]:
    return {(each["value"], each["label"], each["count"], each["sum"]) for each in answer["groups"]}


def test_it_groups_by_a_field_behind_a_link_of_either_sort(partner: str, ask: Any) -> None:
    whole = ask("party~city")
    assert told(whole) == {("Riyadh", "Riyadh", 2, "150.00"), ("Abha", "Abha", 2, "8.00")}
    assert (whole["count"], whole["sum"], whole["more"]) == (4, "158.00", False)
    assert told(ask("party~lifecycle")) == {
        ("customer", "Customer", 2, "150.00"),
        ("lead", "Lead", 2, "8.00"),
    }
    assert told(ask(f"{partner}~city")) == {
        ("Abha", "Abha", 2, "150.00"),
        ("Riyadh", "Riyadh", 1, "7.00"),
        (None, "", 1, "1.00"),
    }
    assert told(ask(f"{partner}~city", f="party~city:is:Riyadh")) == {("Abha", "Abha", 2, "150.00")}
    months = {value for value, *_rest in told(ask("party~created_at:hijri"))}
    assert len(months) == 1 and all(month.startswith("14") for month in months)


def test_what_is_closed_behind_the_link_is_one_group_without_a_word(
    partner: str, ask: Any, company: Any
) -> None:
    rule(company, lambda seller: seller.grants.update({"organizations": {"view": "own"}}))
    for by in ("party", "party~city"):
        assert told(ask(by, "charlie", f="name:is:nothing")) == set()
    rule(company, lambda seller: seller.grants.update({"opportunities": {"view": "all"}}))
    assert told(ask("party~city", "charlie")) == {(None, "No access", 4, "158.00")}
    assert told(ask(f"{partner}~city", "charlie")) == {
        (None, "No access", 3, "157.00"),
        (None, "", 1, "1.00"),
    }
    rule(company, lambda seller: seller.fields.update({"organizations": {"city": "hidden"}}))
    hidden, unknown = (ask(by, status=422) for by in ("party~city", "party~nothing"))
    assert hidden["errors"]["by"] == unknown["errors"]["by"].replace("nothing", "city")


@pytest.mark.parametrize(
    "by", ["party~", "~city", "party~city~name", "amount", "party~city:julian", "nothing"]
)
def test_what_is_no_field_to_group_by_is_refused_in_words(partner: str, ask: Any, by: str) -> None:
    assert by.partition(":")[0] in ask(by, status=422)["errors"]["by"]


def test_of_very_many_groups_the_largest_are_told_and_the_whole_stays_whole(
    partner: str, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MOST", 1)
    answer = ask(f"{partner}~city")
    assert told(answer) == {("Abha", "Abha", 2, "150.00")}
    assert (answer["count"], answer["sum"], answer["more"]) == (4, "158.00", True)


def test_it_asks_no_more_behind_a_link_than_before_it(partner: str, ask: Any) -> None:
    with at_most(16):
        ask(f"{partner}~city")
