"""Contracts by which we buy: they remind of their notice, and are nobody's revenue."""

import re
from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest

from sila.parties.models import PartyRole
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.contracts import actions, working
from sila.sales.contracts.models import Contract
from sila.sales.models import Opportunity
from sila.work.models import Activity

pytestmark = pytest.mark.django_db
contracts = registry["contracts"]


def on(day):
    return clock.at(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


@pytest.fixture
def supplier(alice):
    return records.create(registry["organizations"], {"name": "مصنع الواحة"}, by=alice)


@pytest.fixture
def bought(alice, supplier):
    """Runs for 2026 with three months of notice; the task comes thirty days before."""

    def contract(**values):
        given = {"name": "توريد أثاث", "way": "bought", "party": str(supplier.id), "amount": "120000"}
        days = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "notice": "3"}
        with on(date(2026, 1, 4)):
            return records.create(contracts, {**given, **days, **values}, by=alice)

    return contract


def signed(contract, by):
    with on(date(2026, 1, 4)):
        return actions.sign(contract, by=by)


def look(workspace, day):
    with on(day):
        working.look(workspace)


def test_before_its_notice_the_owner_gets_a_task_and_no_deal(bought, workspace, alice):
    contract = signed(bought(), alice)
    look(workspace, date(2026, 8, 30))
    assert not Activity.objects.exists()
    for _time in range(2):
        look(workspace, date(2026, 8, 31))
    task = Activity.objects.get()
    assert (task.kind, task.owner_id) == ("task", alice.member_id)
    assert "توريد أثاث" in task.subject
    assert not Opportunity.objects.exists()
    assert Contract.objects.get(id=contract.id).renewal_id is None
    assert not Event.objects.filter(kind="renewal_prepared").exists()


def test_one_that_we_sell_beside_it_still_gets_its_deal(bought, workspace, alice):
    signed(bought(), alice)
    signed(bought(way="sold", name="صيانة"), alice)
    look(workspace, date(2026, 8, 31))
    assert Activity.objects.count() == 2
    assert Opportunity.objects.get().name == "صيانة"


def test_the_next_term_is_bought_too(bought, workspace, alice):
    contract = signed(bought(auto_renew=True, renew_months="12"), alice)
    look(workspace, date(2027, 1, 1))
    following = Contract.objects.get(renewed_from_id=contract.id)
    assert (following.way, following.status, following.ends_on) == ("bought", "active", date(2027, 12, 31))
    assert not Opportunity.objects.exists()


def test_it_belongs_to_no_deal(bought, alice, supplier):
    deal = records.create(registry["opportunities"], {"name": "صفقة", "party": str(supplier.id)}, by=alice)
    with pytest.raises(Invalid):
        bought(opportunity=str(deal.id))
    sold = bought(way="sold", opportunity=str(deal.id))
    with pytest.raises(Invalid):
        records.update(contracts, sold.id, {"way": "bought"}, by=alice)
    assert Contract.objects.get().way == "sold"


def test_what_is_signed_stays_as_it_runs(bought, alice):
    draft = bought(way="sold")
    records.update(contracts, draft.id, {"way": "bought"}, by=alice)
    contract = signed(Contract.objects.get(id=draft.id), alice)
    with pytest.raises(Invalid):
        records.update(contracts, contract.id, {"way": "sold"}, by=alice)
    assert Contract.objects.get().is_bought


def test_whom_we_buy_from_is_known_as_a_supplier_once(bought, supplier):
    roles = PartyRole.objects.filter(party_id=supplier.id, role="supplier")
    bought(way="sold")
    assert not roles.exists()
    bought()
    bought()
    assert roles.count() == 1


def test_the_page_of_a_supplier_shows_contacts_and_what_we_buy(browser, bought, alice, supplier):
    contract, sold = bought(), bought(way="sold", name="صيانة المصاعد")
    person = {"name": "هيفاء الشمري", "organization": str(supplier.id)}
    records.create(registry["people"], person, by=alice)
    page = browser("alice").get(f"/w/rayyan/organizations/{supplier.id}/").content.decode()
    assert "هيفاء الشمري" in page
    groups = {
        key: page.partition(f'id="related-{key}"')[2].partition("</section>")[0]
        for key in ("contracts", "contracts-bought")
    }
    assert contract.name in groups["contracts-bought"]
    assert sold.name not in groups["contracts-bought"]
    assert sold.name in groups["contracts"]
    assert contract.name not in groups["contracts"]
    assert f"way=bought&amp;party={supplier.id}" in page or f"party={supplier.id}&amp;way=bought" in page


def test_lists_have_each_kind_by_itself_and_files_carry_it(browser, bought, alice):
    signed(bought(), alice)
    signed(bought(way="sold", name="صيانة المصاعد"), alice)
    client = browser("admin")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get("/w/rayyan/contracts/?view=bought&f=way:any:bought").content.decode()
    assert "توريد أثاث" in page
    assert "صيانة المصاعد" not in page
    assert {"way:any:sold", "way:any:bought"} <= set(re.findall(r"way:any:\w+", unquote(page)))
    page = client.get("/w/rayyan/contracts/?view=sold&f=way:any:sold").content.decode()
    assert "صيانة المصاعد" in page
    assert "توريد أثاث" not in page
    file = client.get("/w/rayyan/contracts/export?format=csv&f=way:any:bought")
    text = b"".join(file.streaming_content if file.streaming else [file.content]).decode()
    assert "توريد أثاث" in text
    assert "صيانة المصاعد" not in text


def test_customers_are_worth_nothing_more_by_what_we_buy_from_them(browser, bought, alice, supplier):
    """Neither purchases nor deals, the forecast and the funnel know of it."""
    client = browser("admin")
    pages = ("purchases/{}/", "purchases/{}/card", "forecast", "funnel/", "windows/", "channels/")
    urls = [f"/w/rayyan/{each.format(supplier.id)}" for each in pages]
    signed(bought(), alice)
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert "120,000" not in answer.content.decode(), url
        assert "توريد أثاث" not in answer.content.decode(), url
