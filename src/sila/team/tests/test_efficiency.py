"""The sheet of a person: its figures with the median of the unit, and who may see it."""

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.models import Member
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.sales.actions import lose, win
from sila.sales.models import LossReason
from sila.sales.rules import today
from sila.team.efficiency.figures import figures_of
from sila.work.actions import complete

PAGE = "/w/rayyan/efficiency"


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def deal(by, amount="1000"):
    party = add("organizations", by, name=f"عميل {amount}")
    return add("opportunities", by, name="صفقة", amount=amount, party=party.id)


@pytest.fixture
def browse(company):
    def browse(name):
        client = Client()
        client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return browse


def test_figures_stand_beside_the_median_of_the_unit(alice, bob, company):
    win(deal(alice), by=alice)
    reason = LossReason.objects.first() or LossReason.objects.create(name="السعر")
    lose(deal(alice, "20"), by=alice, reason=str(reason.id))
    complete(add("calls", alice, subject="متابعة"), by=alice)
    day = today(alice)
    found = {each.measure.key: each for each in figures_of(company.members["alice"], day.replace(day=1), day)}
    assert (found["activities"].value, found["revenue"].value, found["rate"].value) == (1, 1000_00, 50)
    assert (found["revenue"].median, found["rate"].median) == (0, None)


def test_it_is_seen_by_oneself_and_those_who_lead_and_nobody_else(browse, company, workspace):
    sheet = f"{PAGE}/{company.members['alice'].id}"
    seen = {
        name: browse(name).get(sheet).status_code
        for name in ("alice", "manager", "admin", "bob", "charlie", "viewer")
    }
    assert seen == {"alice": 200, "manager": 200, "admin": 200, "bob": 404, "charlie": 404, "viewer": 404}
    assert browse("bob").get(PAGE).status_code == 200
    Member.objects.filter(id=company.members["alice"].id).update(manager_id=company.members["bob"].id)
    assert browse("bob").get(sheet).status_code == 200


def test_it_asks_few_queries(browse, django_assert_max_num_queries, alice, workspace):
    win(deal(alice), by=alice)
    client = browse("alice")
    client.get(PAGE)
    with django_assert_max_num_queries(40):
        page = client.get(PAGE).content.decode()
    assert "Median of the unit" in page
