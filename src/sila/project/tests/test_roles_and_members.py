"""Who may change roles and members, what that does at once, and what the log keeps of it."""

import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from sila.platform.access.links import sign_in_link
from sila.platform.access.models import ApiToken, Invitation, Member, Role, ShareGrant
from sila.platform.activity.models import Event
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions, membership, sharing
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.administration.actions import roles
from sila.project.tests.test_administration_pages import browser

BASE = "/w/rayyan/"


@pytest.fixture
def seller(company: Any) -> Role:
    with scope(company.workspace):
        return Role.objects.get(code="seller")


@pytest.fixture
def deal(company: Any) -> Any:
    with scope(company.workspace):
        alice = company.actor("alice")
        party = actions.create(registry["organizations"], {"name": "Nakheel"}, by=alice)
        return actions.create(registry["opportunities"], {"name": "Pumps", "party": str(party.id)}, by=alice)


def last_event(company: Any, kind: str) -> Event:
    with scope(company.workspace):
        return Event.objects.filter(kind=kind).order_by("-id")[0]


# ---- roles -----------------------------------------------------------------------------------------
def test_a_reach_takes_effect_at_once_and_its_old_value_is_kept(
    company: Any, seller: Role, deal: Any
) -> None:
    address = f"{BASE}access/roles/{seller.id}/reach/opportunities/view"
    charlie, record = browser(company, "charlie"), f"{BASE}opportunities/{deal.id}/"
    assert charlie.get(record).status_code == 404
    admin = browser(company, "admin")
    assert b'value="all"' in admin.get(address).content
    answer = admin.post(address, {"reach": "all"})
    assert answer.status_code == 204
    assert "reach=team" in answer.headers["HX-Trigger"]
    assert charlie.get(record).status_code == 200
    assert last_event(company, "role changed").payload["changes"] == [
        {"field": "opportunities.view", "old": "team", "new": "all"}
    ]
    assert admin.post(address + "?reach=team").status_code == 204
    assert charlie.get(record).status_code == 404


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("reach/opportunities/view", {"reach": "everything"}),
        ("reach/opportunities/fly", {"reach": "all"}),
        ("reach/members/edit", {"reach": "all"}),
        ("fields/opportunities/name", {"level": "hidden"}),
        ("fields/opportunities/amount", {"level": "secret"}),
    ],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(
    company: Any, seller: Role, path: str, data: dict[str, str]
) -> None:
    before = (seller.grants, seller.fields)
    answer = browser(company, "admin").post(f"{BASE}access/roles/{seller.id}/{path}", data)
    assert answer.status_code == 400
    with scope(company.workspace):
        seller.refresh_from_db()
    assert (seller.grants, seller.fields) == before


def test_a_field_that_nobody_types_is_seen_or_hidden_and_not_opened_for_writing(
    company: Any, seller: Role
) -> None:
    with scope(company.workspace):
        rule = {"formula": "1 + 1", "shown": "number"}
        tax = add_field(
            "opportunities", "ضريبة", kind="formula", rule=rule, by=company.actor("admin")
        )  # as the page of formulas adds it
    admin, page = browser(company, "admin"), f"{BASE}access/?role={seller.id}&tab=fields&entity=opportunities"
    line = admin.get(page).content.decode().split(f"fields/opportunities/{tax.key}")[1].split("</form>")[0]
    assert re.findall(r'value="(\w+)" aria-pressed="(\w+)"', line) == [("hidden", "false"), ("read", "true")]
    assert "إخفاء" in browser(company, "admin", "ar").get(page).content.decode()
    address = f"{BASE}access/roles/{seller.id}/fields/opportunities/{tax.key}"
    assert admin.post(address, {"level": "write"}).status_code == 400
    assert admin.post(address, {"level": "hidden"}).status_code == 204
    with scope(company.workspace):
        assert Role.objects.get(id=seller.id).fields["opportunities"] == {tax.key: "hidden"}
    assert admin.post(address, {"level": "read"}).status_code == 204
    with scope(company.workspace):
        assert Role.objects.get(id=seller.id).fields["opportunities"] == {}  # as for everyone


