"""Sales on the phone: the day that it keeps, and what was logged on the way and is taken once."""

import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sila.documents.models import File
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.sales.phone.models import SentEntry
from sila.work.actions import log, plan
from sila.work.models import Activity, ActivityLink
from tests.counting import at_most

DAY, SEND, PAGE = (f"/w/rayyan/quick-log/{tail}" for tail in ("day", "send", ""))
organizations, deals = registry["organizations"], registry["opportunities"]


@pytest.fixture
def customer(alice):
    values = {"name": "مصنع السنابل", "phone": "0551234567", "street": "طريق الملك فهد", "city": "الرياض"}
    return records.create(organizations, values, by=alice)


@pytest.fixture
def phone(browser):
    return browser("alice")


def today_at(hour):
    zone = ZoneInfo("Asia/Riyadh")
    return datetime.combine(timezone.now().astimezone(zone).date(), time(hour), tzinfo=zone)


def visit(customer, by, hour=9):
    values = {"subject": "زيارة", "starts_at": today_at(hour)}
    return plan("visit", values, by=by, about=[("organizations", customer.id)])


def entry(**given):
    return {
        "key": str(uuid.uuid4()),
        "kind": "call",
        "text": "وافقوا على العرض",
        "about": "",
        "at": timezone.now().isoformat(),
        **given,
    }


# ---- the day -------------------------------------------------------------------------------------------
def test_the_day_holds_its_visits_with_phone_last_words_and_open_deals(customer, alice, phone):
    visit(customer, alice)
    about = [("organizations", customer.id)]
    log("call", {"subject": "مكالمة"}, by=alice, about=about, outcome="يريد عينة")
    records.create(deals, {"name": "توريد", "party": customer.id, "amount": "1200"}, by=alice)
    with at_most(16):
        day = phone.get(DAY).json()
    found = day["visits"][0]
    assert (found["title"], found["phone"], found["tel"]) == (
        "مصنع السنابل",
        "055 123 4567",
        "tel:+966551234567",
    )
    assert "يريد عينة" in found["notes"][0]
    assert "توريد" in found["deals"][0]
    assert day["seat"] == str(alice.member_id)
    assert day["workspace"] == "rayyan"


def test_the_day_takes_the_same_queries_for_many_visits(customer, alice, phone):
    for number in range(6):
        other = records.create(organizations, {"name": f"عميل {number}"}, by=alice)
        visit(other, alice, hour=8 + number)
        records.create(deals, {"name": f"صفقة {number}", "party": other.id}, by=alice)
    with at_most(16):
        assert len(phone.get(DAY).json()["visits"]) == 6


def test_the_day_is_ones_own(customer, alice, browser):
    visit(customer, alice)
    assert browser("charlie").get(DAY).json()["visits"] == []
    assert browser("alice").get(DAY).json()["visits"] != []


def test_what_a_role_hides_is_not_kept_on_a_phone(customer, alice, browser, company):
    from sila.platform.access.models import Role
    from sila.platform.tenancy.models import Workspace

    role = Role.objects.get(code="seller")
    role.fields = {
        "organizations": {"phone": "hidden", "street": "hidden"},
        "opportunities": {"party": "hidden"},
    }
    role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=99)
    visit(customer, alice)
    records.create(deals, {"name": "سرّية", "party": customer.id}, by=company.actor("admin"))
    found = browser("alice").get(DAY).json()["visits"][0]
    assert (found["phone"], found["tel"], found["deals"]) == ("", "", [])
    assert "طريق الملك فهد" not in found["where"]


# ---- the log -------------------------------------------------------------------------------------------
def test_an_entry_that_is_sent_again_is_taken_once_and_answers_with_the_first_result(customer, phone):
    given = entry(about=f"organizations:{customer.id}")
    first, second = phone.post(SEND, given), phone.post(SEND, given)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    call = Activity.objects.get()
    assert (call.kind, call.status, call.body) == ("call", "done", "وافقوا على العرض")
    assert ActivityLink.objects.get().record_id == customer.id
    assert str(call.id) in first.json()["url"]


