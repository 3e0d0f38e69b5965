"""The customers of a promotion as records: seen by those who may change it, brought along by files, merged as others are."""

from datetime import timedelta

import pytest

from sila.insight.promotions.actions import add_customers
from sila.insight.promotions.models import Promotion
from sila.insight.tests.market import buy
from sila.insight.tests.test_promotions import Shop, add
from sila.platform.access.actor import Actor
from sila.platform.access.links import make_token
from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(company, workspace, admin):
    return Shop(company, admin)


def brought(slug, path, by, *rows):
    """Rows of a file, the names of fields first; how many came in and how many were refused."""
    fields = registry[slug].fields
    lines = [[str(fields[name].label) for name in rows[0]], *(row.values() for row in rows)]
    path.write_text("\n".join(",".join(map(str, line)) for line in lines), "utf-8")
    run = finish(prepare(registry[slug], path, path.name, Mapping(), by=by), by=by)
    return run.created, run.refused


def test_its_customers_come_along_in_files_with_what_the_lot_said(shop, admin, workspace, tmp_path):
    """A promotion that runs elsewhere comes in with its groups, and nobody is added to one that was drawn here."""
    by, path, day = Actor.system(workspace), tmp_path / "rows.csv", today().isoformat()
    row = {
        "name": "Elsewhere",
        "begins": day,
        "ends": day,
        "offer": "percent",
        "percent": 10,
        "status": "running",
    }
    assert brought("promotions", path, by, row) == (1, 0)
    first, second = "First company", "Second company"
    for name in (first, second):
        buy(add("organizations", admin, name=name), clock.now() - timedelta(days=1), [shop.tea], shop.member)
    groups = [
        {"promotion": "Elsewhere", "party": name, "treated": say} for name, say in ((first, 1), (second, 0))
    ]
    assert brought("promotion-customers", path, by, *groups) == (2, 0)
    promotion = Promotion.objects.get(name="Elsewhere")
    rows = promotion.customers.values_list("name", "treated", "before")
    assert sorted(rows) == sorted([(first, True, 100_00), (second, False, 100_00)])
    drawn = shop.running(name="Here")
    stranger = add("organizations", admin, name="Stranger")
    row = {"promotion": "Here", "party": stranger.name, "treated": 1}
    assert brought("promotion-customers", path, by, row) == (0, 1)
    assert drawn.customers.count() == 40


def test_a_customer_is_in_a_promotion_once_and_can_be_added_while_it_is_a_draft(shop, admin):
    promotion, party = shop.promotion(), shop.customers[0]
    row = {"promotion": str(promotion.id), "party": str(party.id)}
    made = add("promotion-customers", admin, **row)
    assert (made.name, made.treated) == (party.name, None)
    with pytest.raises(Invalid) as refused:
        add("promotion-customers", admin, **row)
    assert list(refused.value.errors) == ["party"]
    assert promotion.customers.count() == 1


def test_who_sells_does_not_see_whom_the_lot_has_drawn(shop, browser, company, client):
    promotion = shop.running()
    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"}
    groups, page = "/w/rayyan/promotion-customers/", f"/w/rayyan/promotions/{promotion.id}/"
    for url in (groups, f"{groups}export"):
        assert browser("alice").get(url).status_code in (403, 404), url
    assert client.get("/api/v1/promotion-customers", headers=token).status_code in (403, 404)
    assert groups not in browser("alice").get(page).content.decode()
    assert groups in browser("admin").get(page).content.decode()
    listed = browser("admin").get(groups, {"f": f"promotion:any:{promotion.id}"}).content.decode()
    kept = shop.group(promotion, treated=False)
    assert all(row.party.name in listed for row in kept)


@pytest.mark.parametrize("started", [False, True])
def test_customers_that_become_one_are_in_it_once_and_can_be_taken_apart(shop, admin, started):
    promotion = shop.running() if started else shop.promotion()
    if not started:
        add_customers(promotion, shop.rows(), by=admin)
    first, second = (row.party for row in promotion.customers.select_related("party").order_by("id")[:2])
    before = set(promotion.customers.values_list("party_id", "treated"))
    operation = merge(registry["organizations"], first.id, [second.id], by=admin)
    assert set(promotion.customers.values_list("party_id", "treated")) == {
        row for row in before if row[0] != second.id
    }
    other = add("organizations", admin, name="Their twin")
    undo.at_once(operation, by=admin)
    assert set(promotion.customers.values_list("party_id", "treated")) == before
    again = merge(registry["organizations"], other.id, [second.id], by=admin)
    assert promotion.customers.filter(party_id=other.id).count() == 1
    undo.at_once(again, by=admin)
    assert set(promotion.customers.values_list("party_id", "treated")) == before