def test_the_mixed_list_opens_no_more_than_its_narrowest_part(company: Any, seller: Role) -> None:
    with scope(company.workspace):
        roles.set_reach(seller, registry["people"], "edit", "none", by=company.actor("admin"))
        seller.refresh_from_db()
    assert seller.grants["parties"]["edit"] == "none"


def test_the_role_of_administrators_cannot_be_narrowed(company: Any, admin: Any) -> None:
    with pytest.raises(Invalid):
        roles.set_reach(Role.objects.get(code="admin"), registry["people"], "view", "none", by=admin)


def test_a_hidden_field_disappears_from_page_and_api(company: Any, seller: Role, deal: Any) -> None:
    alice = browser(company, "alice")
    page = f"{BASE}opportunities/{deal.id}/"
    assert b'id="dd-amount"' in alice.get(page).content
    answer = browser(company, "admin").post(
        f"{BASE}access/roles/{seller.id}/fields/opportunities/amount", {"level": "hidden"}
    )
    assert answer.status_code == 204
    assert b'id="dd-amount"' not in alice.get(page).content
    assert last_event(company, "role changed").payload["changes"][0]["new"] == "hidden"


def test_a_rule_closes_the_important_dates_of_people(company: Any, seller: Role) -> None:
    admin = browser(company, "admin")
    page = f"{BASE}access/?role={seller.id}&tab=fields&entity=people"
    assert "Important dates" in admin.get(page).content.decode()
    rule = f"{BASE}access/roles/{seller.id}/fields/people/dates"
    assert admin.post(rule, {"level": "hidden"}).status_code == 204
    assert "People: Important dates" in admin.get(f"{BASE}access/?role={seller.id}").content.decode()
    with scope(company.workspace):
        seller.refresh_from_db()
    assert seller.fields["people"] == {"dates": "hidden"}
    assert admin.post(rule.replace("dates", "name"), {"level": "hidden"}).status_code == 400


def test_roles_are_added_copied_and_renamed_and_names_are_not_taken_twice(company: Any, seller: Role) -> None:
    admin = browser(company, "admin")
    assert (
        admin.post(
            f"{BASE}access/roles/new?copy={seller.id}", {"name": "مندوب أول", "name_en": "Senior"}
        ).status_code
        == 204
    )
    with scope(company.workspace):
        copy = Role.objects.get(name_en="Senior")
        assert (copy.grants, copy.admin) == (seller.grants, False)
    assert admin.post(f"{BASE}access/roles/{copy.id}/name", {"name": seller.name}).status_code == 422
    assert admin.post(f"{BASE}access/roles/{copy.id}/name", {"name": "خبير"}).status_code == 204
    assert last_event(company, "role changed").payload["changes"][0]["new"] == "خبير"


@pytest.mark.parametrize("name", ["alice", "manager", "viewer"])
def test_nobody_else_changes_roles(company: Any, seller: Role, name: str) -> None:
    person = browser(company, name)
    before = seller.grants
    for path, data in (
        ("roles/new", {"name": "X"}),
        (f"roles/{seller.id}/reach/people/view", {"reach": "all"}),
        (f"roles/{seller.id}/name", {"name": "X"}),
        (f"roles/{seller.id}/fields/people/phone", {"level": "hidden"}),
    ):
        assert person.post(f"{BASE}access/{path}", data).status_code == 403
    with scope(company.workspace):
        seller.refresh_from_db()
        assert seller.grants == before
        with pytest.raises(NotAllowed):
            roles.add_role("X", by=company.actor(name))


def test_a_role_of_another_workspace_is_not_found(company: Any, elsewhere: Any) -> None:
    with scope(elsewhere.workspace):
        theirs = Role.objects.get(code="seller")
    answer = browser(company, "admin").post(
        f"{BASE}access/roles/{theirs.id}/reach/people/view", {"reach": "all"}
    )
    assert answer.status_code == 404


# ---- members ---------------------------------------------------------------------------------------
@pytest.fixture
def lina(company: Any) -> Member:
    with scope(company.workspace):
        values = {"name": "Lina", "email": "lina@rayyan.example"}
        return actions.create(registry["members"], values, by=company.actor("admin"))


