"""What is stored follows a change of whatever it was worked out from, however many links away, through every door."""

from typing import Any

import pytest

from sila.platform.access.reader import Reader
from sila.platform.activity.models import Job
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions, trashing
from sila.platform.entities.computed import keeping, verbs
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.membership import deactivate, reactivate
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.operations import bulk, undo
from sila.platform.entities.operations import verbs as bulk_verbs
from sila.platform.entities.quality.verbs import add_rule
from sila.platform.entities.registry import registry
from sila.platform.entities.tests.test_computed import brought_in, held, new, rollup, work_off

DEALS, COMPANIES, PEOPLE = (registry[slug] for slug in ("opportunities", "organizations", "people"))


@pytest.fixture
def agent(admin: Any) -> str:
    """A deal leads to a person by a link of the workspace's own."""
    return add_field("opportunities", "الوسيط", kind="link", to="people", by=admin).key


@pytest.fixture
def firm(admin: Any) -> Any:
    return new("organizations", admin, name="نخيل")


def count_in_riyadh(by: Any, link: str, **more: Any) -> str:
    conditions = (f"{link}~city:is:Riyadh",)
    of = {"of": "opportunities", "link": "party", "how": "count", **more}
    return rollup("organizations", by, conditions=conditions, **of)


def deal(by: Any, **values: Any) -> Any:
    return new("opportunities", by, name="صفقة", **{k: str(v.id) for k, v in values.items()})


def test_a_roll_up_follows_a_field_behind_an_own_link(admin: Any, agent: str, firm: Any) -> None:
    number = count_in_riyadh(admin, agent)
    saad, fahd = new("people", admin, name="سعد", city="Abha"), new("people", admin, name="فهد")
    first = deal(admin, party=firm, **{agent: saad})
    assert held("organizations", firm, number) == 0
    actions.update(PEOPLE, saad.id, {"city": "Riyadh"}, by=admin)
    assert held("organizations", firm, number) == 1
    actions.update(DEALS, first.id, {agent: str(fahd.id)}, by=admin)
    assert held("organizations", firm, number) == 0
    actions.update(PEOPLE, fahd.id, {"city": "Riyadh"}, by=admin)
    assert held("organizations", firm, number) == 1
    actions.update(PEOPLE, fahd.id, {"city": ""}, by=admin)
    assert held("organizations", firm, number) == 0


def test_a_roll_up_over_an_own_link_follows_a_field_behind_a_link_of_the_model(
    admin: Any, agent: str, firm: Any
) -> None:
    conditions = ("party~city:is:Riyadh",)
    rule = {"of": "opportunities", "link": agent, "how": "sum", "field": "amount"}
    total = rollup("people", admin, conditions=conditions, **rule)
    saad = new("people", admin, name="سعد")
    new("opportunities", admin, name="صفقة", party=str(firm.id), amount="50", **{agent: str(saad.id)})
    assert held("people", saad, total) == 0
    actions.update(COMPANIES, firm.id, {"city": "Riyadh"}, by=admin)
    assert held("people", saad, total) == 5000


def test_the_far_record_is_thrown_away_and_comes_back(admin: Any, agent: str, firm: Any) -> None:
    number = count_in_riyadh(admin, agent)
    saad = new("people", admin, name="سعد", city="Riyadh")
    deal(admin, party=firm, **{agent: saad})
    assert held("organizations", firm, number) == 1
    actions.trash(PEOPLE, saad.id, by=admin)
    assert held("organizations", firm, number) == 0
    actions.restore(PEOPLE, saad.id, by=admin)
    assert held("organizations", firm, number) == 1
    trashing.trash_many(PEOPLE, [saad.id], by=admin)
    assert held("organizations", firm, number) == 0


