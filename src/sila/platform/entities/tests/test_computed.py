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


# ---- doors that write many -------------------------------------------------------------------------
def brought_in(noun: str, text: str, by: Any, folder: Any, **more: Any) -> Any:
    from sila.platform.entities.importing import run as engine
    from sila.platform.entities.importing.mapping import Mapping

    file = folder / f"{noun}.csv"
    file.write_text(text, encoding="utf-8")
    return engine.finish(engine.prepare(registry[noun], file, file.name, Mapping(**more), by=by), by=by)


DEALS = "name,party,amount\n" + "".join(f"Deal {n},Nakheel,{n}\n" for n in range(1, 8))


def test_an_import_and_its_undo_keep_formulas_and_roll_ups_right(
    admin: Any, company: Any, tmp_path: Any
) -> None:
    from sila.platform.entities.operations.undo import undo

    nakheel = new("organizations", admin, name="Nakheel", city="Riyadh")
    total = rollup("organizations", admin, of="opportunities", link="party", how="sum", field="amount")
    city = formula("opportunities", "party.city & [Amount]", admin)
    run = brought_in("opportunities", DEALS, admin, tmp_path)
    assert run.created == 7, list(run.refusals.values_list("reason", flat=True))
    assert held("organizations", nakheel, total) == 2800
    assert {deal.custom[city] for deal in registry["opportunities"].rows()} == {
        f"Riyadh{n}" for n in range(1, 8)
    }
    undo(run.operation, by=admin)
    work_off(company.workspace)
    assert held("organizations", nakheel, total) == 0


def test_a_batch_that_changes_a_record_and_adds_one_that_looks_it_up_ends_right(
    admin: Any, tmp_path: Any
) -> None:
    nakheel = new("organizations", admin, name="Nakheel", city="Riyadh", email="n@x.example")
    above = formula("organizations", "[parent.city]", admin)
    lines = ("name,email,city,parent", "Before,b@x.example,Abha,Nakheel", "Nakheel,n@x.example,Jeddah,")
    text = "\n".join((*lines, "After,a@x.example,Abha,Nakheel"))
    run = brought_in("organizations", text, admin, tmp_path)
    assert (run.created, run.updated) == (2, 1), list(run.refusals.values_list("reason", flat=True))
    children = registry["organizations"].rows().filter(parent_id=nakheel.id)
    assert {child.name: child.custom[above] for child in children} == {"Before": "Jeddah", "After": "Jeddah"}


def test_a_bulk_change_and_its_undo_keep_roll_ups_right(admin: Any, company: Any) -> None:
    from sila.platform.access.reader import Reader
    from sila.platform.entities.kinds import Context
    from sila.platform.entities.operations import bulk, verbs
    from sila.platform.entities.operations.undo import at_once

    nakheel, waha = (new("organizations", admin, name=name) for name in ("نخيل", "واحة"))
    number = rollup("organizations", admin, of="opportunities", link="party", how="count")
    deals = [new("opportunities", admin, name=f"D{n}", party=str(nakheel.id)) for n in range(3)]
    context = Context(admin, Reader.of(company.workspace))
    chosen = bulk.Selection(tuple(deal.id for deal in deals))
    values = {"party": str(waha.id)}
    operation = bulk.begin(registry["opportunities"], verbs.EDIT, chosen, values, context=context, wait=True)
    assert (held("organizations", nakheel, number), held("organizations", waha, number)) == (0, 3)
    at_once(operation, by=admin)
    assert (held("organizations", nakheel, number), held("organizations", waha, number)) == (3, 0)


