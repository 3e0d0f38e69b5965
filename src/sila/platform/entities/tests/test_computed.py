"""Formulas and roll-ups are kept right, whatever changes and through whatever door."""

from itertools import count
from typing import Any

import pytest

from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions
from sila.platform.entities.computed import keeping, verbs
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.platform.kit.formula import Problem
from sila.platform.tenancy.current import scope


def formula(noun: str, text: str, by: Any, *, money: bool = False, label: str = "حساب") -> str:
    entity = registry[noun]
    rule = verbs.formula_rule(entity, text, money=money)
    return verbs.add_computed(entity, label, kind="formula", rule=rule, by=by).key


def rollup(noun: str, by: Any, label: str = "مجموع", **rule: Any) -> str:
    entity = registry[noun]
    return verbs.add_computed(entity, label, kind="rollup", rule=verbs.rollup_rule(entity, **rule), by=by).key


codes = count(1)


def new(noun: str, by: Any, **values: Any) -> Any:
    values |= {"code": f"P-{next(codes)}"} if noun == "products" else {}
    return actions.create(registry[noun], values, by=by)


def held(noun: str, record: Any, key: str) -> Any:
    return registry[noun].rows(trashed=True).get(id=record.id).custom.get(key)


def work_off(workspace: Any) -> None:
    """Do all jobs that wait, and those that they bring."""
    for _round in range(5):
        with scope(workspace):
            Job.objects.filter(state=Job.State.WAITING).update(run_at="2020-01-01T00:00:00Z")
            waiting = list(Job.objects.filter(state=Job.State.WAITING).values_list("id", flat=True))
        for job in waiting:
            jobs.run(workspace.pk, job)


@pytest.fixture
def price(admin: Any) -> str:
    return add_field("products", "الكلفة", label_en="Cost", kind="number", by=admin).key


def test_a_formula_has_a_value_for_what_is_there_and_follows_each_save(admin: Any, price: str) -> None:
    before = new("products", admin, name="باب", **{price: "10.5"})
    key = formula("products", "[Cost] * 2 + 1", admin)
    assert held("products", before, key) == 22
    actions.update(registry["products"], before.id, {price: "0.1"}, by=admin)
    assert held("products", before, key) == 1.2
    assert held("products", new("products", admin, name="نافذة"), key) is None


def test_a_new_name_of_a_field_breaks_nothing(admin: Any, price: str) -> None:
    from sila.platform.customfields.actions import change_field
    from sila.platform.customfields.models import CustomField

    key = formula("products", "[Cost] + [الكلفة]", admin)
    change_field(CustomField.objects.get(key=price), by=admin, label="السعر القديم", label_en="Old price")
    row = CustomField.objects.get(key=key)
    assert (
        verbs.shown_formula(row).count("[Old price]") + verbs.shown_formula(row).count("[السعر القديم]") == 2
    )
    assert held("products", new("products", admin, name="باب", **{price: "4"}), key) == 8


def test_a_formula_looks_one_and_two_links_far_and_follows_what_changes_there(admin: Any) -> None:
    company = new("organizations", admin, name="نخيل", city="الرياض")
    deal = new("opportunities", admin, name="صفقة", party=str(company.id))
    city = formula("opportunities", "[party.city]", admin, label="مدينة")
    seller = formula("opportunities", "party.owner.name", admin, label="بائع")
    assert held("opportunities", deal, city) == "الرياض"
    assert held("opportunities", deal, seller) == "Admin"
    actions.update(registry["organizations"], company.id, {"city": "جدة"}, by=admin)
    assert held("opportunities", deal, city) == "جدة"
    other = new("organizations", admin, name="واحة", city="أبها")
    actions.update(registry["opportunities"], deal.id, {"party": str(other.id)}, by=admin)
    assert held("opportunities", deal, city) == "أبها"
    alice = registry["members"].rows().get(name="Alice")
    actions.update(registry["organizations"], other.id, {"owner": str(alice.id)}, by=admin)
    assert held("opportunities", deal, seller) == "Alice"
    actions.update(registry["members"], alice.id, {"name": "Alia"}, by=admin)
    assert held("opportunities", deal, seller) == "Alia"


