"""Roll-ups of what hangs on a record without a link of its own: calls, meetings, tasks, visits and notes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.customfields.models import CustomField
from sila.platform.entities import actions
from sila.platform.entities.computed import verbs
from sila.platform.entities.errors import Invalid
from sila.platform.entities.merging import verb as merging
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.operations import undo
from sila.platform.entities.purging import purge
from sila.platform.entities.registry import registry
from sila.platform.entities.trashing import trash_many
from sila.platform.tenancy.current import scope
from sila.project.tests.test_administration_pages import browser
from sila.work.actions import complete, log, plan, reopen, snooze
from tests.counting import at_most

pytestmark = pytest.mark.django_db
COMPANIES, TASKS, CALLS, MEETINGS = (registry[s] for s in ("organizations", "tasks", "calls", "meetings"))
NOON = datetime(2026, 3, 1, 9, tzinfo=UTC)


def rollup(by: Any, noun: Any = COMPANIES, **rule: Any) -> str:
    kept = verbs.rollup_rule(noun, **{"link": "hangs_on", "how": "count", **rule})
    return verbs.add_computed(noun, "مجموع", kind="rollup", rule=kept, by=by).key


def company(by: Any, name: str) -> Any:
    return actions.create(COMPANIES, {"name": name}, by=by)


def held(record: Any, *keys: str) -> list[Any]:
    custom = type(record).objects.get(id=record.id).custom
    return [custom.get(key) for key in keys]


def on(*records: Any) -> list[tuple[str, Any]]:
    return [("organizations", record.id) for record in records]


def call(by: Any, *records: Any, **more: Any) -> Any:
    return log("call", {"subject": "مكالمة"}, by=by, about=on(*records), **more)


def meeting(by: Any, record: Any, begins: datetime, minutes: int) -> Any:
    ends = begins + timedelta(minutes=minutes)
    return plan(
        "meeting", {"subject": "اجتماع", "starts_at": begins, "ends_at": ends}, by=by, about=on(record)
    )


# ---- what is counted -----------------------------------------------------------------------------------
def test_calls_are_counted_meetings_dated_and_minutes_added_up(admin: Any) -> None:
    nakheel, waha = company(admin, "نخيل"), company(admin, "واحة")
    calls = rollup(admin, of="calls")
    last = rollup(admin, of="meetings", how="max", field="starts_at")
    minutes = rollup(admin, of="meetings", how="sum", field="minutes")
    all_of_them = rollup(admin, of="activities")
    keys = (calls, last, minutes, all_of_them)
    assert held(nakheel, *keys) == [0, None, 0, 0]
    call(admin, nakheel)
    call(admin, nakheel, waha)
    meeting(admin, nakheel, NOON, 45)
    second = meeting(admin, nakheel, NOON + timedelta(days=2), 90)
    assert held(nakheel, *keys) == [2, "2026-03-03", 135, 4]
    assert held(waha, *keys) == [1, None, 0, 1]
    actions.update(MEETINGS, second.id, {"ends_at": second.starts_at + timedelta(minutes=30)}, by=admin)
    assert held(nakheel, minutes) == [75]
    snooze(MEETINGS.rows().get(id=second.id), by=admin, until=datetime(2040, 1, 1, 9, tzinfo=UTC))
    assert held(nakheel, last) == ["2040-01-01"]


def test_a_roll_up_that_is_new_sees_what_hangs_there_already(admin: Any) -> None:
    nakheel = company(admin, "نخيل")
    call(admin, nakheel)
    assert held(nakheel, rollup(admin, of="calls")) == [1]


def test_conditions_follow_what_becomes_of_the_work(admin: Any) -> None:
    nakheel = company(admin, "نخيل")
    still_open = rollup(admin, of="tasks", conditions=("status:any:open",))
    task = plan("task", {"subject": "عرض"}, by=admin, about=on(nakheel))
    assert held(nakheel, still_open) == [1]
    done = complete(task, by=admin)
    assert held(nakheel, still_open) == [0]
    reopen(done, by=admin)
    assert held(nakheel, still_open) == [1]
    actions.trash(TASKS, task.id, by=admin)
    assert held(nakheel, still_open) == [0]
    actions.restore(TASKS, task.id, by=admin)
    assert held(nakheel, still_open) == [1]
    trash_many(TASKS, [task.id], by=admin)
    purge(TASKS, task.id, by=admin)
    assert held(nakheel, still_open) == [0]


def test_formulas_and_own_fields_of_work_go_on_into_the_roll_up(admin: Any) -> None:
    nakheel = company(admin, "نخيل")
    rule = verbs.formula_rule(CALLS, "length([Subject])")
    letters = verbs.add_computed(CALLS, "أحرف", kind="formula", rule=rule, by=admin).key
    total = rollup(admin, of="calls", how="sum", field=letters)
    made = call(admin, nakheel)
    assert held(nakheel, total) == [6]
    actions.update(CALLS, made.id, {"subject": "نعم"}, by=admin)
    assert held(nakheel, total) == [3]


def test_record_types_of_the_workspace_and_people_have_it_work_itself_does_not(admin: Any) -> None:
    def nouns(slug: str) -> set[str]:
        return {noun.slug for noun, f in verbs.relations(registry[slug]) if f.name == "hangs_on"}

    every = {"activities", "tasks", "calls", "meetings", "visits", "notes"}
    for slug in ("people", "opportunities", "products", "x-estates"):
        assert nouns(slug) == every
    assert nouns("tasks") == set()
    with pytest.raises(Invalid):
        verbs.rollup_rule(TASKS, of="calls", link="hangs_on", how="count")
    estate = actions.create(registry["x-estates"], {"name": "فيلا"}, by=admin)
    key = rollup(admin, registry["x-estates"], of="visits")
    log("visit", {"subject": "زيارة"}, by=admin, about=[("x-estates", estate.id)])
    assert held(estate, key) == [1]


# ---- merges --------------------------------------------------------------------------------------------
def parted(operation: Any, by: Any) -> None:
    operation.refresh_from_db()
    with transaction.atomic():
        assert undo.at_once(operation, by=by) == 0


def test_a_merge_of_companies_and_its_undo_keep_it_right(admin: Any) -> None:
    nakheel, again = company(admin, "نخيل"), company(admin, "النخيل")
    calls = rollup(admin, of="calls")
    call(admin, nakheel)
    call(admin, again)
    call(admin, nakheel, again)  # which both have: one of the two rows is left out
    assert (held(nakheel, calls), held(again, calls)) == ([2], [2])
    operation = merge(COMPANIES, nakheel.id, [again.id], by=admin)
    assert held(nakheel, calls) == [3]
    parted(operation, admin)
    assert (held(nakheel, calls), held(again, calls)) == ([2], [2])


def test_a_long_merge_in_the_background_keeps_it_right(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "AT_ONCE", 2)
    nakheel, again = company(admin, "نخيل"), company(admin, "النخيل")
    calls = rollup(admin, of="calls")
    for _number in range(5):
        call(admin, again)
    operation = merge(COMPANIES, nakheel.id, [again.id], by=admin)
    assert jobs.run(admin.workspace.pk, Job.objects.get(name=merging.JOB).id)
    assert held(nakheel, calls) == [5]
    parted(operation, admin)
    assert (held(nakheel, calls), held(again, calls)) == ([0], [5])


def test_a_merge_of_two_calls_and_its_undo_keep_it_right(admin: Any) -> None:
    nakheel, waha = company(admin, "نخيل"), company(admin, "واحة")
    calls = rollup(admin, of="calls")
    one, other = call(admin, nakheel), call(admin, nakheel, waha)
    operation = merge(CALLS, one.id, [other.id], by=admin)
    assert (held(nakheel, calls), held(waha, calls)) == ([1], [1])
    parted(operation, admin)
    assert (held(nakheel, calls), held(waha, calls)) == ([2], [1])


# ---- the page ------------------------------------------------------------------------------------------
def test_the_editor_offers_it_and_keeps_what_was_chosen(company: Any) -> None:
    client: Client = browser(company, "admin")
    fields = "/w/rayyan/settings/fields/"
    page = client.get(f"{fields}rollup/new?entity=organizations").content.decode()
    assert '<option value="calls|hangs_on">Calls · on the timeline</option>' in page
    sent = {"label": "دقائق", "relation": "meetings|hangs_on", "how": "sum", "field": "minutes"}
    parts = client.post(f"{fields}rollup/check?entity=organizations", sent).content.decode()
    assert '<option value="minutes" selected>Minutes</option>' in parts
    assert client.post(f"{fields}rollup/new?entity=organizations", sent).status_code == 302
    with scope(company.workspace):
        row = CustomField.objects.get(label="دقائق")
    page = client.get(f"{fields}rollup/{row.id}/").content.decode()
    assert '<option value="meetings|hangs_on" selected>' in page


def test_work_costs_no_more_where_nobody_rolls_it_up_and_one_query_where_somebody_does(admin: Any) -> None:
    nakheel = company(admin, "نخيل")
    task = plan("task", {"subject": "عرض"}, by=admin, about=on(nakheel))
    rename = {"subject": "عرض آخر"}
    with CaptureQueriesContext(connection) as plain:
        actions.update(TASKS, task.id, rename, by=admin)
    rollup(admin, of="tasks", conditions=("status:any:open",))
    with at_most(len(plain.captured_queries) + 2):
        actions.update(TASKS, task.id, {"subject": "عرض"}, by=admin)


def test_work_counts_by_what_it_links_to_and_follows_that(admin: Any) -> None:
    nakheel = company(admin, "نخيل")
    calls = rollup(admin, of="calls", conditions=("owner~name:is:Alia",))
    alice = registry["members"].rows().get(name="Alice")
    call(admin, nakheel, owner_id=alice.id)
    assert held(nakheel, calls) == [0]
    actions.update(registry["members"], alice.id, {"name": "Alia"}, by=admin)
    assert held(nakheel, calls) == [1]
