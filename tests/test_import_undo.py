"""A whole import is taken back: what it added goes, what it changed is as it was, what others did since stays."""

import pytest
from django.conf import settings

from sila.parties.actions import make_primary
from sila.parties.models import ContactPoint
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities import actions
from sila.platform.entities.importing import run as engine
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations import running
from sila.platform.entities.operations.undo import undo
from sila.platform.entities.registry import registry

pytestmark = pytest.mark.django_db
PEOPLE = registry["people"]
FILE = "name,email,city\nAmal,a@x.example,Riyadh\nBasma,b@x.example,Riyadh\nDana,d@x.example,Riyadh\n"


@pytest.fixture
def imported(admin, tmp_path):
    """Amal was there already, with another city; Dana is new and so is Basma."""
    amal = actions.create(PEOPLE, {"name": "Amal", "email": "a@x.example", "city": "Jeddah"}, by=admin)
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    run = engine.finish(engine.prepare(PEOPLE, file, file.name, Mapping(), by=admin), by=admin)
    assert (run.created, run.updated) == (2, 1)
    return run, amal


def take_back(run, by):
    undo(run.operation, by=by)
    job = Job.objects.get(name="undo", key=str(run.operation_id))
    assert jobs.run(job.tenant_id, job.id)
    return Operation.objects.get(id=run.operation_id)


def cities():
    return dict(PEOPLE.rows().values_list("name", "city"))


def test_what_it_added_goes_and_what_it_changed_is_as_it_was(imported, admin):
    run, _amal = imported
    assert cities() == {"Amal": "Riyadh", "Basma": "Riyadh", "Dana": "Riyadh"}
    assert take_back(run, admin).status == Operation.Status.UNDONE
    assert cities() == {"Amal": "Jeddah"}


def test_further_phones_that_it_added_go_but_for_one_that_comes_first_by_now(admin, tmp_path):
    amal = actions.create(PEOPLE, {"name": "Amal", "phone": "0501234567", "email": "a@x.example"}, by=admin)
    file = tmp_path / "people.csv"
    file.write_text("name,email,phone\nAmal,a@x.example,0501234567; 0502222222; 0503333333\n")
    run = engine.finish(engine.prepare(PEOPLE, file, file.name, Mapping(), by=admin), by=admin)
    assert run.updated == 1
    points = ContactPoint.objects.filter(party_id=amal.id, kind="phone")
    assert points.count() == 3
    make_primary(points.get(norm="+966503333333"), by=admin)

    take_back(run, admin)

    assert set(points.values_list("norm", flat=True)) == {"+966501234567", "+966503333333"}
    assert OperationChange.objects.get(outcome="kept").record_id == amal.id


def test_what_others_changed_since_stays_and_is_named(imported, admin):
    run, amal = imported
    actions.update(PEOPLE, amal.id, {"city": "Tabuk"}, by=admin)
    take_back(run, admin)
    assert cities() == {"Amal": "Tabuk"}
    kept = OperationChange.objects.get(outcome="kept")
    assert (kept.record_id, kept.fields) == (amal.id, ["city"])


def test_an_import_whose_worker_died_is_stopped_and_taken_back(admin, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 2)
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    run = engine.prepare(PEOPLE, file, file.name, Mapping(), by=admin)
    engine.start(run, by=admin)
    steps = engine.carry_on(run, by=admin)
    next(steps)
    steps.close()  # the worker dies here
    running.stop(run.operation, by=admin)
    assert cities() == {"Amal": "Riyadh", "Basma": "Riyadh"}
    assert (run.operation.status, run.operation.done) == (Operation.Status.CANCELLED, 2)
    take_back(run, admin)
    assert cities() == {}


def test_an_import_that_has_given_up_does_not_run_for_ever(admin, tmp_path, monkeypatch):
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    run = engine.prepare(PEOPLE, file, file.name, Mapping(), by=admin)
    engine.start(run, by=admin)
    next(engine.carry_on(run, by=admin))
    running.settle(run.operation)
    assert run.operation.status == Operation.Status.RUNNING
    Job.objects.update(state=Job.State.FAILED)
    running.settle(run.operation)
    assert run.operation.status == Operation.Status.FAILED
    assert run.operation.undoable


def test_the_list_of_changes_to_many_does_not_say_that_it_runs_either(admin, company, client, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    run = engine.prepare(PEOPLE, file, file.name, Mapping(), by=admin)
    engine.start(run, by=admin)
    next(engine.carry_on(run, by=admin))
    Job.objects.update(state=Job.State.FAILED)
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    page = client.get("/w/rayyan/operations/").content.decode()
    assert f"/operations/{run.operation_id}/undo" in page
    assert "قيد التنفيذ" not in page


def test_an_undo_that_gave_up_can_be_begun_again(imported, admin):
    run, _amal = imported
    for state in (Job.State.FAILED, Job.State.CANCELLED):
        undo(run.operation, by=admin)
        Job.objects.filter(name="undo").update(state=state)
        running.settle(run.operation)
        assert run.operation.undoable
    assert take_back(run, admin).status == Operation.Status.UNDONE
    assert cities() == {"Amal": "Jeddah"}


def test_a_trial_leaves_nothing_to_take_back(admin, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    engine.finish(engine.prepare(PEOPLE, file, file.name, Mapping(), by=admin, dry_run=True), by=admin)
    assert Operation.objects.count() == 0


def test_an_import_that_was_killed_is_taken_back_whole(admin, tmp_path, monkeypatch):
    monkeypatch.setattr("sila.platform.entities.importing.run.BATCH", 1)
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    run = engine.prepare(PEOPLE, file, file.name, Mapping(), by=admin)
    steps = engine.carry_on(run, by=admin)
    next(steps)
    steps.close()  # the worker dies here
    again = engine.ImportRun.objects.get(id=run.id)
    engine.finish(again, by=admin)
    assert len(cities()) == 3
    assert OperationChange.objects.filter(operation_id=again.operation_id).count() == 3
    take_back(again, admin)
    assert cities() == {}