def test_an_entry_is_known_again_after_weeks(phone, workspace):
    given = entry(kind="note", at=(timezone.now() - timedelta(days=20)).isoformat())
    phone.post(SEND, given)
    SentEntry.objects.update(at=timezone.now() - timedelta(days=20))
    assert phone.post(SEND, given).status_code == 200
    assert Activity.objects.count() == 1


def test_it_stands_on_the_day_on_which_it_was(phone, workspace):
    moment = timezone.now() - timedelta(days=2)
    phone.post(SEND, entry(kind="visit", at=moment.isoformat()))
    assert Activity.objects.get().at == moment


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "   "},
        {"kind": "meeting"},
        {"key": "short"},
        {"at": "yesterday"},
        {"at": "2020-01-01T10:00:00+03:00"},
        {"about": "organizations:00000000-0000-7000-8000-000000000000"},
        {"about": "members:1"},
    ],
)
def test_what_is_refused_says_why_keeps_nothing_and_can_be_sent_corrected(wrong, phone, workspace):
    given = entry()
    answer = phone.post(SEND, {**given, **wrong})
    assert answer.status_code == 422
    assert answer.json()["state"] == "refused"
    assert all(answer.json()["reasons"])
    assert not Activity.objects.exists()
    assert not SentEntry.objects.exists()
    assert phone.post(SEND, given).status_code == 201


def test_two_people_may_use_the_same_key(browser, workspace):
    given = entry()
    assert browser("alice").post(SEND, given).status_code == 201
    assert browser("charlie").post(SEND, given).status_code == 201
    assert Activity.objects.count() == 2


def test_nothing_is_logged_on_a_record_of_another_workspace(phone, dalia, workspace):
    with scope(dalia.workspace):
        stranger = records.create(organizations, {"name": "غريب"}, by=dalia)
    assert phone.post(SEND, entry(about=f"organizations:{stranger.id}")).status_code == 422
    assert phone.get(f"{PAGE}?on=organizations:{stranger.id}").status_code == 404
    assert not Activity.objects.exists()


def test_who_may_not_add_calls_is_refused(browser, workspace):
    assert browser("viewer").post(SEND, entry()).status_code == 422
    assert browser("viewer").get(PAGE).status_code == 403
    assert not Activity.objects.exists()


def test_a_picture_hangs_on_whom_the_entry_is_about_and_comes_once(customer, phone, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for _turn in range(2):
        given = entry(key="0" * 36, about=f"organizations:{customer.id}")
        picture = SimpleUploadedFile("card.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, content_type="image/png")
        assert phone.post(SEND, {**given, "picture": picture}).status_code in (200, 201)
    file = File.objects.get()
    assert (file.entity, file.record_id, file.name) == ("organizations", customer.id, "card.png")


# ---- the installed program -----------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "name", "way"), [("ar", "صلة", "rtl"), ("en", "Sila", "ltr")])
def test_the_manifest_speaks_both_languages(client, db, language, name, way):
    answer = client.get(f"/manifest.webmanifest?language={language}")
    said = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (said["name"], said["dir"], said["start_url"], said["display"]) == (
        name,
        way,
        "/start",
        "standalone",
    )
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}


def test_the_worker_is_served_at_the_root_and_never_kept(client, db):
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "/offline?language=ar" in answer.content.decode()
    assert "worker-src 'self'" in client.get("/accounts/login/").headers["Content-Security-Policy"]


def test_the_page_without_a_network_holds_nobodys_data(customer, alice, phone):
    visit(customer, alice)
    for language, way in (("ar", "rtl"), ("en", "ltr")):
        text = phone.get(f"/offline?language={language}").content.decode()
        assert f'dir="{way}"' in text
        assert "السنابل" not in text
        assert str(alice.member_id) not in text


def test_an_installed_sila_starts_in_the_workspace_where_one_was_last(phone, client, workspace):
    phone.get("/w/rayyan/people/")
    assert phone.get("/start").headers["Location"] == "/w/rayyan/today"
    phone.cookies["sila_workspace"] = "elsewhere"
    assert phone.get("/start").headers["Location"] == "/"
    assert "/accounts/login/" in client.get("/start").headers["Location"]
