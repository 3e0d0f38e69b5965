"""Rules that records must not break, and scores, through the verbs that every door calls."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from sila.platform.access.models import Role
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.customfields.actions import add_field
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import actions
from sila.platform.entities.computed import verbs as computed
from sila.platform.entities.computed import work as computed_work
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.operations import undo
from sila.platform.entities.quality import verbs, work
from sila.platform.entities.quality.grading import Flaw
from sila.platform.entities.quality.models import QualityPlan, QualityRule
from sila.platform.entities.quality.plan import graded_nouns, measure_of, usual_weights
from sila.platform.entities.registry import registry
from tests.people import OWN
from tests.samples import new_record

pytestmark = pytest.mark.django_db
PEOPLE, COMPANIES, DEALS = registry["people"], registry["organizations"], registry["opportunities"]
NEEDS = {"refuses": True, "active": True}


def fresh(record: Any) -> Any:
    return type(record).objects.get(id=record.id)


def rule(by: Any, entity: Any = COMPANIES, formula: str = "is_blank([City])", **more: Any) -> QualityRule:
    said = {
        "formula": formula,
        "message": "المدينة ناقصة",
        "message_en": "No city.",
        "field": "city",
        **NEEDS,
    }
    return verbs.add_rule(entity, by=by, **said | more)


def company(by: Any, name: str = "Nakheel", **values: Any) -> Any:
    return actions.create(COMPANIES, {"name": name, **values}, by=by)


# ---- rules -------------------------------------------------------------------------------------------
def test_a_rule_refuses_what_breaks_it_in_the_reader_s_language_and_nothing_is_written(
    admin: Any, alice: Any
) -> None:
    rule(admin)
    before = COMPANIES.rows().count()
    for language, said in (("en", "No city."), ("ar", "المدينة ناقصة")):
        with translation.override(language), pytest.raises(Invalid) as refused:
            company(alice)
        assert refused.value.errors == {"city": said}
    assert COMPANIES.rows().count() == before
    assert company(alice, city="Riyadh").city == "Riyadh"


def test_a_record_that_broke_it_before_can_be_changed_where_the_rule_does_not_look(admin: Any) -> None:
    old = company(admin)
    rule(admin)
    assert fresh(old).flaws & Flaw.BREAKS
    actions.update(COMPANIES, old.id, {"industry": "Dates"}, by=admin)
    actions.update(COMPANIES, old.id, {"city": "Jeddah"}, by=admin)
    assert not fresh(old).flaws & Flaw.BREAKS
    with pytest.raises(Invalid) as refused:
        actions.update(COMPANIES, old.id, {"city": ""}, by=admin)
    assert set(refused.value.errors) == {"city"}
    assert fresh(old).city == "Jeddah"


def test_a_rule_that_only_marks_refuses_nothing(admin: Any) -> None:
    rule(admin, refuses=False)
    record = company(admin)
    assert fresh(record).flaws & Flaw.BREAKS
    assert CustomValue.objects.filter(record_id=record.id, field__startswith="r_").count() == 1


def test_a_rule_reads_formulas_and_what_is_behind_a_link_and_follows_it(admin: Any) -> None:
    kept = rule(admin, DEALS, '[Customer.City] = "Jeddah" and [Amount] > 100', field="amount", refuses=False)
    customer = company(admin, city="Riyadh")
    deal = actions.create(DEALS, {"name": "Palms", "party": str(customer.id), "amount": "500"}, by=admin)
    assert not fresh(deal).custom.get(kept.key)
    actions.update(COMPANIES, customer.id, {"city": "Jeddah"}, by=admin)
    assert fresh(deal).custom[kept.key] is True
    assert fresh(deal).flaws & Flaw.BREAKS


def test_a_rule_asks_an_own_formula_that_follows_from_what_was_changed(admin: Any) -> None:
    made = computed.formula_rule(COMPANIES, "length([City])")
    row = computed.add_computed(COMPANIES, "طول المدينة", kind="formula", rule=made, by=admin)
    record = company(admin, city="Riyadh")
    rule(admin, formula=f"[{row.key}] > 10", field="")
    with pytest.raises(Invalid) as refused:
        actions.update(COMPANIES, record.id, {"city": "Al Madinah Al Munawwarah"}, by=admin)
    assert set(refused.value.errors) == {""}
    assert fresh(record).city == "Riyadh"


def test_the_message_of_a_hidden_field_stands_at_the_whole_and_hidden_values_stay_hidden(
    company_of: Any, admin: Any
) -> None:
    rule(admin)
    seller = company_of("alice", hide="city")
    with pytest.raises(Invalid) as refused:
        company(seller)
    assert set(refused.value.errors) == {""}


@pytest.fixture
def company_of(company: Any, workspace: Any) -> Any:
    def actor(name: str, hide: str) -> Any:
        role = Role.objects.get(code="seller")
        role.fields = {"organizations": {hide: "hidden"}}
        role.save()
        type(workspace).objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 1)
        return company.actor(name)

    return actor


def test_bulk_changes_refuse_record_by_record(admin: Any) -> None:
    from sila.platform.access.reader import Reader
    from sila.platform.entities.kinds import Context
    from sila.platform.entities.models import OperationChange
    from sila.platform.entities.operations import bulk

    good, bad = company(admin, "A", city="Riyadh", industry="Dates"), company(admin, "B", city="Riyadh")
    rule(admin, formula="is_blank([City]) and is_blank([Industry])")
    context = Context(admin, Reader.of(admin.workspace))
    chosen = bulk.Selection((good.id, bad.id))
    operation = bulk.begin(COMPANIES, "edit", chosen, {"city": ""}, context=context, wait=True)
    assert (operation.done, operation.refused) == (1, 1)
    assert OperationChange.objects.get(operation_id=operation.id, outcome="refused").record_id == bad.id
    assert (fresh(good).city, fresh(bad).city) == ("", "Riyadh")


def test_a_merge_its_undo_and_a_restore_are_never_stopped_by_a_rule(admin: Any) -> None:
    stays, goes = company(admin, "A"), company(admin, "B", industry="Dates")
    trashed = company(admin, "C")
    actions.trash(COMPANIES, trashed.id, by=admin)
    rule(admin, formula="is_blank([City]) and not is_blank([Industry])")
    assert fresh(goes).flaws & Flaw.BREAKS
    operation = merge(COMPANIES, stays.id, [goes.id], by=admin)
    assert fresh(stays).industry == "Dates"
    assert fresh(stays).flaws & Flaw.BREAKS
    assert undo.at_once(operation, by=admin) == 0
    assert fresh(stays).industry == ""
    assert not fresh(stays).flaws & Flaw.BREAKS
    assert fresh(goes).deleted_at is None
    assert actions.restore(COMPANIES, trashed.id, by=admin).deleted_at is None


def test_a_bulk_change_is_undone_though_a_rule_of_later_would_refuse_what_was_before(admin: Any) -> None:
    from sila.platform.access.reader import Reader
    from sila.platform.entities.kinds import Context
    from sila.platform.entities.operations import bulk

    record = company(admin)
    context = Context(admin, Reader.of(admin.workspace))
    operation = bulk.begin(
        COMPANIES, "edit", bulk.Selection((record.id,)), {"city": "Riyadh"}, context=context, wait=True
    )
    rule(admin)
    assert undo.at_once(operation, by=admin) == 0
    assert fresh(record).city == ""


def test_a_rule_whose_field_is_hidden_is_off_until_it_is_shown_again(admin: Any) -> None:
    row = add_field("organizations", "رقم العضوية", label_en="Membership", kind="text", by=admin)
    record = company(admin)
    rule(admin, formula=f"is_blank([{row.key}])", field=row.key)
    assert fresh(record).flaws & Flaw.BREAKS
    with pytest.raises(Invalid):
        company(admin, "B")
    computed.hide(row, by=admin)
    assert company(admin, "B").name == "B"
    assert not fresh(record).flaws & Flaw.BREAKS
    computed.show(row, by=admin)
    assert fresh(record).flaws & Flaw.BREAKS
    with pytest.raises(Invalid):
        company(admin, "C")


def test_a_rule_that_is_switched_off_or_removed_marks_nothing_and_comes_back_whole(admin: Any) -> None:
    record = company(admin)
    made = rule(admin)
    assert CustomValue.objects.filter(field=made.key).count() == 1
    verbs.switch_rule(made, active=False, by=admin)
    assert not CustomValue.objects.filter(field=made.key).exists()
    assert not fresh(record).flaws & Flaw.BREAKS
    verbs.switch_rule(made, active=True, by=admin)
    assert CustomValue.objects.filter(field=made.key).count() == 1
    verbs.remove_rule(made, by=admin)
    assert not fresh(record).flaws & Flaw.BREAKS
    kinds = list(Event.objects.filter(record_id=made.id).order_by("id").values_list("kind", flat=True))
    assert kinds == ["validation rule added", *["validation rule changed"] * 2, "validation rule removed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"formula": "[Nothing such] = 1"},
        {"formula": "length([City])"},
        {"formula": ""},
        {"message": " "},
        {"field": "nothing"},
        {"formula": "[Data quality] < 50"},
    ],
)
def test_a_rule_that_is_none_is_refused(admin: Any, wrong: dict[str, Any]) -> None:
    with translation.override("en"), pytest.raises(Invalid):
        rule(admin, **wrong)
    assert not QualityRule.objects.exists()


def test_only_administrators_make_rules_and_weigh_fields(alice: Any) -> None:
    with pytest.raises(NotAllowed):
        rule(alice)
    with pytest.raises(NotAllowed):
        verbs.set_plan(COMPANIES, {"city": 5}, 30, by=alice)
    assert not QualityRule.objects.exists()
    assert not QualityPlan.objects.exists()


# ---- scores ------------------------------------------------------------------------------------------
def test_every_noun_that_people_own_has_a_measure_but_for_work_that_is_over(workspace: Any) -> None:
    nouns = {noun.slug for noun in graded_nouns()}
    assert {"people", "organizations", "groups", "opportunities", "products", OWN} <= nouns
    assert not nouns & {"tasks", "notes", "units", "parties"}
    assert all(measure_of(noun).full for noun in graded_nouns())


def test_the_score_follows_each_save_by_the_published_formula(admin: Any) -> None:
    verbs.set_plan(
        COMPANIES, {**dict.fromkeys(usual_weights(COMPANIES), 0), "city": 1, "phone": 3}, 90, by=admin
    )
    record = company(admin)
    assert (record.quality, fresh(record).quality, fresh(record).flaws) == (0, 0, Flaw.INCOMPLETE)
    actions.update(COMPANIES, record.id, {"phone": "0114445566"}, by=admin)
    assert fresh(record).quality == 75
    actions.update(COMPANIES, record.id, {"city": "Riyadh"}, by=admin)
    assert (fresh(record).quality, fresh(record).flaws) == (100, 0)
    rule(admin, formula='[City] = "Riyadh"', refuses=False)
    assert (fresh(record).quality, fresh(record).flaws) == (80, Flaw.BREAKS)


def test_a_plan_is_kept_as_differences_and_can_be_the_usual_one_again(admin: Any) -> None:
    usual = usual_weights(PEOPLE)
    verbs.set_plan(PEOPLE, {**usual, "email": 5}, 30, by=admin)
    assert QualityPlan.objects.get(entity="people").weights == {"email": 5}
    assert measure_of(PEOPLE).weights["email"] == 5
    assert measure_of(PEOPLE).stale_days == 30
    event = Event.objects.filter(kind="quality plan changed").get()
    assert {change["field"] for change in event.payload["changes"]} == {"email.weight", "stale_days"}
    verbs.usual_plan(PEOPLE, by=admin)
    assert dict(measure_of(PEOPLE).weights) == usual


def grow_old(record: Any, days: int = 200) -> None:
    type(record).objects.filter(id=record.id).update(touched_at=timezone.now() - timedelta(days=days))


def a_night(workspace: Any) -> None:
    Job.objects.filter(name=work.NIGHT).delete()
    work.refresh_everyone()
    job = Job.objects.get(name=work.NIGHT)
    assert jobs.run(workspace.pk, job.id)
    assert Job.objects.get(id=job.id).state == Job.State.DONE


def test_what_nobody_touches_grows_stale_by_night_and_is_fresh_again_when_confirmed(
    admin: Any, workspace: Any
) -> None:
    record = company(admin)
    was = record.quality
    grow_old(record)
    a_night(workspace)
    assert (fresh(record).quality, fresh(record).flaws & Flaw.STALE) == (max(0, was - 20), Flaw.STALE)
    version = fresh(record).version
    verbs.confirm(COMPANIES, record.id, by=admin)
    now = fresh(record)
    assert (now.quality, now.verified_by_id, now.version) == (was, admin.member_id, version)
    verbs.take_back(COMPANIES, record.id, by=admin)
    assert (fresh(record).verified_at, fresh(record).flaws & Flaw.STALE) == (None, Flaw.STALE)
    with pytest.raises(Invalid):
        verbs.take_back(COMPANIES, record.id, by=admin)


def test_a_closed_deal_does_not_grow_stale(admin: Any, workspace: Any) -> None:
    won, open_one = new_record(DEALS, admin), new_record(DEALS, admin)
    next(action for action in DEALS.actions if action.name == "win").run(won, by=admin)
    for deal in (won, open_one):
        grow_old(deal)
    a_night(workspace)
    assert not fresh(won).flaws & Flaw.STALE
    assert fresh(open_one).flaws & Flaw.STALE


def test_records_from_before_are_graded_in_the_first_night_and_the_spread_is_counted(
    admin: Any, workspace: Any
) -> None:
    record = company(admin)
    type(record).objects.update(quality=None, flaws=None, touched_at=None)
    a_night(workspace)
    now = fresh(record)
    assert (now.quality, now.touched_at) == (record.quality, now.updated_at)
    spread = QualityPlan.objects.get(entity="organizations").spread
    assert (sum(spread), spread[record.quality // 10]) == (COMPANIES.rows().count(), 1)


def test_what_was_put_off_is_looked_at_again_when_its_day_has_come(admin: Any, workspace: Any) -> None:
    record = company(admin)
    verbs.put_off(COMPANIES, record.id, work.today() + timedelta(days=7), by=admin)
    assert fresh(record).flaws & Flaw.PUT_OFF
    assert fresh(record).quality == record.quality
    type(record).objects.filter(id=record.id).update(snoozed_until=work.today())
    a_night(workspace)
    assert not fresh(record).flaws & Flaw.PUT_OFF


def test_very_many_records_are_graded_and_forgotten_in_the_background(
    admin: Any, workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (work, computed_work):
        monkeypatch.setattr(module, "AT_ONCE", 1)
    records = [company(admin, name) for name in ("A", "B", "C")]
    made = rule(admin)
    verbs.set_plan(COMPANIES, {"city": 5}, 90, by=admin)
    assert not any(fresh(record).flaws & Flaw.BREAKS for record in records)
    assert work.running(COMPANIES) is not None
    run_jobs(workspace)
    assert [fresh(record).flaws & Flaw.BREAKS for record in records] == [Flaw.BREAKS] * 3
    assert work.running(COMPANIES) is None
    verbs.switch_rule(made, active=False, by=admin)
    run_jobs(workspace)
    assert not any(fresh(record).flaws & Flaw.BREAKS for record in records)
    assert not CustomValue.objects.filter(field=made.key).exists()


def run_jobs(workspace: Any) -> None:
    ours = (work.ALL, work.FORGET, computed_work.ALL)
    for job in Job.objects.filter(state=Job.State.WAITING, name__in=ours).order_by("id"):
        assert jobs.run(workspace.pk, job.id)
        assert Job.objects.get(id=job.id).state == Job.State.DONE


def test_put_off_records_and_strangers(admin: Any, charlie: Any, bob: Any) -> None:
    from datetime import date

    record = company(admin, owner=str(bob.member_id))
    with pytest.raises(NotAllowed):
        verbs.confirm(COMPANIES, record.id, by=charlie)
    assert fresh(record).verified_at is None
    verbs.put_off(COMPANIES, record.id, date(2030, 1, 1), by=bob)
    assert fresh(record).snoozed_until == date(2030, 1, 1)
    verbs.put_off(COMPANIES, record.id, None, by=bob)
    assert fresh(record).snoozed_until is None
