"""What is told to whom: by the event log, and as far as each may see."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sila.platform.access.models import Member, Role, TeamMember
from sila.platform.access.reader import Reader
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities import sharing
from sila.platform.entities.kinds import Context
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.purging import purge
from sila.platform.entities.registry import registry
from sila.platform.kit.ids import uuid7
from sila.platform.notifications import actions, showing
from sila.platform.notifications.gathering import gather
from sila.platform.notifications.models import Cursor, Follow, Notification, Preference
from sila.work.actions import complete, log, plan
from sila.work.falling_due import tell_fallen

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(company, workspace):
    return company.actor("manager")


@pytest.fixture
def reem(alice):
    return records.create(registry["people"], {"name": "ريم العتيبي"}, by=alice)


@pytest.fixture
def deal(reem, alice):
    """Which Alice and her team see, and Charlie does not."""
    return records.create(registry["opportunities"], {"name": "صفقة الرياض", "party": reem.id}, by=alice)


def told(actor):
    """(kind, what is said) of each, newest first."""
    gather(actor.workspace)
    rows = list(actions.mine(actor))
    return [
        (item.row.kind, str(item.text))
        for item in showing.show(rows, Context(actor, Reader.of(actor.workspace)))
    ]


def kinds(actor):
    return [kind for kind, _text in told(actor)]


def test_who_is_given_a_record_is_told_and_nobody_else(reem, alice, bob, admin):
    assert kinds(alice) == kinds(bob) == []
    records.update(registry["people"], reem.id, {"owner": str(bob.member_id)}, by=admin)
    assert kinds(bob) == ["assigned"]
    assert kinds(admin) == []


def test_a_task_for_a_colleague_is_given_to_them(alice, bob):
    plan("task", {"subject": "عرض", "owner": str(bob.member_id)}, by=alice)
    assert kinds(bob) == ["assigned"]
    assert kinds(alice) == []


def test_changes_close_together_are_one_notification_that_says_them_all(reem, alice, admin):
    for title in ("مديرة", "رئيسة"):
        records.update(registry["people"], reem.id, {"job_title": title}, by=admin)
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    ((kind, text),) = told(alice)
    assert kind == "changed"
    assert "رئيسة" in text
    assert "جدة" in text
    assert len(Notification.objects.get().events) == 3


def test_a_read_one_is_not_gone_on_with(reem, alice, admin):
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    assert len(told(alice)) == 1
    actions.mark_read(alice)
    records.update(registry["people"], reem.id, {"city": "أبها"}, by=admin)
    assert len(told(alice)) == 2


def test_a_follower_hears_until_they_stop(reem, alice, bob, admin):
    entity = registry["people"]
    actions.follow(entity, reem, by=bob)
    records.update(entity, reem.id, {"city": "جدة"}, by=admin)
    assert kinds(bob) == ["changed"]
    actions.follow(entity, reem, by=bob, active=False)
    records.update(entity, reem.id, {"city": "أبها"}, by=admin)
    assert len(told(bob)) == 1


def test_an_owner_who_follows_no_longer_hears_nothing(reem, alice, admin):
    actions.follow(registry["people"], reem, by=alice, active=False)
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    assert kinds(alice) == []


def test_a_follower_who_loses_access_gets_nothing_more_and_reads_nothing_old(
    deal, alice, charlie, admin, company
):
    entity = registry["opportunities"]
    grant = sharing.share(entity, deal, by=alice, member=charlie.member_id)
    assert kinds(charlie) == ["shared"]
    actions.follow(entity, deal, by=charlie)
    sharing.unshare(entity, deal, grant.id, by=alice)
    records.update(entity, deal.id, {"next_step": "سر"}, by=admin)
    charlie = company.actor("charlie")
    gather(charlie.workspace)
    (item,) = showing.show(list(actions.mine(charlie)), Context(charlie, Reader.of(charlie.workspace)))
    assert (item.title, item.who, item.url, item.quote) == ("", "", "", "")
    assert "الرياض" not in str(item.text)


def test_a_change_of_hidden_fields_alone_is_not_told(reem, alice, bob, admin, company):
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    assert kinds(alice) == ["changed"]
    Role.objects.filter(code="seller").update(fields={"people": {"city": "hidden"}})
    workspace = alice.workspace
    type(workspace).objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 1)
    company.workspace.refresh_from_db()
    workspace.refresh_from_db()
    records.update(registry["people"], reem.id, {"city": "تبوك"}, by=admin)
    gather(workspace)
    assert len(Notification.objects.get(member_id=alice.member_id).events) == 1
    assert "تبوك" not in str(told(company.actor("alice")))
    assert "جدة" not in str(told(company.actor("alice")))


def test_a_team_hears_what_is_shared_with_it(reem, alice, bob, charlie):
    team = TeamMember.objects.filter(member_id=alice.member_id).values_list("team_id", flat=True)[0]
    sharing.share(registry["people"], reem, by=alice, team=team)
    assert kinds(bob) == ["shared"]
    assert kinds(charlie) == kinds(alice) == []


def test_a_note_on_my_record_is_told_with_its_words_and_its_writer_follows(reem, alice, bob, charlie):
    log("note", {"subject": "موعد", "body": "طلبت عرضًا جديدًا"}, by=bob, about=[("people", reem.id)])
    log(
        "note", {"subject": "سر", "body": "سر"}, by=charlie, about=[("people", reem.id)]
    )  # whose notes she does not see
    gather(alice.workspace)
    (item,) = showing.show(list(actions.mine(alice)), Context(alice, Reader.of(alice.workspace)))
    assert (item.row.kind, item.title, item.quote) == ("noted", "ريم العتيبي", "طلبت عرضًا جديدًا")
    assert Follow.objects.get(member_id=bob.member_id).record_id == reem.id


def test_a_reminder_comes_to_its_owner(alice, bob):
    from sila.work.reminders import remind_everyone

    now = timezone.now()
    plan("task", {"subject": "اتصال", "due_at": now, "reminder_at": now - timedelta(minutes=1)}, by=alice)
    remind_everyone()
    remind_everyone()
    assert kinds(alice) == ["reminder"]
    assert kinds(bob) == []


def test_the_morning_is_told_once_and_counts(alice, bob):
    from sila.platform.access.actor import Actor
    from sila.work.telling import tell_due

    now = timezone.now()
    for days in (-3, -2):
        plan("task", {"subject": "متأخر", "due_at": now + timedelta(days=days)}, by=alice)
    system = Actor.system(alice.workspace, "job")
    assert [tell_due(system, now), tell_due(system, now)] == [1, 0]
    assert Notification.objects.get().data == {"due": 0, "late": 2}
    assert kinds(bob) == []


def test_a_merge_is_told_to_the_owner_of_what_went_and_followers_come_along(reem, alice, bob, admin):
    entity = registry["people"]
    other = records.create(entity, {"name": "ريم ع."}, by=bob)
    manager_follows = alice
    actions.follow(entity, other, by=manager_follows)
    merge(entity, reem.id, [reem.id, other.id], by=admin)
    assert "merged" in kinds(bob)
    assert Follow.objects.get(member_id=alice.member_id).record_id == reem.id


def test_what_is_purged_takes_its_notifications_along(reem, alice, bob, admin):
    entity = registry["people"]
    actions.follow(entity, reem, by=bob)
    records.update(entity, reem.id, {"city": "جدة"}, by=admin)
    records.trash(entity, reem.id, by=alice)
    assert kinds(alice) == ["changed"]
    assert kinds(bob)[0] == "changed"
    purge(entity, reem.id, by=admin)
    gather(alice.workspace)
    assert not Notification.objects.exists()
    assert not Follow.objects.exists()


def test_what_quotes_a_purged_record_is_found_by_an_index(workspace):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "notification_of_quoted" in Notification.objects.filter(quoted__in=[uuid7(), uuid7()]).explain()


def test_hundreds_of_records_given_at_once_are_one_notification(alice, bob, admin, company):
    by = company.actor("admin", "bulk")
    for number in range(8):
        person = records.create(registry["people"], {"name": f"شخص {number}"}, by=alice)
        records.update(registry["people"], person.id, {"owner": str(bob.member_id)}, by=by)
    gather(alice.workspace)
    row = Notification.objects.get(member_id=bob.member_id)
    assert (row.kind, row.record_id, row.data) == ("assigned", None, {"count": 8})


def test_imports_are_told_at_their_end_and_not_row_by_row(alice, bob, company):
    by = company.actor("admin", "import")
    records.create(registry["people"], {"name": "من ملف", "owner": str(bob.member_id)}, by=by)
    assert kinds(bob) == []


def test_an_event_is_told_once_whatever_the_order_in_which_it_came_up(reem, alice, admin):
    gather(alice.workspace)
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    late = Event.objects.order_by("-id").first()
    cursor = Cursor.objects.get()
    assert cursor.after < late.id
    assert gather(alice.workspace) == 1
    assert gather(alice.workspace) == 0
    cursor.refresh_from_db()
    assert str(late.id) in cursor.seen
    cursor.seen = [each for each in cursor.seen if each != str(late.id)]
    cursor.save()
    Notification.objects.all().delete()
    assert gather(alice.workspace) == 1


def test_a_flood_of_events_is_read_to_its_end(reem, alice, admin, monkeypatch):
    gather(alice.workspace)
    monkeypatch.setattr("sila.platform.notifications.gathering.LIMIT", 4)
    for number in range(9):
        records.update(registry["people"], reem.id, {"city": f"مدينة {number}"}, by=admin)
    gather(alice.workspace)
    gather(alice.workspace)
    assert len(Notification.objects.get().events) == 9


def test_an_event_that_cannot_be_told_keeps_nothing_back(reem, alice, admin, monkeypatch):
    from sila.platform.notifications import builtin

    for number in range(5):
        records.update(registry["people"], reem.id, {"city": f"مدينة {number}"}, by=admin)
    poison = Event.objects.order_by("-id")[2].id
    has_words = builtin._has_words
    monkeypatch.setattr(builtin, "_has_words", lambda event: has_words(event) and 1 // (event.id != poison))
    gather(alice.workspace)
    row = Notification.objects.get()
    assert len(row.events) == 4
    assert str(poison) not in row.events
    assert gather(alice.workspace) == 0


def test_what_fails_in_one_workspace_is_told_in_the_others(company, elsewhere, monkeypatch):
    from sila.platform.notifications import gathering

    told = []

    def gather_or_fail(workspace):
        told.append(workspace.slug)
        raise ZeroDivisionError

    monkeypatch.setattr(gathering, "gather", gather_or_fail)
    gathering.gather_everyone()
    assert {"rayyan", "delta"} <= set(told)


def test_what_fails_in_a_round_of_the_worker_holds_up_nothing_else(monkeypatch):
    from sila.project import worker

    class Twice:
        rounds = 0

        def wait(self, seconds):
            self.rounds += 1
            return self.rounds > 1

    done = []
    monkeypatch.setattr(worker, "EACH_SWEEP", (lambda: 1 // 0, lambda: done.append("sweep")))
    monkeypatch.setattr(worker, "MINUTELY", (lambda: 1 // 0, lambda: done.append("minute")))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.sweep(Twice())
    assert done == ["sweep", "minute"]


def test_who_left_is_told_nothing(reem, alice, admin):
    Member.objects.filter(id=alice.member_id).update(active=False)
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    gather(alice.workspace)
    assert not Notification.objects.exists()


def test_every_noun_can_be_followed_an_own_one_too(alice, admin, bob, company):
    from tests.samples import new_record

    entity = registry["x-estates"]
    estate = new_record(entity, admin, owner=str(alice.member_id))
    gather(alice.workspace)
    Role.objects.filter(code="seller").update(grants={entity.slug: {"view": "all"}})
    alice.workspace.__class__.objects.filter(pk=alice.workspace.pk).update(access_version=99)
    alice, bob = company.actor("alice"), company.actor("bob")
    actions.follow(entity, estate, by=bob)
    records.update(entity, estate.id, {"name": "برج"}, by=admin)
    assert kinds(bob) == kinds(alice) == ["changed"]


# ---- the pages ------------------------------------------------------------------------------------------
def test_the_bell_counts_shows_opens_and_is_read(reem, alice, admin, browser):
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    gather(alice.workspace)
    client = browser("alice")
    assert client.get("/w/rayyan/notifications/count").json()["unread"] == 1
    panel = client.get("/w/rayyan/notifications/panel").content.decode()
    assert "ريم العتيبي" in panel
    row = Notification.objects.get()
    opened = client.get(f"/w/rayyan/notifications/{row.id}/open")
    assert opened.headers["Location"] == f"/w/rayyan/people/{reem.id}/"
    assert client.get("/w/rayyan/notifications/count").json()["unread"] == 0
    client.post("/w/rayyan/notifications/read", {"id": row.id, "unread": "1"})
    assert client.get("/w/rayyan/notifications/count").json()["unread"] == 1
    client.post("/w/rayyan/notifications/read")
    assert client.get("/w/rayyan/notifications/count").json()["unread"] == 0


def test_the_page_filters_by_kind_and_asks_no_more_for_many(reem, alice, admin, browser):
    from django.test.utils import CaptureQueriesContext

    client = browser("alice")
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    gather(alice.workspace)
    client.get("/w/rayyan/notifications/")
    with CaptureQueriesContext(connection) as few:
        assert "جدة" in client.get("/w/rayyan/notifications/?kind=changed").content.decode()
    assert "جدة" not in client.get("/w/rayyan/notifications/?kind=mentioned").content.decode()
    for number in range(6):
        other = records.create(registry["people"], {"name": f"شخص {number}"}, by=alice)
        records.update(registry["people"], other.id, {"city": "أبها"}, by=admin)
    gather(alice.workspace)
    with CaptureQueriesContext(connection) as many:
        assert client.get("/w/rayyan/notifications/?kind=changed").status_code == 200
    assert len(many) <= len(few)


def test_nobody_opens_or_reads_what_was_told_to_another(reem, alice, admin, bob, browser):
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    gather(alice.workspace)
    row = Notification.objects.get()
    client = browser("bob")
    assert client.get(f"/w/rayyan/notifications/{row.id}/open").status_code == 404
    client.post("/w/rayyan/notifications/read", {"id": row.id})
    client.post("/w/rayyan/notifications/read")
    row.refresh_from_db()
    assert row.read_at is None
    assert browser("alice").post("/w/rayyan/notifications/read", {"id": "this one"}).status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_the_button_follows_and_follows_no_longer(reem, bob, browser):
    client = browser("bob")
    url = f"/w/rayyan/people/{reem.id}/"
    assert f'hx-get="{url}follow"' in client.get(url).content.decode()
    assert 'aria-pressed="false"' in client.get(url + "follow").content.decode()
    pressed = client.post(url + "follow").content.decode()
    assert 'aria-pressed="true"' in pressed
    assert "Bob" in pressed
    assert 'aria-pressed="false"' in client.post(url + "follow", {"stop": "1"}).content.decode()


def test_the_button_knows_the_last_of_many_followers(reem, bob, admin, browser, monkeypatch):
    monkeypatch.setattr("sila.platform.notifications.joining.SHOWN", 1)
    actions.follow(registry["people"], reem, by=admin)
    actions.follow(registry["people"], reem, by=bob)
    shown = browser("bob").get(f"/w/rayyan/people/{reem.id}/follow").content.decode()
    assert 'aria-pressed="true"' in shown
    assert "2" in shown


def test_a_stranger_cannot_follow(deal, charlie, browser):
    assert browser("charlie").post(f"/w/rayyan/opportunities/{deal.id}/follow").status_code == 404
    assert not Follow.objects.exists()


def test_nothing_pops_up_in_quiet_hours_but_it_is_counted(reem, alice, admin, browser):
    client, since = browser("alice"), "00000000-0000-7000-8000-000000000000"
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    gather(alice.workspace)
    assert "جدة" in client.get(f"/w/rayyan/notifications/count?since={since}").json()["text"]
    Preference.objects.create(member_id=alice.member_id, zone="Asia/Riyadh", days_off=list(range(7)))
    answer = client.get(f"/w/rayyan/notifications/count?since={since}").json()
    assert (answer["unread"], answer["text"]) == (1, "")


# ---- tasks that fall due -----------------------------------------------------------------------------
@pytest.fixture
def noon(workspace):
    """A moment up to which everybody was told."""
    moment = timezone.now()
    assert tell_fallen(workspace, moment) == 0
    return moment


def later(moment, **by):
    return moment + timedelta(**by)


def test_a_task_that_falls_due_is_told_to_its_owner_once(workspace, alice, bob, noon):
    task = plan("task", {"subject": "إرسال العرض", "due_at": later(noon, minutes=5)}, by=alice)
    assert tell_fallen(workspace, later(noon, minutes=4)) == 0
    assert [tell_fallen(workspace, later(noon, minutes=at)) for at in (6, 7, 30)] == [1, 0, 0]
    row = Notification.objects.get()
    assert (row.kind, row.member_id, row.record_id) == ("overdue", alice.member_id, task.id)
    assert (row.bell, row.mail_at) == (True, None)
    ((kind, text),) = told(alice)
    assert kind == "overdue"
    assert text.startswith(("has fallen due · ", "حلّ موعدها"))
    assert kinds(bob) == []


def test_what_is_done_moved_thrown_away_or_reminded_of_at_that_moment_is_not_told(workspace, alice, noon):
    due = later(noon, minutes=5)
    done, moved, gone = (plan("task", {"subject": each, "due_at": due}, by=alice) for each in "abc")
    plan("task", {"subject": "d", "due_at": due, "reminder_at": due}, by=alice)
    plan("meeting", {"subject": "e", "starts_at": due}, by=alice)
    complete(done, by=alice)
    records.update(registry["tasks"], moved.id, {"due_at": later(due, hours=1)}, by=alice)
    records.trash(registry["tasks"], gone.id, by=alice)
    assert tell_fallen(workspace, later(noon, minutes=6)) == 0
    assert tell_fallen(workspace, later(due, hours=1)) == 1  # the one that was moved, at its new time
    assert Notification.objects.get().record_id == moved.id


def test_who_does_not_want_it_or_may_not_see_the_task_is_told_nothing(workspace, company, alice, bob, noon):
    for owner in (alice, bob):
        plan("task", {"subject": "س", "due_at": later(noon, minutes=5)}, by=owner)
    off = {"overdue": [False, "none"]}
    Preference.objects.create(member_id=alice.member_id, channels=off, follows={}, days_off=[], zone="")
    seller = Role.objects.get(code="seller")
    seller.grants["tasks"] = {"view": "none"}
    seller.save()
    type(workspace).objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 1)
    workspace.refresh_from_db()
    assert tell_fallen(workspace, later(noon, minutes=6)) == 0
    assert not Notification.objects.exists()


def test_a_mail_about_it_waits_for_the_end_of_quiet_hours(workspace, alice, noon):
    plan("task", {"subject": "س", "due_at": later(noon, minutes=5)}, by=alice)
    local = noon.astimezone(ZoneInfo(workspace.timezone))
    begins, ends = later(local, hours=-1).time(), later(local, hours=2).time()
    Preference.objects.create(
        member_id=alice.member_id, channels={"overdue": [True, "now"]}, quiet_from=begins, quiet_to=ends,
        follows={}, days_off=[], zone="",
    )  # fmt: skip
    assert tell_fallen(workspace, later(noon, minutes=6)) == 1
    assert Notification.objects.get().mail_at >= later(noon, minutes=119)


def test_an_idle_workspace_is_looked_at_with_two_queries_and_writes_nothing(workspace, alice, noon):
    plan("task", {"subject": "س", "due_at": later(noon, days=3)}, by=alice)
    with CaptureQueriesContext(connection) as queries:
        tell_fallen(workspace, later(noon, minutes=1))
    assert [query["sql"].split()[0] for query in queries.captured_queries] == ["SELECT", "SELECT"]


def test_a_worker_that_was_down_for_long_does_not_tell_of_old_tasks(workspace, alice, noon):
    plan("task", {"subject": "قديمة", "due_at": later(noon, days=1)}, by=alice)
    plan("task", {"subject": "حديثة", "due_at": later(noon, days=5)}, by=alice)
    assert tell_fallen(workspace, later(noon, days=5, hours=1)) == 1
