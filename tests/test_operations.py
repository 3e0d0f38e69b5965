"""What many records were changed at once by can be taken back, without touching what others did since."""

from datetime import timedelta

import pytest

from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations.notes import begin, end, note
from sila.platform.entities.operations.undo import take_back, undo
from sila.platform.entities.registry import registry
from tests.samples import new_record

pytestmark = pytest.mark.django_db
PEOPLE = registry["people"]


def edited(records, by, **values):
    """A bulk edit of these records, as one operation."""
    operation = begin("bulk", "people", by=by, total=len(records))
    for record in records:
        old = {name: getattr(record, name) for name in values}
        after = actions.update(PEOPLE, record.id, values, by=by)
        note(operation, PEOPLE, [(after, old)])
    end(operation, done=len(records))
    return operation


def run(operation, by):
    undo(operation, by=by)
    job = Job.objects.get(name="undo", key=str(operation.id))
    assert jobs.run(job.tenant_id, job.id)
    operation.refresh_from_db()
    return operation


def test_fields_get_their_old_values_unless_someone_has_changed_them_since(admin):
    first, second = new_record(PEOPLE, admin), new_record(PEOPLE, admin)
    was = first.city, first.birth_date, second.city
    operation = edited([first, second], admin, city="جدة", birth_date="2001-02-28", job_title="مدير")
    actions.update(PEOPLE, second.id, {"city": "تبوك"}, by=admin)
    assert run(operation, admin).status == Operation.Status.UNDONE
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.city, first.birth_date) == was[:2]
    assert (second.city, second.birth_date) == ("تبوك", was[1])
    kept = OperationChange.objects.get(outcome="kept")
    assert (kept.record_id, kept.fields) == (second.id, ["city"])
    assert kept.reason


def test_what_was_added_goes_and_what_was_thrown_away_comes_back(admin):
    new, old = new_record(PEOPLE, admin), new_record(PEOPLE, admin)
    operation = begin("import", "people", by=admin)
    note(operation, PEOPLE, [(new, {})], "created")
    note(operation, PEOPLE, [(actions.trash(PEOPLE, old.id, by=admin), {})], "trashed")
    end(operation, done=2)
    run(operation, admin)
    assert list(PEOPLE.visible_to(admin)) == [old]


def test_an_undo_that_was_interrupted_goes_on_where_it_was(admin, monkeypatch):
    monkeypatch.setattr("sila.platform.entities.operations.undo.BATCH", 2)
    people = [new_record(PEOPLE, admin) for _number in range(5)]
    operation = edited(people, admin, city="أبها")
    undo(operation, by=admin)
    steps = take_back(operation, by=admin)
    assert next(steps) == 2
    steps.close()
    assert list(take_back(operation, by=admin)) == [4, 5]
    assert not PEOPLE.visible_to(admin).filter(city="أبها").exists()


def test_it_is_undone_once_by_whom_it_belongs_to_and_not_for_ever(admin, company):
    alice, bob = company.actor("alice"), company.actor("bob")
    person = new_record(PEOPLE, alice)
    operation = edited([person], alice, city="أبها")
    with pytest.raises(NotAllowed):
        undo(operation, by=bob)
    operation.started_at -= timedelta(days=31)
    operation.save()
    with pytest.raises(Invalid):
        undo(operation, by=alice)
    operation.started_at += timedelta(days=2)
    operation.save()
    run(operation, alice)
    with pytest.raises(Invalid):
        undo(operation, by=alice)
    person.refresh_from_db()
    assert person.city != "أبها"


def test_what_one_may_no_longer_change_is_kept_and_told(admin, company):
    alice = company.actor("alice")
    person = new_record(PEOPLE, alice)
    operation = edited([person], alice, city="أبها")
    charlie = company.members["charlie"]
    actions.update(PEOPLE, person.id, {"owner": charlie.id, "org_unit": charlie.unit_id}, by=admin)
    run(operation, alice)
    assert OperationChange.objects.get().outcome == "kept"
    person.refresh_from_db()
    assert person.city == "أبها"