def test_what_lies_in_the_trash_itself_is_right_when_it_comes_back(admin: Any, agent: str, firm: Any) -> None:
    number = count_in_riyadh(admin, agent)
    saad = new("people", admin, name="سعد", city="Riyadh")
    deal(admin, party=firm, **{agent: saad})
    actions.trash(COMPANIES, firm.id, by=admin)
    actions.update(PEOPLE, saad.id, {"city": "Abha"}, by=admin)
    actions.restore(COMPANIES, firm.id, by=admin)
    assert held("organizations", firm, number) == 0


def test_the_far_record_goes_with_a_merge_and_stands_alone_again(admin: Any, agent: str, firm: Any) -> None:
    number = count_in_riyadh(admin, agent)
    saad = new("people", admin, name="سعد", city="Riyadh")
    double = new("people", admin, name="سعد ٢", city="Abha")
    deal(admin, party=firm, **{agent: double})
    assert held("organizations", firm, number) == 0
    operation = merge(PEOPLE, saad.id, [double.id], by=admin)
    assert held("organizations", firm, number) == 1
    undo.at_once(operation, by=admin)
    assert held("organizations", firm, number) == 0


def test_a_condition_that_names_a_record_holds_of_those_that_went_into_it(
    admin: Any, agent: str, firm: Any
) -> None:
    saad, double = new("people", admin, name="سعد"), new("people", admin, name="سعد ٢")
    conditions = (f"{agent}:is:{double.id}",)
    of = {"of": "opportunities", "link": "party", "how": "count"}
    number = rollup("organizations", admin, conditions=conditions, **of)
    deal(admin, party=firm, **{agent: saad})
    assert held("organizations", firm, number) == 0
    operation = merge(PEOPLE, saad.id, [double.id], by=admin)
    assert held("organizations", firm, number) == 1
    undo.at_once(operation, by=admin)
    assert held("organizations", firm, number) == 0


def test_far_records_that_are_changed_together_are_followed(
    admin: Any, company: Any, agent: str, firm: Any
) -> None:
    number = count_in_riyadh(admin, agent)
    people = [new("people", admin, name=f"P{n}", city="Abha") for n in range(3)]
    for person in people:
        deal(admin, party=firm, **{agent: person})
    context = Context(admin, Reader.of(company.workspace))
    chosen = bulk.Selection(tuple(person.id for person in people))
    operation = bulk.begin(PEOPLE, bulk_verbs.EDIT, chosen, {"city": "Riyadh"}, context=context, wait=True)
    assert held("organizations", firm, number) == 3
    undo.at_once(operation, by=admin)
    assert held("organizations", firm, number) == 0


def test_an_import_of_far_records_and_its_undo_are_followed(
    admin: Any, company: Any, agent: str, firm: Any, tmp_path: Any
) -> None:
    number = count_in_riyadh(admin, agent)
    saad = new("people", admin, name="Saad", email="s@x.example", city="Abha")
    deal(admin, party=firm, **{agent: saad})
    text = "name,email,city\nFahd,f@x.example,Riyadh\nSaad,s@x.example,Riyadh\n"
    run = brought_in("people", text, admin, tmp_path)
    assert (run.created, run.updated) == (1, 1)
    assert held("organizations", firm, number) == 1
    undo.undo(run.operation, by=admin)
    work_off(company.workspace)
    assert held("organizations", firm, number) == 0


def test_a_condition_on_what_is_itself_worked_out_far_away_follows(admin: Any, agent: str, firm: Any) -> None:
    """Deals count by how many deals their agent has: two roll-ups after each other, over three links."""
    busy = rollup("people", admin, of="opportunities", link=agent, how="count", label="صفقاته")
    number = rollup(
        "organizations", admin, of="opportunities", link="party", how="count",
        conditions=(f"{agent}~{busy}:gte:2",),
    )  # fmt: skip
    saad, other = new("people", admin, name="سعد"), new("organizations", admin, name="واحة")
    deal(admin, party=firm, **{agent: saad})
    assert held("organizations", firm, number) == 0
    deal(admin, party=other, **{agent: saad})
    assert [held("organizations", each, number) for each in (firm, other)] == [1, 1]


