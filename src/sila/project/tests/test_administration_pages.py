"""The pages of running a workspace: open to administrators, told no to members, unknown to strangers."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.tenancy.current import scope
from sila.sales.models import Opportunity

PAGES = (
    "access/",
    "access/?tab=fields&entity=people",
    "access/why",
    "access/roles/new",
    "settings/",
    "settings/brand/",
    "settings/units/",
    "settings/pipelines/",
    "settings/fields/",
    "settings/fields/?entity=opportunities",
    "settings/fields/new?entity=people",
    "settings/fields/formula/new?entity=people",
    "settings/fields/rollup/new?entity=people",
    "settings/layout/",
    "settings/layout/?entity=people",
    "settings/trash/",
    "settings/audit/",
)


def browser(company: Any, name: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.mark.parametrize("page", PAGES)
def test_administrators_come_in_members_are_refused_and_strangers_find_nothing(
    company: Any, elsewhere: Any, page: str
) -> None:
    address = f"/w/rayyan/{page}"
    assert browser(company, "admin").get(address).status_code == 200
    for name in ("alice", "viewer", "manager"):
        assert browser(company, name).get(address).status_code == 403
    assert browser(elsewhere, "dalia").get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_everyone_has_their_own_tokens_and_account(company: Any) -> None:
    alice = browser(company, "alice")
    assert alice.get("/w/rayyan/settings/tokens/").status_code == 200
    assert alice.get("/account").status_code == 200
    assert Client().get("/account").status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_ask_the_database_little(
    company: Any, django_assert_max_num_queries: Any, page: str
) -> None:
    admin = browser(company, "admin")
    admin.get(f"/w/rayyan/{page}")
    with django_assert_max_num_queries(14):
        admin.get(f"/w/rayyan/{page}")


@pytest.fixture
def deal(company: Any) -> Any:
    from sila.platform.entities import actions
    from sila.platform.entities.registry import registry

    with scope(company.workspace):
        alice = company.actor("alice")
        people = actions.create(registry["organizations"], {"name": "Nakheel"}, by=alice)
        return actions.create(
            registry["opportunities"], {"name": "Pumps", "party": str(people.id), "amount": "1000"}, by=alice
        )


def test_a_record_page_lists_who_sees_it_and_why(company: Any, deal: Opportunity) -> None:
    answer = browser(company, "admin").get(f"/w/rayyan/opportunities/{deal.id}/access")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Alice owns the record" in page
    assert "same team" in page
    assert browser(company, "alice").get(f"/w/rayyan/opportunities/{deal.id}/access").status_code == 403


def test_the_account_page_saves_what_is_known_and_refuses_the_rest(company: Any) -> None:
    alice = browser(company, "alice")
    good = {
        "name": "Alice Two",
        "language": "ar",
        "calendar": "hijri",
        "digits": "arab",
        "theme": "dark",
        "density": "comfortable",
    }
    assert alice.post("/account", good).status_code == 302
    user = company.user("alice")
    user.refresh_from_db()
    assert (user.name, user.language, user.calendar, user.theme) == ("Alice Two", "ar", "hijri", "dark")
    assert alice.post("/account", {**good, "name": ""}).status_code == 422
    alice.post("/account", {**good, "theme": "purple"})
    user.refresh_from_db()
    assert user.theme == "dark"
