"""Mails about what members are told: when they want them, once, and with nothing that they may not see."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.access.models import User
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities import actions as records
from sila.platform.entities import sharing
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.notifications import actions, preferences
from sila.platform.notifications.delivery import deliver
from sila.platform.notifications.gathering import gather
from sila.platform.notifications.models import Mail, Notification, Preference
from sila.platform.notifications.preferences import Channel, Wishes

pytestmark = pytest.mark.django_db
PLAIN = {
    "follows": dict.fromkeys(preferences.FOLLOWS, True),
    "quiet_from": None,
    "quiet_to": None,
    "days_off": [],
    "zone": "Asia/Riyadh",
    "digest_hour": 7,
}


@pytest.fixture
def deal(alice):
    reem = records.create(registry["people"], {"name": "ريم العتيبي"}, by=alice)
    return records.create(registry["opportunities"], {"name": "صفقة الرياض", "party": reem.id}, by=alice)


@pytest.fixture
def given(deal, alice, bob, admin):
    """A deal that the administrator has given to Bob; Alice, who had it, has read of it."""
    records.update(registry["opportunities"], deal.id, {"owner": str(bob.member_id)}, by=admin)
    gather(bob.workspace)
    actions.mark_read(alice)
    return deal


def system(by):
    return Actor.system(by.workspace, "job")


def time_passes():
    Notification.objects.filter(mailed_at=None).exclude(mail_at=None).update(
        mail_at=timezone.now() - timedelta(seconds=1)
    )


def sent(by):
    """What leaves, once all that waits is due."""
    time_passes()
    deliver(system(by))
    for job in Job.objects.filter(name="mail", state=Job.State.WAITING):
        jobs.run(job.tenant_id, job.id)


def test_a_mail_leaves_after_a_minute_in_both_forms_and_once(given, bob, mailoutbox):
    assert deliver(system(bob)) == 0
    sent(bob)
    sent(bob)
    (message,) = mailoutbox
    assert message.to == [bob.member.email]
    assert "صفقة الرياض" in message.subject
    assert "\u2068" in message.subject
    assert f"/w/rayyan/opportunities/{given.id}/" in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert 'dir="ltr"' in html
    assert "<bdi>صفقة الرياض</bdi>" in html
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_arabic_reader_gets_an_arabic_mail_from_right_to_left(given, bob, mailoutbox):
    User.objects.filter(pk=bob.member.user_id).update(language="ar", calendar="hijri")
    sent(bob)
    html = mailoutbox[0].alternatives[0][0]
    assert '<html lang="ar" dir="rtl">' in html
    assert "إسناد" in html


def test_signs_of_markup_in_values_are_themselves_in_plain_text(given, bob, admin, browser, mailoutbox):
    preferences.save({"changed": Channel(True, Mail.NOW)}, by=bob, **PLAIN)
    actions.mark_read(bob)
    records.update(registry["opportunities"], given.id, {"next_step": "R&D <b>'now'</b>"}, by=admin)
    gather(bob.workspace)
    answer = browser("bob").get("/w/rayyan/notifications/count?since=0").json()
    assert "R&D <b>'now'</b>" in answer["text"]
    sent(bob)
    message = next(each for each in mailoutbox if each.to == [bob.member.email])
    assert "R&D <b>'now'</b>" in message.subject
    assert "R&D <b>'now'</b>" in message.body
    assert "R&amp;D &lt;b&gt;" in message.alternatives[0][0]


def test_who_has_read_it_meanwhile_gets_no_mail(given, bob, mailoutbox):
    actions.mark_read(bob)
    sent(bob)
    assert mailoutbox == []


def test_who_may_not_see_it_any_more_gets_no_mail(deal, alice, charlie, mailoutbox):
    preferences.save({"shared": Channel(True, Mail.NOW)}, by=charlie, **PLAIN)
    entity = registry["opportunities"]
    grant = sharing.share(entity, deal, by=alice, member=charlie.member_id)
    gather(alice.workspace)
    sharing.unshare(entity, deal, grant.id, by=alice)
    sent(alice)
    assert mailoutbox == []
    sharing.share(entity, deal, by=alice, member=charlie.member_id)
    gather(alice.workspace)
    sent(alice)
    assert len(mailoutbox) == 1


def test_a_killed_worker_sends_nothing_twice_and_loses_nothing(given, bob, mailoutbox, monkeypatch):
    from sila.platform.notifications import delivery

    time_passes()
    with monkeypatch.context() as broken:
        broken.setattr(delivery, "send_later", lambda *args, **kwargs: 1 / 0)
        assert deliver(system(bob)) == 0
    assert Notification.objects.filter(mailed_at=None).exclude(mail_at=None).exists()
    assert deliver(system(bob)) == 1
    assert deliver(system(bob)) == 0
    assert Job.objects.filter(name="mail").count() == 1


def test_the_daily_mail_has_everything_by_kind_and_none_goes_out_empty(deal, alice, admin, mailoutbox):
    entity = registry["opportunities"]
    sent(alice)
    assert mailoutbox == []
    records.update(entity, deal.id, {"next_step": "زيارة"}, by=admin)
    gather(alice.workspace)
    row = Notification.objects.get(member_id=alice.member_id)
    assert row.mail == Mail.DAILY
    assert row.mail_at > timezone.now()
    sent(alice)
    (message,) = mailoutbox
    assert "Changes" in message.body
    assert "زيارة" in message.body


def test_whoever_wants_nothing_is_told_nothing(deal, bob, admin, mailoutbox):
    preferences.save({"assigned": Channel(False, Mail.NONE)}, by=bob, **PLAIN)
    records.update(registry["opportunities"], deal.id, {"owner": str(bob.member_id)}, by=admin)
    gather(bob.workspace)
    assert not Notification.objects.filter(member_id=bob.member_id).exists()


def test_defaults_hold_for_those_who_have_not_chosen(deal, bob, admin):
    preferences.save({"assigned": Channel(True, Mail.DAILY)}, by=admin, common=True, **PLAIN)
    assert preferences.my_wishes(bob).channels["assigned"] == Channel(True, Mail.DAILY)
    preferences.save({"assigned": Channel(True, Mail.NOW)}, by=bob, **PLAIN)
    assert preferences.my_wishes(bob).channels["assigned"] == Channel(True, Mail.NOW)
    with pytest.raises(NotAllowed):
        preferences.save({}, by=bob, common=True, **PLAIN)
    with pytest.raises(Invalid):
        preferences.save({}, by=bob, **(PLAIN | {"days_off": list(range(7))}))
    assert Preference.objects.count() == 2


def wishes(**more):
    return Wishes({}, {}, "Asia/Riyadh", **more)


def riyadh(day, hour, minute=0):
    """A moment of November 2026, when the 26th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