# ---- in the background -----------------------------------------------------------------------------
def test_a_worker_that_is_killed_goes_on_where_it_was(
    admin: Any, company: Any, price: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sila.platform.entities.computed import work

    monkeypatch.setattr(work, "AT_ONCE", 2)
    monkeypatch.setattr(work, "BATCH", 3)
    doors = [new("products", admin, name=f"باب {n}", **{price: str(n)}) for n in range(10)]
    key = formula("products", "[Cost] + 1", admin)
    assert {held("products", door, key) for door in doors} == {None}
    told, progress = [], jobs.Run.progress

    def killed(self: Any, done: int, *rest: Any, **state: Any) -> None:
        progress(self, done, *rest, **state)
        told.append(done)
        if len(told) == 2:
            raise KeyboardInterrupt  # as if the process had gone

    monkeypatch.setattr(jobs.Run, "progress", killed)
    with scope(company.workspace):
        job = Job.objects.get(name="recompute all")
    with pytest.raises(KeyboardInterrupt):
        jobs.run(company.workspace.pk, job.id)
    monkeypatch.setattr(jobs.Run, "progress", progress)
    assert [held("products", door, key) for door in doors].count(None) == 4
    with scope(company.workspace):
        Job.objects.filter(id=job.id).update(leased_until="2020-01-01T00:00:00Z")
    assert jobs.run(company.workspace.pk, job.id)
    assert [held("products", door, key) for door in doors] == [n + 1 for n in range(10)]
    with scope(company.workspace):
        assert Job.objects.get(id=job.id).progress == 10


def test_what_depends_on_the_day_is_worked_out_anew_once_a_night(
    admin: Any, company: Any, price: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import datetime, timedelta

    from sila.platform.entities.computed import work
    from sila.platform.kit import clock

    door = new("products", admin, name="باب", **{price: "5"})
    key = formula("products", "days_between(date(2026, 1, 1), today())", admin)
    formula("products", "[Cost] + 1", admin, label="ثابت")
    before, tomorrow = held("products", door, key), datetime.now().astimezone() + timedelta(days=1)
    with clock.at(tomorrow):
        work.refresh_everyone()
        work.refresh_everyone()
        with scope(company.workspace):
            assert Job.objects.filter(name="recompute all").count() == 1
        work_off(company.workspace)
    assert held("products", door, key) == before + 1


# ---- own record types, and what disappears ---------------------------------------------------------
def test_record_types_of_the_workspace_compute_and_lose_nothing_when_a_type_is_hidden(admin: Any) -> None:
    from sila.platform.customfields.models import RecordType
    from sila.platform.customfields.record_types import hide_type, show_type
    from sila.platform.tenancy.current import current

    landlord = next(f for f in registry["x-estates"].own_fields.values() if f.kind.name == "link").name
    owner = new("people", admin, name="سعد", city="أبها")
    estate = new("x-estates", admin, name="بيت", **{landlord: str(owner.id)})
    city = formula("x-estates", f"{landlord}.city", admin)
    number = rollup("people", admin, of="x-estates", link=landlord, how="count")
    assert (held("x-estates", estate, city), held("people", owner, number)) == ("أبها", 1)
    actions.update(registry["people"], owner.id, {"city": "جدة"}, by=admin)
    assert held("x-estates", estate, city) == "جدة"
    noun = RecordType.objects.get(slug="x-estates")
    hide_type(noun, by=admin)
    current().refresh_from_db()
    actions.update(registry["people"], owner.id, {"city": "حائل"}, by=admin)
    assert held("people", owner, number) == 1
    show_type(noun, by=admin)
    verbs.catch_up_with("x-estates", by=admin)
    assert held("x-estates", estate, city) == "حائل"


def test_a_save_asks_little_more_for_being_computed_from(
    admin: Any, price: str, django_assert_max_num_queries: Any
) -> None:
    company = new("organizations", admin, name="نخيل")
    rollup("organizations", admin, of="opportunities", link="party", how="sum", field="amount")
    formula("opportunities", "party.city", admin)
    deal = new("opportunities", admin, name="صفقة", party=str(company.id), amount="5")
    with django_assert_max_num_queries(40):
        actions.update(registry["opportunities"], deal.id, {"amount": "6"}, by=admin)


# ---- two at once -----------------------------------------------------------------------------------
def test_what_somebody_else_holds_is_left_alone_and_worked_out_when_they_are_done(
    admin: Any, company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sila.platform.entities.computed import values

    nakheel = new("organizations", admin, name="نخيل", city="الرياض")
    number = rollup("organizations", admin, of="opportunities", link="party", how="count")
    city = formula("opportunities", "party.city", admin)

    def held_by_others(model: Any, ids: set[Any], *, share: bool, patient: bool) -> set[Any]:
        return ids if patient else set()

    monkeypatch.setattr(keeping, "hold", held_by_others)
    monkeypatch.setattr(values, "hold", held_by_others)
    deal = new("opportunities", admin, name="صفقة", party=str(nakheel.id))
    assert held("organizations", nakheel, number) == 0
    registry["opportunities"].rows().filter(id=deal.id).update(
        custom={}
    )  # as if it had read what was being changed
    waiting = Job.objects.filter(name="recompute").values_list("payload__entity", flat=True)
    assert set(waiting) == {"organizations", "opportunities"}
    work_off(company.workspace)
    assert held("organizations", nakheel, number) == 1
    assert held("opportunities", deal, city) == "الرياض"


def test_what_was_written_past_the_verbs_is_caught_up_with(admin: Any) -> None:
    nakheel, waha = (new("organizations", admin, name=name, city=name) for name in ("نخيل", "واحة"))
    number = rollup("organizations", admin, of="opportunities", link="party", how="count")
    city = formula("opportunities", "party.city", admin)
    deal = new("opportunities", admin, name="صفقة", party=str(nakheel.id))
    registry["opportunities"].rows().filter(id=deal.id).update(party_id=waha.id)
    keeping.catch_up(registry["opportunities"], [deal.id], by=admin)
    keeping.catch_up(registry["organizations"], [nakheel.id], by=admin)
    assert [held("organizations", each, number) for each in (nakheel, waha)] == [0, 1]
    assert held("opportunities", deal, city) == "واحة"
