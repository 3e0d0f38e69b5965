"""An explanation never disagrees with the decision, and names the rule that decided."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from sila.platform.access.explain import Directory, explain
from sila.platform.access.models import Member, OrgUnit, Role, ShareGrant, Team
from sila.platform.access.policy import policy_of
from sila.platform.entities import actions
from sila.platform.entities.registry import registry

DEALS = registry["opportunities"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def deal(alice: Any) -> Any:
    party = actions.create(registry["organizations"], {"name": "Nakheel"}, by=alice)
    return actions.create(DEALS, {"name": "Pumps", "party": str(party.id), "amount": "10"}, by=alice)


def agrees(company: Any, name: str, record: Any, verb: str) -> bool:
    """What the explanation says, after checking it against the decision itself."""
    member = Member.objects.get(id=company.members[name].id)
    steps = explain(member, DEALS, record, verb)
    said = steps[-1].ok
    actor = company.actor(name)
    assert said == actor.may("opportunities", verb, record), [step.text for step in steps]
    if verb in ("view", "edit"):
        assert said == DEALS.visible_to(actor, verb).filter(id=record.id).exists()
    return said


def set_reach(company: Any, reach: str) -> None:
    role = Role.objects.get(code="seller")
    role.grants["opportunities"] = dict.fromkeys(("view", "edit", "delete", "export"), reach)
    role.save()
    company.workspace.access_version += 1
    company.workspace.save()


@pytest.mark.parametrize("reach", ["none", "own", "team", "unit", "below", "all"])
@pytest.mark.parametrize("verb", ["view", "edit", "delete", "export"])
def test_it_agrees_with_the_decision_for_every_reach_and_person(
    company: Any, deal: Any, reach: str, verb: str
) -> None:
    set_reach(company, reach)
    expected = {
        "none": (),
        "own": ("alice",),
        "team": ("alice", "bob"),
        "unit": ("alice", "bob"),
        "below": ("alice", "bob"),
        "all": ("alice", "bob", "charlie"),
    }[reach]
    for name in ("alice", "bob", "charlie"):
        assert agrees(company, name, deal, verb) == (name in expected)
    assert agrees(company, "admin", deal, verb)


def test_it_names_the_owner_the_team_and_the_unit(company: Any, deal: Any) -> None:
    def reason(name: str) -> str:
        return explain(Member.objects.get(id=company.members[name].id), DEALS, deal, "view")[-2].text

    assert "owns the record" in reason("alice")
    assert "same team" in reason("bob")
    assert "not shared" in reason("charlie")
    assert "same unit" in reason("manager")


@pytest.mark.parametrize("target", ["member", "team", "unit"])
@pytest.mark.parametrize(
    ("level", "verb", "open_"), [("view", "view", True), ("view", "edit", False), ("edit", "edit", True)]
)
def test_a_share_opens_what_it_says(
    company: Any, deal: Any, target: str, level: str, verb: str, open_: bool
) -> None:
    charlie = company.members["charlie"]
    other = Team.objects.create(name="Jeddah sales")
    other.member_links.create(tenant_id=other.tenant_id, member_id=charlie.id)
    company.workspace.access_version += 1
    company.workspace.save()
    ids = {"member": charlie.id, "team": other.id, "unit": OrgUnit.objects.get(name="Jeddah").id}
    assert not agrees(company, "charlie", deal, verb)
    grant = ShareGrant.objects.create(
        entity="opportunities",
        record_id=deal.id,
        level=level,
        granted_by_id=company.members["alice"].id,
        **{f"{target}_id": ids[target]},
    )
    assert agrees(company, "charlie", deal, verb) == open_
    ShareGrant.objects.filter(id=grant.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not agrees(company, "charlie", deal, verb)
    assert "has ended" in explain(charlie, DEALS, deal, verb)[-2].text


@pytest.mark.parametrize(
    ("seat", "open_"), [("desk", True), ("branch", True), ("head office", False), ("other branch", False)]
)
def test_what_is_shared_with_a_unit_opens_to_it_and_what_is_below_it(
    company: Any, deal: Any, seat: str, open_: bool
) -> None:
    """Whoever sits above sees the unit's records by the reach of a role, not by what was lent to the unit."""
    branch, runs = OrgUnit.objects.get(name="Jeddah"), company.actor("admin")
    desk = actions.create(registry["units"], {"name": "Desk", "parent": branch.id}, by=runs)
    seats = {
        "desk": desk.id,
        "branch": branch.id,
        "head office": branch.parent_id,
        "other branch": deal.org_unit_id,
    }
    set_reach(company, "own")
    charlie = company.members["charlie"]
    actions.update(registry["members"], charlie.id, {"unit": seats[seat]}, by=runs)
    charlie.refresh_from_db()
    assert not agrees(company, "charlie", deal, "view")
    ShareGrant.objects.create(
        entity="opportunities", record_id=deal.id, unit_id=branch.id, granted_by_id=runs.member_id
    )
    assert agrees(company, "charlie", deal, "view") == open_


def test_a_deactivated_member_and_another_workspace_are_told_first(
    company: Any, deal: Any, elsewhere: Any
) -> None:
    bob = Member.objects.get(id=company.members["bob"].id)
    bob.active = False
    assert [step.key for step in explain(bob, DEALS, deal)] == ["workspace", "seat", "result"]
    assert [step.key for step in explain(elsewhere.members["dalia"], DEALS, deal)] == ["workspace", "result"]


def test_the_directory_compiles_the_same_policy(company: Any, workspace: Any) -> None:
    members = [Member.objects.get(id=member.id) for member in company.members.values()]
    directory = Directory.of(members)
    for member in members:
        here, there = directory.policy(member), policy_of(workspace, member)
        assert (here.admin, here.grants, here.fields) == (there.admin, there.grants, there.fields)
        for units_and_people in ("mates", "below", "within", "teams"):
            assert set(getattr(here, units_and_people)) == set(getattr(there, units_and_people))
