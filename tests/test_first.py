"""A list that is cut to the first so many shows, adds up, exports and changes these, however it is shown."""

import re

import pytest
from django.http import QueryDict

from sila.platform.access.links import make_token
from sila.platform.access.reader import Reader
from sila.platform.entities import actions, listing
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.models import Operation, SavedView
from sila.platform.entities.operations import bulk, verbs
from sila.platform.entities.registry import registry
from tests.counting import at_most
from tests.people import rule

DEALS, BASE = registry["opportunities"], "/w/rayyan/opportunities/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def deals(workspace, admin):
    """Six deals; the amounts go down."""
    return [
        actions.create(DEALS, {"name": f"deal{number}", "amount": str(600 - 100 * number)}, by=admin)
        for number in range(6)
    ]


def names(html: str) -> list[str]:
    return re.findall(r'<td class="s-name"><a [^>]*><bdi>(\w+)</bdi>', html)


def test_a_page_shows_the_first_in_whatever_order_and_the_chip_takes_it_away(browser) -> None:
    admin = browser("admin")
    page = admin.get(f"{BASE}?first=3:-amount&sort=amount", headers=HTMX).content.decode()
    assert names(page) == ["deal2", "deal1", "deal0"]
    assert "أول 3" in page
    assert "من الأكبر" in page
    without = re.search(r'class="s-chip-x" href="([^"]*)"', page)[1].replace("&amp;", "&")
    assert "first" not in without
    assert len(names(admin.get(without, headers=HTMX).content.decode())) == 6


def test_conditions_come_before_the_cut(browser) -> None:
    page = browser("admin").get(f"{BASE}?first=2:-amount&f=amount:lt:400", headers=HTMX).content.decode()
    assert sorted(names(page)) == ["deal3", "deal4"]


def test_groups_totals_files_and_the_api_are_of_these(browser, company, client) -> None:
    admin = browser("admin")
    page = admin.get(f"{BASE}?first=3:-amount&group=category&cols=amount", headers=HTMX).content.decode()
    assert "1,500.00" in page and "2,100.00" not in page
    exported = admin.get(f"{BASE}export?first=3:-amount&format=csv&cols=amount")
    body = b"".join(exported) if exported.streaming else exported.content
    assert (b"deal2" in body, b"deal3" in body) == (True, False)
    headers = {"Authorization": f"Bearer {make_token(company.members['admin'], 'test')}"}
    told = client.get("/api/v1/opportunities/summary?first=3:-amount&sum=amount", headers=headers).json()
    assert (told["count"], told["sum"]) == (3, "1500.00")
    listed = client.get("/api/v1/opportunities?first=2:amount&fields=name", headers=headers).json()
    assert sorted(each["name"] for each in listed["items"]) == ["deal4", "deal5"]


def test_a_bulk_change_of_all_of_them_changes_these_though_others_are_first_then(
    admin, company, deals, monkeypatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 1)
    chosen = bulk.Selection.read([], query="first=2:-amount", whole=True)
    context = Context(admin, Reader.of(company.workspace))
    operation = bulk.begin(DEALS, verbs.EDIT, chosen, {"amount": "1"}, context=context, wait=True)
    assert (operation.total, Operation.objects.get(id=operation.id).done) == (2, 2)
    assert sorted(deal.amount for deal in DEALS.rows()) == [100, 100, 10000, 20000, 30000, 40000]


@pytest.mark.parametrize(
    "first", ["0", "-1", "101", "x", "10:nothing", "10:-notes", "²:amount", "9" * 90, ":amount"]
)
def test_what_is_no_cut_is_refused_in_words(first: str, browser, admin, company) -> None:
    answer = browser("admin").get(BASE, {"first": first}, headers=HTMX)
    assert answer.status_code == 422
    with pytest.raises(Invalid):
        state = ListState.read(QueryDict(f"first={first}"))
        listing.matching(DEALS, state, Context(admin, Reader.of(company.workspace)))


def test_a_kept_view_holds_the_cut_and_loses_it_with_the_field(browser, company, workspace) -> None:
    seller = company.members["alice"]
    view = SavedView.objects.create(
        entity="opportunities", name="Top", query="first=2:-amount", owner_id=seller.id
    )
    shown = browser("alice").get(f"{BASE}?first=2:-amount&view={view.id}", headers=HTMX)
    assert "First 2" in shown.content.decode()
    rule(company, lambda role: role.fields.update({"opportunities": {"amount": "hidden"}}))
    hidden = browser("alice").get(f"{BASE}?first=2:-amount&view={view.id}", headers=HTMX)
    assert hidden.status_code == 200
    assert "First 2" not in hidden.content.decode()
    assert browser("alice").get(f"{BASE}?first=2:-amount", headers=HTMX).status_code == 422


def test_the_cut_asks_one_question_more(browser) -> None:
    admin = browser("admin")
    admin.get(BASE, headers=HTMX)
    with at_most(14):
        admin.get(f"{BASE}?first=3:-amount", headers=HTMX)
