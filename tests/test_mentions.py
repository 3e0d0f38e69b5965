"""Naming colleagues in a note, and notifications for programs."""

import pytest
from django.test import Client

from sila.platform.access.links import make_token
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.notifications import actions, showing
from sila.platform.notifications.gathering import gather
from sila.platform.notifications.models import Follow, Mention, Notification
from sila.work.models import Activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def reem(alice):
    return records.create(registry["people"], {"name": "ريم العتيبي"}, by=alice)


@pytest.fixture
def deal(reem, alice):
    """Which Alice and her team see, and Charlie does not."""
    return records.create(registry["opportunities"], {"name": "صفقة الرياض", "party": reem.id}, by=alice)


# ---- mentions -------------------------------------------------------------------------------------------
def compose(client, deal, body, *members):
    ids = [str(member.id) for member in members]
    return client.post(
        f"/w/rayyan/compose/note?on=opportunities:{deal.id}",
        {"body": body, "mention": ids},
        headers={"HX-Request": "true"},
    )


def test_a_colleague_who_is_named_is_told_and_may_read_the_note(deal, alice, company, browser):
    manager, client = company.actor("manager"), browser("alice")
    answer = compose(client, deal, "ما رأيك يا @Manager؟ الموعد غدًا", manager.member)
    assert answer.status_code == 200
    assert '<bdi class="s-mention">@Manager</bdi>' in answer.content.decode()
    gather(alice.workspace)
    (item,) = showing.show(list(actions.mine(manager)), Context(manager, Reader.of(manager.workspace)))
    assert (item.row.kind, item.title) == ("mentioned", "صفقة الرياض")
    assert item.quote.startswith("ما رأيك")


def test_a_colleague_who_may_not_see_the_record_is_told_nothing_and_the_writer_is_asked_to_share(
    deal, alice, charlie, browser
):
    answer = compose(browser("alice"), deal, "سر يا @Charlie", charlie.member)
    trigger = answer.headers["HX-Trigger"]
    assert "sila:share" in trigger
    assert str(charlie.member_id) in trigger
    gather(alice.workspace)
    assert not Notification.objects.filter(member_id=charlie.member_id).exists()
    assert not charlie.shared_some("notes")
    dialog = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/share?member={charlie.member_id}")
    assert "Charlie" in dialog.content.decode()


def test_a_name_that_was_taken_out_again_and_a_name_that_was_only_typed_name_nobody(
    deal, alice, bob, browser
):
    compose(browser("alice"), deal, "بلا أسماء", bob.member)
    compose(browser("alice"), deal, "يا @Bob")
    gather(alice.workspace)
    assert not Mention.objects.exists()


def test_somebody_who_is_called_otherwise_by_now_shows_by_that_name(deal, alice, bob, browser):
    compose(browser("alice"), deal, "يا @Bob انظر", bob.member)
    Member.objects.filter(id=bob.member_id).update(name="Robert")
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert '<bdi class="s-mention">@Robert</bdi>' in page


def test_colleagues_are_found_by_any_spelling_and_oneself_is_not_among_them(alice, bob, browser):
    member = Member.objects.get(id=bob.member_id)
    member.name = "أحمد البابطين"
    member.save()
    found = browser("alice").get("/w/rayyan/mention?q=احمد").json()
    assert [each["text"] for each in found] == ["أحمد البابطين"]
    assert str(alice.member_id) not in str(browser("alice").get("/w/rayyan/mention?q=").json())


def note_of(deal):
    return Activity.objects.get(kind="note", links__record_id=deal.id)


def mentioned(actor):
    gather(actor.workspace)
    return Notification.objects.filter(member_id=actor.member_id, kind="mentioned").count()


def rewrite(client, note, body):
    note.refresh_from_db()
    address = f"/w/rayyan/notes/{note.id}/fields/body/"
    return client.post(address, {"body": body, "version": note.version}, headers={"HX-Request": "true"})


def test_who_is_named_when_a_note_is_edited_is_told_once_and_nobody_who_may_not_see_the_record(
    deal, alice, bob, charlie, company, browser
):
    manager, client = company.actor("manager"), browser("alice")
    compose(client, deal, "ما رأيك يا @Manager؟", manager.member)
    note = note_of(deal)
    assert mentioned(manager) == 1
    assert (
        rewrite(client, note, "ما رأيك يا @Manager؟ ويا @Bob، و@Charlie و a@Bob.example").status_code == 200
    )
    assert (mentioned(manager), mentioned(bob), mentioned(charlie)) == (1, 1, 0)
    assert not charlie.shared_some("notes")
    rewrite(client, note, "بلا أسماء")
    rewrite(client, note, "عودة إلى @Bob و@Manager")
    assert (mentioned(manager), mentioned(bob)) == (1, 1)


def test_a_name_that_two_colleagues_have_and_half_a_name_name_nobody(deal, alice, bob, company, browser):
    compose(browser("alice"), deal, "بلا أسماء")
    Member.objects.filter(id=company.members["manager"].id).update(name="Bob")
    rewrite(browser("alice"), note_of(deal), "يا @Bob و@Bobby و@Adm")
    assert not Mention.objects.exists()


@pytest.fixture
def bobs(company, bob):
    """Two colleagues who are called Bob: the one in Alice's team, and her manager."""
    Member.objects.filter(id=company.members["manager"].id).update(name="Bob", name_fold="bob")
    return bob.member, Member.objects.get(id=company.members["manager"].id)