@pytest.mark.parametrize(
    ("moment", "free"),
    [
        (riyadh(24, 12), riyadh(24, 12)),
        (riyadh(24, 23), riyadh(25, 7)),  # through the night
        (riyadh(25, 3), riyadh(25, 7)),
        (riyadh(26, 23), riyadh(29, 7)),  # Friday and Saturday are off, and the night after them
        (riyadh(27, 12), riyadh(29, 7)),
    ],
)
def test_what_comes_in_quiet_hours_waits_for_their_end(moment, free):
    quiet = wishes(quiet_from=time(21), quiet_to=time(7), days_off=(4, 5))
    assert quiet.free(moment) == free
    assert quiet.is_quiet(moment) == (free != moment)


def test_the_daily_mail_comes_at_its_hour_and_not_on_days_off():
    daily = wishes(digest_hour=8, days_off=(4, 5))
    assert daily.digest_at(riyadh(24, 6)) == riyadh(24, 8)
    assert daily.digest_at(riyadh(24, 8)) == riyadh(25, 8)
    assert daily.digest_at(riyadh(26, 9)).astimezone(UTC).date().isoformat() in ("2026-11-28", "2026-11-29")


def test_the_link_at_the_end_asks_first_and_then_ends_the_mails(given, bob, admin, mailoutbox):
    sent(bob)
    address = re.search(r"<(.*)>", mailoutbox[0].extra_headers["List-Unsubscribe"])[1]
    path = address.removeprefix(settings.ADDRESS)
    stranger = Client()
    assert stranger.get(path).status_code == 200
    assert preferences.my_wishes(bob).channels.get("assigned") is None
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert preferences.my_wishes(bob).channels["assigned"] == Channel(True, Mail.NONE)
    assert stranger.post(path[:-2] + "xx").status_code == 410


def test_the_page_of_settings_keeps_what_was_chosen_and_refuses_what_cannot_be(company, alice):
    client = Client()
    client.force_login(company.user("alice"), backend=settings.AUTHENTICATION_BACKENDS[0])
    url = "/w/rayyan/settings/notifications/"
    page = client.get(url).content.decode()
    assert page.count('type="radio"') == 3 * page.count('name="bell-')
    form = {
        "bell-mentioned": "on",
        "mail-mentioned": "daily",
        "quiet_from": "21:00",
        "quiet_to": "07:00",
        "has-days_off": "1",
        "days_off": ["4", "5"],
        "zone": "Asia/Riyadh",
        "digest_hour": "8",
        "has-follows": "1",
        "follows": ["owned"],
    }
    assert client.post(url, form).status_code == 302
    mine = preferences.my_wishes(alice)
    assert mine.channels["mentioned"] == Channel(True, "daily")
    assert (mine.quiet_from, mine.quiet_to, mine.days_off, mine.digest_hour) == (time(21), time(7), (4, 5), 8)
    assert mine.follows == {"owned": True, "created": False, "commented": False}
    refused = client.post(url, form | {"days_off": [str(day) for day in range(7)], "digest_hour": "9"})
    assert refused.status_code == 422
    assert preferences.my_wishes(alice).digest_hour == 8
    assert client.get(url + "defaults").status_code == 403


def test_what_was_read_long_ago_goes(given, bob):
    actions.mark_read(bob)
    assert actions.forget_old() == 0
    Notification.objects.update(read_at=timezone.now() - actions.KEPT - timedelta(days=1))
    assert actions.forget_old() == 2
