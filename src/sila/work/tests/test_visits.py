"""Days of visits: who is worth one, planned in the order of the way, made and told of on the spot."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from sila.platform.access.links import make_token
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.coordinates import Spot
from sila.platform.tenancy.current import scope
from sila.work.actions import log, plan
from sila.work.models import Activity, ActivityLink
from sila.work.visits.areas import customers as mine
from sila.work.visits.checking import check_in, check_out
from sila.work.visits.habits import habits_of, set_habits
from sila.work.visits.models import VisitCheck
from sila.work.visits.planning import Hours, plan_visits, shorten, swap
from sila.work.visits.worth import Asked, quiet
from tests.counting import at_most

PLAN = "/w/rayyan/visit-plan/"
HTMX = {"HX-Request": "true"}
HOURS = Hours(time(9), time(17), 45, 15)
HABITS = {
    "start_at": time(9),
    "end_at": time(17),
    "minutes": 45,
    "between": 15,
    "quiet_days": 30,
    "office": "24.70000, 46.60000",
    "keeps_place": False,
}
organizations, visits = registry["organizations"], registry["visits"]


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=7)


@pytest.fixture
def customers(alice):
    """From west to east, and one whom nobody has found on the map."""
    spots = ("24.7, 46.65", "24.7, 46.75", "24.7, 46.85", "")
    return [
        records.create(
            organizations,
            {"name": name, "coordinates": spot, "city": "الرياض", "district": name, "lifecycle": "customer"},
            by=alice,
        )
        for name, spot in zip(("أول", "ثانٍ", "ثالث", "رابع"), spots, strict=True)
    ]


@pytest.fixture
def page(company, workspace, browser):
    return browser("alice")


def at(day, hour, minute=0, zone="Asia/Riyadh"):
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone))


def plan_for(customers, day, alice, hours=HOURS):
    return plan_visits([each.id for each in customers], owner=alice.member, day=day, hours=hours, by=alice)


def times(made):
    return [f"{timezone.localtime(each.starts_at, at(date.today(), 9).tzinfo):%H:%M}" for each in made]


def whom(visit):
    return ActivityLink.objects.get(activity_id=visit.id).record_id


# ---- planning ------------------------------------------------------------------------------------------
def test_visits_are_planned_on_the_shortest_way_and_who_is_not_on_the_map_comes_last(customers, day, alice):
    set_habits(by=alice, **HABITS)
    first, second, third, nowhere = customers
    made = plan_for([third, nowhere, first, second], day, alice).made
    assert [whom(each) for each in made] == [first.id, second.id, third.id, nowhere.id]
    assert times(made) == ["09:00", "10:00", "11:00", "12:00"]
    assert {each.owner_id for each in made} == {alice.member_id}
    assert {each.kind for each in made} == {"visit"}


def test_nobody_is_visited_twice_on_a_day_whoever_makes_the_visit(customers, day, alice, bob):
    plan_for(customers[:2], day, alice)
    again = plan_visits([each.id for each in customers[:3]], owner=bob.member, day=day, hours=HOURS, by=bob)
    assert again.already == [customers[0].name, customers[1].name]
    assert [whom(each) for each in again.made] == [customers[2].id]
    assert Activity.objects.filter(kind="visit").count() == 3
    assert len(plan_for(customers[:2], day + timedelta(days=1), alice).made) == 2


def test_visits_go_around_meetings_and_stop_with_the_day(customers, day, alice):
    meeting = {"subject": "اجتماع", "starts_at": at(day, 9, 30), "ends_at": at(day, 11)}
    plan("meeting", meeting, by=alice)
    planned = plan_for(customers, day, alice, Hours(time(9), time(13, 30), 45, 15))
    assert times(planned.made) == ["11:15", "12:15"]
    assert len(planned.late) == 2


def test_a_day_that_ends_before_it_begins_and_no_customers_are_refused(customers, day, alice):
    with pytest.raises(Invalid):
        plan_for(customers, day, alice, Hours(time(17), time(9), 45, 15))
    with pytest.raises(Invalid):
        plan_for([], day, alice)
    assert not Activity.objects.exists()


def test_nobody_plans_for_whom_they_do_not_look_after(customers, day, alice, charlie):
    with pytest.raises(NotAllowed):
        plan_visits([customers[0].id], owner=alice.member, day=day, hours=HOURS, by=charlie)
    assert not Activity.objects.exists()


def test_a_customer_of_another_workspace_is_not_visited(day, alice, dalia):
    with scope(dalia.workspace):
        stranger = records.create(organizations, {"name": "غريب"}, by=dalia)
    planned = plan_visits([stranger.id], owner=alice.member, day=day, hours=HOURS, by=alice)
    assert not planned.made
    assert not Activity.objects.exists()


def test_two_change_places_and_the_order_is_kept(customers, day, alice):
    made = plan_for(customers[:3], day, alice).made
    assert swap(made[1], up=True, by=alice)
    order = list(Activity.objects.order_by("at").values_list("id", flat=True))
    assert order == [made[1].id, made[0].id, made[2].id]
    first = Activity.objects.get(id=made[1].id)
    assert not swap(first, up=True, by=alice)


def test_the_shortest_way_puts_a_day_into_order_again(customers, day, alice):
    set_habits(by=alice, **HABITS)
    made = plan_for(customers, day, alice).made
    swap(made[1], up=True, by=alice)
    assert shorten(day, alice.member, by=alice) == 2
    assert list(Activity.objects.order_by("at").values_list("id", flat=True)) == [each.id for each in made]
    assert shorten(day, alice.member, by=alice) == 0


# ---- the page ------------------------------------------------------------------------------------------
def test_the_page_shows_the_day_in_order_with_its_kilometres(customers, day, alice, page):
    set_habits(by=alice, **HABITS)
    plan_for(customers, day, alice)
    with at_most(22):
        text = page.get(f"{PLAN}?on={day}").content.decode()
    text = text[text.index("route-title") :]
    places = [text.index(each.name) for each in customers]
    assert places == sorted(places)
    assert "25.3" in text


def test_those_nobody_has_spoken_to_are_offered_with_the_reason(customers, day, alice, page):
    old = at(date.today() - timedelta(days=80), 9)
    type(customers[0]).objects.update(created_at=old)
    log("call", {"subject": "مكالمة"}, by=alice, about=[("organizations", customers[0].id)])
    with clock.at(old):
        log("visit", {"subject": "زيارة"}, by=alice, about=[("organizations", customers[1].id)], at=old)
    late = {"subject": "إرسال العينة", "due_at": at(date.today() - timedelta(days=3), 9)}
    plan("task", late, by=alice, about=[("organizations", customers[0].id)])
    text = page.get(f"{PLAN}?on={day}").content.decode()
    worth = text[text.index("worth-title") :]
    assert "إرسال العينة" in worth
    assert all(each.name in worth for each in customers)
    narrowed = page.get(f"{PLAN}?on={day}&area=c:الرياض|ثالث").content.decode()
    worth = narrowed[narrowed.index("worth-title") :]
    assert f'value="{customers[2].id}"' in worth
    assert f'value="{customers[1].id}"' not in worth


def test_ticked_customers_become_visits_in_one_go(customers, day, page):
    form = {
        "party": [str(each.id) for each in customers],
        "start": "10:00",
        "end": "17:00",
        "minutes": "30",
        "between": "10",
    }
    answer = page.post(f"{PLAN}plan?on={day}", form, headers=HTMX)
    assert answer.status_code == 204
    assert times(Activity.objects.order_by("at"))[:2] == ["10:00", "10:40"]
    assert page.post(f"{PLAN}plan?on={day}", {**form, "party": []}, headers=HTMX).status_code == 422
    assert Activity.objects.count() == 4


def test_a_manager_sees_the_day_of_the_team_and_a_stranger_does_not(customers, day, alice, browser, company):
    plan_for(customers, day, alice)
    address = f"{PLAN}?on={day}&who={alice.member_id}"
    assert customers[0].name in browser("manager").get(address).content.decode()
    assert browser("charlie").get(address).status_code == 404


def test_a_meeting_at_the_same_time_is_said(customers, day, alice, page):
    made = plan_for(customers[:1], day, alice).made[0]
    clash = {"subject": "مراجعة", "starts_at": made.starts_at, "ends_at": made.ends_at}
    plan("meeting", clash, by=alice)
    text = page.get(f"{PLAN}?on={day}").content.decode()
    assert "s-stop-clash" in text
    assert "مراجعة" in text


def test_habits_are_kept_and_nonsense_is_refused(page, alice):
    form = {
        "start_at": "08:00",
        "end_at": "15:00",
        "minutes": "30",
        "between": "20",
        "quiet_days": "14",
        "office": "https://maps.google.com/?q=24.7,46.6",
        "keeps_place": "on",
    }
    assert page.post(f"{PLAN}habits", {**form, "office": "الرياض"}, headers=HTMX).status_code == 422
    assert page.post(f"{PLAN}habits", {**form, "end_at": "07:00"}, headers=HTMX).status_code == 422
    assert habits_of(alice.member_id).start_at == time(9)
    assert page.post(f"{PLAN}habits", form, headers=HTMX).status_code == 204
    kept = habits_of(alice.member_id)
    assert (kept.start_at, kept.minutes, kept.office, kept.keeps_place) == (
        time(8),
        30,
        "24.70000, 46.60000",
        True,
    )


# ---- on the spot ---------------------------------------------------------------------------------------
@pytest.fixture
def visit(customers, alice):
    return plan_for(customers[:1], timezone.localdate(), alice, Hours(time(0), time(23, 59), 45, 0)).made[0]


def test_checking_in_twice_or_from_two_phones_counts_once(visit, page, company, workspace):
    other = Client()
    other.force_login(company.user("alice"))
    for phone in (page, other, page):
        assert phone.post(f"{PLAN}{visit.id}/arrive").status_code == 302
    assert VisitCheck.objects.count() == 1
    for phone in (page, other):
        answer = phone.post(f"{PLAN}{visit.id}/leave", {"outcome": "met", "note": "وافقوا"})
        assert answer.status_code == 302
    check = VisitCheck.objects.get()
    assert (check.outcome, check.left_at is not None) == ("met", True)
    visit.refresh_from_db()
    assert visit.status == "done"
    assert "وافقوا" in visit.outcome


def test_the_place_is_kept_only_by_those_who_want_it(visit, page, alice):
    place = {"place": "24.70010, 46.65010", "accuracy": "12.4"}
    page.post(f"{PLAN}{visit.id}/arrive", place)
    assert VisitCheck.objects.get().place == ""
    VisitCheck.objects.all().delete()
    set_habits(by=alice, **HABITS | {"keeps_place": True})
    page.post(f"{PLAN}{visit.id}/arrive", place)
    check = VisitCheck.objects.get()
    assert (check.place, check.accuracy) == ("24.70010, 46.65010", 12)
    assert "geolocation=(self)" in page.get(f"{PLAN}{visit.id}/").headers["Permissions-Policy"]
    assert "geolocation=()" in page.get(PLAN).headers["Permissions-Policy"]


def test_a_strangers_visit_cannot_be_checked_in(visit, browser, charlie):
    phone = browser("charlie")
    assert phone.get(f"{PLAN}{visit.id}/").status_code == 404
    assert phone.post(f"{PLAN}{visit.id}/arrive").status_code == 404
    with pytest.raises(NotFound):
        check_in(visit, by=charlie)
    assert not VisitCheck.objects.exists()


def test_who_may_only_look_does_not_check_in(visit, browser):
    phone = browser("viewer")
    assert phone.get(f"{PLAN}{visit.id}/").status_code == 200
    assert phone.post(f"{PLAN}{visit.id}/arrive").status_code == 403
    assert not VisitCheck.objects.exists()


def test_a_postponed_visit_moves_and_can_be_made_on_its_new_day(visit, alice):
    check_in(visit, by=alice)
    later = timezone.now().replace(microsecond=0) + timedelta(days=3)
    with pytest.raises(Invalid):
        check_out(visit, by=alice, outcome="postponed")
    check_out(visit, by=alice, outcome="postponed", until=later)
    visit.refresh_from_db()
    assert (visit.status, visit.starts_at) == ("open", later)
    check_in(visit, by=alice)
    check_out(visit, by=alice, outcome="ordered")
    visit.refresh_from_db()
    assert visit.status == "done"
    assert VisitCheck.objects.count() == 2


def test_what_is_next_is_planned_on_the_same_customer(visit, customers, page):
    page.post(f"{PLAN}{visit.id}/arrive")
    form = {"outcome": "absent", "next_kind": "call", "next_subject": "موعد جديد"}
    assert page.post(f"{PLAN}{visit.id}/leave", form).status_code == 422
    assert VisitCheck.objects.get().left_at is None
    form["next_when"] = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert page.post(f"{PLAN}{visit.id}/leave", form).status_code == 302
    call = Activity.objects.get(kind="call")
    assert whom(call) == customers[0].id


def test_nothing_is_said_of_a_visit_before_one_is_there(visit, alice):
    with pytest.raises(Invalid):
        check_out(visit, by=alice, outcome="met")
    check_in(visit, by=alice)
    with pytest.raises(Invalid):
        check_out(visit, by=alice, outcome="perhaps")
    assert VisitCheck.objects.get().left_at is None


def test_who_was_not_there_was_not_spoken_to(visit, customers, alice):
    type(customers[0]).objects.update(created_at=timezone.now() - timedelta(days=90))
    context = Context(alice, Reader.of(alice.workspace))
    asked = Asked(mine(alice.member_id, alice), alice.member_id, timezone.localdate(), 30, context)
    check_in(visit, by=alice, place=Spot(24.7, 46.65))
    check_out(visit, by=alice, outcome="absent")
    assert customers[0].id in {reason.party_id for reason in quiet(asked)}
    log("call", {"subject": "مكالمة"}, by=alice, about=[("organizations", customers[0].id)])
    assert customers[0].id not in {reason.party_id for reason in quiet(asked)}


# ---- machines ------------------------------------------------------------------------------------------
def test_machines_check_in_and_out_and_the_same_again_changes_nothing(visit, company):
    machine = Client(headers={"Authorization": f"Bearer {make_token(company.members['alice'], 'phone')}"})
    for _turn in range(2):
        answer = machine.post(f"/api/v1/visits/{visit.id}/check-in", {}, content_type="application/json")
        assert answer.status_code == 200
    body = {"outcome": "ordered", "note": "عشر قطع"}
    refused = machine.post(
        f"/api/v1/visits/{visit.id}/check-out", {"outcome": "perhaps"}, content_type="application/json"
    )
    assert refused.status_code == 422
    for _turn in range(2):
        answer = machine.post(f"/api/v1/visits/{visit.id}/check-out", body, content_type="application/json")
    visit.refresh_from_db()
    assert visit.status == "done"
    assert VisitCheck.objects.get().outcome == "ordered"