def test_two_of_one_name_are_told_apart_in_the_list_and_each_is_named_by_the_address(
    deal, bobs, alice, browser
):
    one, other = bobs
    found = {each["value"]: each for each in browser("alice").get("/w/rayyan/mention?q=bob").json()}
    assert {each["text"] for each in found.values()} == {"Bob"}
    for member in bobs:
        assert found[str(member.id)]["words"] == member.email
        assert member.email in found[str(member.id)]["hint"]
    compose(browser("alice"), deal, f"يا @{other.email} انظر", one, other)
    assert [str(each.member_id) for each in Mention.objects.all()] == [str(other.id)]
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert f'<bdi class="s-mention" title="{other.email}">@Bob</bdi>' in page


def test_one_whose_name_nobody_else_has_is_named_by_it(alice, bob, browser):
    (found,) = browser("alice").get("/w/rayyan/mention?q=bob").json()
    assert found["words"] == "Bob"


def test_an_address_names_the_right_one_when_a_note_is_edited_and_their_name_alone_names_nobody(
    deal, bobs, alice, bob, company, browser
):
    manager = company.actor("manager")
    compose(browser("alice"), deal, "بلا أسماء")
    rewrite(browser("alice"), note_of(deal), "يا @Bob")
    assert not Mention.objects.exists()
    rewrite(browser("alice"), note_of(deal), f"يا @{bobs[1].email}؟")
    assert (mentioned(manager), mentioned(bob)) == (1, 0)


def test_the_forms_of_a_note_offer_colleagues_and_those_of_other_texts_do_not(deal, alice, browser):
    compose(browser("alice"), deal, "بلا أسماء")
    note, client = note_of(deal), browser("alice")
    for address in (f"notes/{note.id}/edit", f"notes/{note.id}/fields/body/", "notes/new"):
        page = client.get(f"/w/rayyan/{address}", headers={"HX-Request": "true"}).content.decode()
        assert 'data-mention="/w/rayyan/mention"' in page, address
    assert "data-mention" not in client.get(f"/w/rayyan/opportunities/{deal.id}/edit").content.decode()


# ---- the API --------------------------------------------------------------------------------------------
@pytest.fixture
def machine(company, workspace):
    def of(name, scope_name="write"):
        token = make_token(company.members[name], "tests", scope_name=scope_name)
        return Client(headers={"Authorization": f"Bearer {token}"})

    return of


def test_a_program_lists_reads_follows_and_follows_no_longer(reem, alice, bob, admin, machine):
    program = machine("bob")
    assert program.post(f"/api/v1/people/{reem.id}/follow").status_code == 204
    records.update(registry["people"], reem.id, {"city": "جدة"}, by=admin)
    gather(bob.workspace)
    (item,) = program.get("/api/v1/notifications?unread=1").json()["items"]
    assert (item["kind"], item["title"], item["record"], item["read"]) == (
        "changed",
        "ريم العتيبي",
        str(reem.id),
        False,
    )
    assert "جدة" in item["text"]
    body = {"data": {"ids": [item["id"]]}, "content_type": "application/json"}
    assert program.post("/api/v1/notifications/read", **body).json() == {"read": 1}
    assert program.get("/api/v1/notifications?unread=1").json()["items"] == []
    assert program.post(f"/api/v1/people/{reem.id}/unfollow").status_code == 204
    assert not Follow.objects.get(member_id=bob.member_id).active


def test_a_note_of_a_program_names_colleagues_who_may_see_it(deal, alice, bob, charlie, machine):
    body = {"data": {"subject": "متابعة", "body": "يا @Bob ويا @Charlie"}, "content_type": "application/json"}
    made = machine("alice").post("/api/v1/notes", **body)
    assert made.status_code == 201
    assert (mentioned(bob), mentioned(charlie)) == (1, 0)
    url, version = f"/api/v1/notes/{made.json()['id']}", made.headers["ETag"]
    change = {
        "data": {"body": "يا @Bob ثانية"},
        "content_type": "application/json",
        "headers": {"If-Match": version},
    }
    assert machine("alice").patch(url, **change).status_code == 200
    assert mentioned(bob) == 1


def test_a_program_names_one_of_two_of_the_same_name_by_the_address(deal, bobs, bob, alice, company, machine):
    manager = company.actor("manager")
    body = {
        "data": {"subject": "متابعة", "body": f"يا @{bobs[0].email}، و@{bobs[1].email}."},
        "content_type": "application/json",
    }
    assert machine("alice").post("/api/v1/notes", **body).status_code == 201
    assert (mentioned(bob), mentioned(manager)) == (1, 1)


def test_a_program_that_may_only_read_follows_nothing(deal, alice, charlie, machine):
    assert machine("alice", "read").post(f"/api/v1/opportunities/{deal.id}/follow").status_code == 403
    assert machine("charlie").post(f"/api/v1/opportunities/{deal.id}/follow").status_code == 404
    assert machine("alice").get("/api/v1/notifications?kind=nonsense").status_code == 400
    assert machine("alice").get("/api/v1/notifications?before=nonsense").status_code == 400
    assert not Follow.objects.exists()


def test_the_description_of_the_api_has_them(machine):
    paths = machine("alice").get("/api/v1/openapi.json").json()["paths"]
    assert {
        "/api/v1/notifications",
        "/api/v1/notifications/read",
        "/api/v1/people/{id}/follow",
    } <= paths.keys()