def test_an_invitation_is_mailed_shown_once_and_works_once(company: Any, lina: Member) -> None:
    answer = browser(company, "admin").post(f"{BASE}members/{lina.id}/do/invite")
    assert answer.status_code == 200
    link = re.search(r"/join/[\w.-]+", mail.outbox[0].body)[0]
    assert link in answer.content.decode()
    assert mail.outbox[0].to == ["lina@rayyan.example"]
    guest = Client()
    assert guest.get(link).status_code == 200
    assert guest.post(link, {"password": "a tall quiet palm tree"}).status_code == 302
    assert guest.get(BASE).status_code == 200
    assert Client().get(link).status_code == 410
    assert last_event(company, "invited").record_id == lina.id


@pytest.mark.parametrize(
    ("server", "told"), [(True, "The link was mailed to"), (False, "No mail server is set up")]
)
def test_whoever_invites_is_told_whether_a_mail_goes_out(
    company: Any, lina: Member, settings: Any, server: bool, told: str
) -> None:
    settings.MAIL_SERVER = server
    answer = browser(company, "admin").post(f"{BASE}members/{lina.id}/do/invite")
    assert told in answer.content.decode()


def test_a_second_invitation_ends_the_first(company: Any, lina: Member) -> None:
    admin = browser(company, "admin")
    links = []
    for _number in range(2):
        admin.post(f"{BASE}members/{lina.id}/do/invite")
        links.append(re.search(r"/join/[\w.-]+", mail.outbox[-1].body)[0])
    assert Client().get(links[0]).status_code == 410
    assert Client().get(links[1]).status_code == 200


@pytest.mark.parametrize("name", ["alice", "manager", "viewer"])
def test_sellers_neither_edit_members_nor_invite_them(company: Any, lina: Member, name: str) -> None:
    person = browser(company, name)
    for path in ("do/invite", "do/deactivate", "roles", "teams", "edit", "fields/name/", "trash"):
        assert (
            person.post(f"{BASE}members/{lina.id}/{path}", {"name": "X", "value": "X"}).status_code == 403
        ), path
    assert person.post(f"{BASE}members/new", {"name": "X", "email": "x@x.example"}).status_code == 403
    with scope(company.workspace):
        assert Member.objects.get(id=lina.id).name == "Lina"
        assert not Invitation.objects.exists()
        wide = Role.objects.get(code="seller")
        wide.grants["members"] = {"view": "all", "edit": "all", "create": "all"}
        wide.save()
        company.workspace.access_version += 1
        company.workspace.save()
        with pytest.raises(NotAllowed):  # even when a role was written to say otherwise
            actions.update(registry["members"], lina.id, {"name": "X"}, by=company.actor("alice"))


def test_a_deactivated_member_is_out_at_once_and_comes_back(company: Any) -> None:
    bob, admin = Client(), browser(company, "admin")
    bob.post(sign_in_link(company.user("bob")))
    assert bob.get(BASE).status_code == 200
    member = company.members["bob"]
    with scope(company.workspace):
        ApiToken.objects.create(member_id=member.id, name="t", secret_hash="x")
    assert UserSession.objects.filter(user_id=member.user_id).exists()
    assert admin.post(f"{BASE}members/{member.id}/do/deactivate").status_code == 204
    assert bob.get(BASE).status_code == 302
    assert not UserSession.objects.filter(user_id=member.user_id).exists()
    assert browser(company, "bob").get(BASE).status_code == 404
    with scope(company.workspace):
        assert ApiToken.objects.get(name="t").revoked_at
    assert admin.post(f"{BASE}members/{member.id}/do/reactivate").status_code == 204
    assert browser(company, "bob").get(BASE).status_code == 200


def test_the_last_administrator_stays(company: Any) -> None:
    admin, member = browser(company, "admin"), company.members["admin"]
    assert admin.post(f"{BASE}members/{member.id}/do/deactivate").status_code == 400
    assert admin.post(f"{BASE}members/{member.id}/roles", {"has-chosen": "1"}).status_code == 422
    assert admin.get(f"{BASE}access/").status_code == 200