def test_a_circle_over_a_condition_is_refused_and_what_one_reads_is_not_hidden(
    admin: Any, agent: str
) -> None:
    from sila.platform.customfields.models import CustomField

    busy = rollup("people", admin, of="opportunities", link=agent, how="count", label="صفقاته")
    of = {"of": "opportunities", "link": "party", "how": "count"}
    number = rollup("organizations", admin, conditions=(f"{agent}~{busy}:gte:2",), **of)
    row = CustomField.objects.get(key=busy)
    with pytest.raises(Invalid, match="مجموع"):
        verbs.hide(row, by=admin)
    condition = (f"party~{number}:gte:1",)
    with pytest.raises(Invalid):
        rule = verbs.rollup_rule(PEOPLE, of="opportunities", link=agent, how="count", conditions=condition)
        verbs.change_computed(row, by=admin, rule=rule)
    with pytest.raises(Invalid):
        verbs.rollup_rule(COMPANIES, **of, conditions=("party~quality:lte:50",))


def test_many_that_are_counted_otherwise_are_left_to_the_background(
    admin: Any, company: Any, agent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FEW", 2)
    number = count_in_riyadh(admin, agent)
    saad = new("people", admin, name="سعد", city="Abha")
    firms = [new("organizations", admin, name=f"شركة {n}") for n in range(4)]
    for each in firms:
        deal(admin, party=each, **{agent: saad})
    actions.update(PEOPLE, saad.id, {"city": "Riyadh"}, by=admin)
    assert {held("organizations", each, number) for each in firms} == {0}
    assert Job.objects.filter(name="recompute behind").count() == 1
    work_off(company.workspace)
    assert {held("organizations", each, number) for each in firms} == {1}


def test_a_change_of_a_far_record_asks_as_much_for_many_rows_as_for_one(
    admin: Any, agent: str, firm: Any, django_assert_max_num_queries: Any
) -> None:
    count_in_riyadh(admin, agent)
    saad = new("people", admin, name="سعد", city="Abha")
    for _each in range(12):
        deal(admin, party=firm, **{agent: saad})
    with django_assert_max_num_queries(40):
        actions.update(PEOPLE, saad.id, {"city": "Riyadh"}, by=admin)


def test_a_quality_rule_through_an_own_link_marks_and_frees_its_records(
    admin: Any, agent: str, firm: Any
) -> None:
    said = {"message": "وسيط في الرياض", "message_en": "", "field": "", "active": True}
    rule = add_rule(DEALS, by=admin, formula=f'{agent}.city = "Riyadh"', **said)
    saad = new("people", admin, name="سعد", city="Abha")
    mine = deal(admin, party=firm, **{agent: saad})
    assert not held("opportunities", mine, rule.key)
    actions.update(PEOPLE, saad.id, {"city": "Riyadh"}, by=admin)
    assert held("opportunities", mine, rule.key)
    assert DEALS.rows().get(id=mine.id).flaws & 8
    actions.update(PEOPLE, saad.id, {"city": "Abha"}, by=admin)
    assert not held("opportunities", mine, rule.key)
    assert not DEALS.rows().get(id=mine.id).flaws & 8


def test_a_colleague_who_is_deactivated_counts_no_more_among_the_active(admin: Any, firm: Any) -> None:
    of = {"of": "opportunities", "link": "party", "how": "count"}
    number = rollup("organizations", admin, conditions=("owner~active:yes",), **of)
    alice = registry["members"].rows().get(name="Alice")
    new("opportunities", admin, name="صفقة", party=str(firm.id), owner=str(alice.id))
    assert held("organizations", firm, number) == 1
    deactivate(alice, by=admin)
    assert held("organizations", firm, number) == 0
    reactivate(alice, by=admin)
    assert held("organizations", firm, number) == 1