def test_many_that_follow_are_brought_right_in_the_background(
    admin: Any, company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FEW", 2)
    city = formula("opportunities", "[party.city]", admin)
    nakheel = new("organizations", admin, name="نخيل", city="الرياض")
    deals = [new("opportunities", admin, name=f"صفقة {n}", party=str(nakheel.id)) for n in range(4)]
    actions.update(registry["organizations"], nakheel.id, {"city": "جدة"}, by=admin)
    actions.update(registry["organizations"], nakheel.id, {"city": "الدمام"}, by=admin)
    assert {held("opportunities", deal, city) for deal in deals} == {"الرياض"}
    assert Job.objects.filter(name="recompute behind").count() == 1
    work_off(company.workspace)
    assert {held("opportunities", deal, city) for deal in deals} == {"الدمام"}


def test_formulas_of_formulas_follow_each_other_and_circles_are_refused(admin: Any, price: str) -> None:
    double = formula("products", "[Cost] * 2", admin, label="ضعف")
    again = formula("products", f"{double} + 1", admin, label="زائد")
    door = new("products", admin, name="باب", **{price: "5"})
    assert held("products", door, again) == 11
    from sila.platform.customfields.models import CustomField

    row = CustomField.objects.get(key=double)
    with pytest.raises(Invalid, match="زائد"):
        rule = verbs.formula_rule(registry["products"], f"{again} + 1")
        verbs.change_computed(row, by=admin, rule=rule)
    assert CustomField.objects.get(key=double).rule == row.rule
    with pytest.raises(Invalid):
        rule = verbs.formula_rule(registry["organizations"], "length(name)")
        rule |= {"formula": "length([parent.name]) + 1", "shown": "text"}
        verbs.change_computed(row, by=admin, rule=rule)


def test_a_roll_up_follows_its_rows_made_changed_moved_trashed_and_restored(admin: Any) -> None:
    nakheel, waha = (new("organizations", admin, name=name) for name in ("نخيل", "واحة"))
    deals = registry["opportunities"]
    total = rollup(
        "organizations", admin, of="opportunities", link="party", how="sum", field="amount",
        conditions=("category:any:open",),
    )  # fmt: skip
    number = rollup("organizations", admin, of="opportunities", link="party", how="count", label="عدد")
    assert held("organizations", nakheel, total) == 0
    first = new("opportunities", admin, name="أولى", party=str(nakheel.id), amount="100")
    second = new("opportunities", admin, name="ثانية", party=str(nakheel.id), amount="50.50")

    def sums() -> tuple[Any, ...]:
        return tuple(held("organizations", each, key) for each in (nakheel, waha) for key in (total, number))

    assert sums() == (15050, 2, 0, 0)
    actions.update(deals, first.id, {"amount": "200"}, by=admin)
    assert sums() == (25050, 2, 0, 0)
    actions.update(deals, first.id, {"party": str(waha.id)}, by=admin)
    assert sums() == (5050, 1, 20000, 1)
    actions.trash(deals, second.id, by=admin)
    assert sums() == (0, 0, 20000, 1)
    actions.restore(deals, second.id, by=admin)
    assert sums() == (5050, 1, 20000, 1)
    win = next(action.run for action in deals.actions if action.name == "win")
    win(deals.rows().get(id=first.id), by=admin)
    assert sums() == (5050, 1, 0, 1)  # won deals are not open


def test_roll_ups_measure_own_fields_over_own_links(admin: Any) -> None:
    rent = next(f for f in registry["x-estates"].own_fields.values() if f.kind.name == "money").name
    built = next(f for f in registry["x-estates"].own_fields.values() if f.kind.name == "date").name
    area = next(f for f in registry["x-estates"].own_fields.values() if f.kind.name == "number").name
    landlord = next(f for f in registry["x-estates"].own_fields.values() if f.kind.name == "link").name
    of = {"of": "x-estates", "link": landlord}
    keys = [
        rollup("people", admin, **of, how=how, field=field)
        for how, field in (("sum", rent), ("max", rent), ("min", built), ("avg", area))
    ]
    owner = new("people", admin, name="سعد")
    for number in (1, 2):
        values = {rent: str(number * 1000), built: f"202{number}-05-01", area: str(number * 10)}
        new("x-estates", admin, name=f"بيت {number}", **values, **{landlord: str(owner.id)})
    assert [held("people", owner, key) for key in keys] == [300000, 200000, "2021-05-01", 15]


def test_a_roll_up_of_very_many_rows_is_left_to_the_background(
    admin: Any, company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FEW_ROWS", 3)
    number = rollup("organizations", admin, of="opportunities", link="party", how="count")
    nakheel = new("organizations", admin, name="نخيل")
    for each in range(6):
        new("opportunities", admin, name=f"صفقة {each}", party=str(nakheel.id))
    assert held("organizations", nakheel, number) == 3
    assert Job.objects.filter(name="recompute").count() == 1
    work_off(company.workspace)
    assert held("organizations", nakheel, number) == 6


def test_amounts_in_other_currencies_are_put_together_in_the_workspaces_own(admin: Any) -> None:
    nakheel = new("organizations", admin, name="نخيل")
    total = rollup("organizations", admin, of="opportunities", link="party", how="sum", field="amount")
    tax = formula("opportunities", "amount * 0.15", admin, money=True)
    new("opportunities", admin, name="أولى", party=str(nakheel.id), amount="100", currency="SAR")
    foreign = new("opportunities", admin, name="ثانية", party=str(nakheel.id), amount="10", currency="USD")
    assert held("organizations", nakheel, total) is None  # without a rate a sum would be wrong
    assert held("opportunities", foreign, tax) is None
    new("exchange-rates", admin, currency="USD", day="2020-01-01", rate="3.75")
    actions.update(registry["opportunities"], foreign.id, {"name": "أخرى", "amount": "10.00"}, by=admin)
    new("opportunities", admin, name="ثالثة", party=str(nakheel.id), amount="0", currency="SAR")
    assert held("organizations", nakheel, total) == 13750
    assert held("opportunities", foreign, tax) == 562  # 5.625, rounded to the even halala


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[nothing] + 1", "nothing"),
        ("1 + 'a'", "+"),
        ("(1 + 2", ")"),
        ("if(1, 2)", "if"),
        ("party.owner.unit.name", "two links"),
        ("stage = 'no such'", ""),
        ("1 +" * 600 + "1", ""),
        ("(" * 40 + "1" + ")" * 40, "deep"),
        ("category = 'zzz'", "zzz"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(admin: Any, text: str, said: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        try:
            verbs.formula_rule(registry["opportunities"], text)
        except Problem as problem:
            assert said in str(problem)
            assert 0 <= problem.start <= problem.end <= len(text)
        else:
            assert text.startswith("stage")  # a stage is a record: its name may be any text