def test_roles_and_teams_of_a_member_are_chosen_in_the_dialog(company: Any) -> None:
    admin, alice = browser(company, "admin"), company.members["alice"]
    with scope(company.workspace):
        manager = Role.objects.get(code="manager")
    assert admin.get(f"{BASE}members/{alice.id}/roles").status_code == 200
    assert (
        admin.post(
            f"{BASE}members/{alice.id}/roles", {"has-chosen": "1", "chosen": [str(manager.id)]}
        ).status_code
        == 204
    )
    with scope(company.workspace):
        assert company.actor("alice").can("opportunities", "bulk")
        kinds = set(Event.objects.filter(record_id=alice.id).values_list("kind", flat=True))
        assert {"role given", "role taken"} <= kinds
    assert admin.post(f"{BASE}members/{alice.id}/teams", {"has-chosen": "1"}).status_code == 204
    with scope(company.workspace):
        assert company.actor("alice").policy.teams == ()


def test_a_mail_that_cannot_be_sent_still_shows_the_link(
    company: Any, lina: Member, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(membership, "send_mail", broken)
    settings.MAIL_SERVER = True
    answer = browser(company, "admin").post(f"{BASE}members/{lina.id}/do/invite")
    assert answer.status_code == 200
    assert b"could not be sent" in answer.content
    assert b"/join/" in answer.content


# ---- sharing ---------------------------------------------------------------------------------------
def test_sharing_opens_the_record_at_once_and_removing_closes_it(company: Any, deal: Any) -> None:
    alice, charlie = browser(company, "alice"), browser(company, "charlie")
    record, address = f"{BASE}opportunities/{deal.id}/", f"{BASE}opportunities/{deal.id}/share"
    assert charlie.get(record).status_code == 404
    assert alice.get(address).status_code == 200
    member = str(company.members["charlie"].id)
    assert alice.post(address, {"member": member, "level": "view"}).status_code == 200
    assert charlie.get(record).status_code == 200
    assert charlie.get(address).status_code == 403
    assert charlie.post(address, {"member": member, "level": "edit"}).status_code == 403
    assert alice.post(address, {"member": member, "level": "edit"}).status_code == 200
    assert charlie.get(address).status_code == 200
    with scope(company.workspace):
        grant = ShareGrant.objects.get(record_id=deal.id)
    assert alice.post(f"{address}/{grant.id}/remove").status_code == 200
    assert charlie.get(record).status_code == 404
    assert last_event(company, "unshared").payload["target"] == "Charlie"


@pytest.mark.parametrize(
    "data",
    [
        {"level": "view"},
        {"member": "me", "level": "view"},
        {"member": "BOTH", "level": "view"},
        {"member": "OK", "level": "own"},
        {"member": "OK", "level": "view", "until": "2001-01-01"},
        {"member": "OK", "level": "view", "until": "31/02/2027"},
    ],
)
def test_a_share_that_makes_no_sense_is_explained(company: Any, deal: Any, data: dict[str, str]) -> None:
    given = dict(data)
    if given.get("member") in ("OK", "BOTH"):
        with scope(company.workspace):
            given["unit"] = str(company.members["alice"].unit_id) if data["member"] == "BOTH" else ""
        given["member"] = str(company.members["charlie"].id)
    answer = browser(company, "alice").post(f"{BASE}opportunities/{deal.id}/share", given)
    assert answer.status_code == 422
    with scope(company.workspace):
        assert not ShareGrant.objects.exists()


def test_members_of_another_workspace_and_foreign_grants_are_refused(
    company: Any, elsewhere: Any, deal: Any
) -> None:
    alice, address = browser(company, "alice"), f"{BASE}opportunities/{deal.id}/share"
    assert (
        alice.post(address, {"member": str(elsewhere.members["dalia"].id), "level": "view"}).status_code
        == 422
    )
    assert alice.post(f"{address}/{deal.id}/remove").status_code == 404
    assert browser(elsewhere, "dalia").get(address).status_code == 404
    with scope(company.workspace), pytest.raises(NotAllowed):
        sharing.share(
            registry["opportunities"], deal, by=company.actor("charlie"), member=company.members["charlie"].id
        )
