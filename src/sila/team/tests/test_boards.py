"""The board: only those who want it; and scripted attempts to farm points, each of which earns none."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.models import Member, Team, TeamMember
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.actions import reopen, win
from sila.sales.models import Opportunity
from sila.sales.rules import today as day
from sila.team.boards.actions import join, leave, set_board, settle, standing, thank
from sila.team.boards.fair import points
from sila.team.boards.models import BoardSettings, ContestPrize, Kudos
from sila.work.actions import complete

NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
FIRST, LAST = datetime(2026, 4, 1, tzinfo=UTC).date(), datetime(2026, 6, 30, tzinfo=UTC).date()
PAGE = "/w/rayyan/leaderboard"


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def won(by, amount="1000", at=NOW):
    with clock.at(at):
        party = add("organizations", by, name=f"عميل {amount} {at}")
        return win(add("opportunities", by, name="صفقة", amount=amount, party=party.id), by=by)


def mine(metric, by):
    return points(metric, FIRST, LAST).get(by.member_id, 0)


@pytest.fixture
def browse(company):
    def browse(name):
        client = Client()
        client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return browse


@pytest.fixture
def past(alice):
    """A year of usual deals, so that there is a median."""
    for month in (1, 2, 3):
        won(alice, "1000", datetime(2026, month, 5, 9, tzinfo=UTC))


# ---- what farms points --------------------------------------------------------------------------------
def test_adding_winning_and_deleting_earns_none(past, alice):
    deal = won(alice)
    assert (mine("won_deals", alice), mine("won_revenue", alice)) == (1, 1000_00)
    records.trash(registry["opportunities"], deal.id, by=alice)
    assert [mine(metric, alice) for metric in ("won_deals", "won_revenue", "new_customers")] == [0, 0, 0]


def test_reopening_and_winning_again_earns_none(past, alice):
    old = Opportunity.objects.filter(closed_on__lt=FIRST).order_by("id").first()
    with clock.at(NOW):
        win(reopen(old, by=alice), by=alice)
    assert Opportunity.objects.get(id=old.id).closed_on == NOW.date()
    assert [mine(metric, alice) for metric in ("won_deals", "won_revenue", "new_customers")] == [0, 0, 0]
    deal = won(alice)
    with clock.at(NOW + timedelta(days=1)):
        win(reopen(Opportunity.objects.get(id=deal.id), by=alice), by=alice)
    assert (mine("won_deals", alice), mine("won_revenue", alice)) == (1, 1000_00)


def test_many_tiny_deals_earn_none(past, alice):
    for number in range(12):
        won(alice, f"{number + 1}")
    assert (mine("won_deals", alice), mine("new_customers", alice)) == (0, 0)
    won(alice, "100")
    assert (mine("won_deals", alice), mine("new_customers", alice)) == (1, 1)


def test_a_burst_of_activities_earns_one_and_a_day_has_a_limit(alice):
    for second in range(15):
        with clock.at(NOW + timedelta(seconds=second)):
            complete(add("calls", alice, subject="مكالمة"), by=alice)
    assert mine("activities_done", alice) == 1
    for number in range(1, 40):
        with clock.at(NOW + timedelta(minutes=5 * number)):
            complete(add("calls", alice, subject="مكالمة"), by=alice)
    assert mine("activities_done", alice) == 20


def test_thanks_to_oneself_in_a_row_or_without_a_reason_are_refused(alice, admin, company):
    people = {name: member.id for name, member in company.members.items()}
    reason = "ساعدتني في عرض المستشفى"
    for receiver, why in ((people["alice"], reason), (people["bob"], "شكرًا"), (None, reason)):
        with pytest.raises(Invalid):
            thank(receiver, why, by=alice)
    assert not Kudos.objects.exists()
    thank(people["bob"], reason, by=alice)
    with pytest.raises(Invalid):
        thank(people["bob"], reason + " أيضًا", by=alice)
    thank(people["charlie"], reason, by=alice)
    thank(people["manager"], reason, by=alice)
    with pytest.raises(Invalid):
        thank(people["viewer"], reason, by=alice)
    assert Kudos.objects.count() == 3


# ---- who is seen ---------------------------------------------------------------------------------------
def test_only_those_who_joined_are_on_the_board_and_everybody_sees_their_own(alice, browse, company):
    today = datetime.now(UTC)
    won(alice, "1000", today)
    for name in ("alice", "bob"):
        assert browse(name).get(PAGE).status_code == 200
    address = f"{PAGE}?by=tenure"
    assert "1,000" in browse("alice").get(address).content.decode()
    assert "<bdi>Alice</bdi>" not in browse("bob").get(address).content.decode()
    browse("alice").post(f"{PAGE}/part", {"join": "1"})
    assert "<bdi>Alice</bdi>" in browse("bob").get(address).content.decode()
    browse("alice").post(f"{PAGE}/part", {"leave": "1"})
    assert "<bdi>Alice</bdi>" not in browse("bob").get(address).content.decode()
    assert browse("bob").get(f"{PAGE}?metric=nothing").status_code == 400


def test_the_board_ranks_against_the_own_goal_and_by_time_in_the_company(alice, bob, admin, browse, company):
    today = datetime.now(UTC)
    for who, amount, aim in ((alice, "1000", "4000"), (bob, "500", "500")):
        won(who, amount, today)
        join(by=who)
        add(
            "goals", admin, member=who.member_id, metric="won_revenue", target=aim, every="quarter",
            begins=day(admin).isoformat(),
        )  # fmt: skip
    Member.objects.filter(id=bob.member_id).update(created_at=today - timedelta(days=900))
    page = browse("viewer").get(PAGE).content.decode()
    assert page.index("<bdi>Bob</bdi>") < page.index("<bdi>Alice</bdi>")
    page = browse("viewer").get(f"{PAGE}?by=tenure").content.decode()
    assert page.index("<bdi>Alice</bdi>") < page.index("<bdi>Bob</bdi>")
    leave(by=alice)


def test_thanks_are_given_on_the_page(browse, company):
    client, sent = browse("alice"), {"receiver": str(company.members["bob"].id), "reason": "قصير"}
    assert client.post(f"{PAGE}/thanks", sent).status_code == 422
    assert client.post(f"{PAGE}/thanks", sent | {"reason": "أنقذ العرض في آخر لحظة"}).status_code == 302
    assert "أنقذ العرض في آخر لحظة" in browse("bob").get(PAGE).content.decode()


# ---- contests ------------------------------------------------------------------------------------------
def test_a_contest_is_settled_once_among_those_on_the_board(past, alice, bob, charlie, admin):
    contest = add(
        "contests", admin, name="سباق الربيع", metric="won_revenue", begins="2026-04-01", ends="2026-06-30",
        prizes="قسيمة 500\nقسيمة 200",
    )  # fmt: skip
    for who, amount in ((alice, "300"), (bob, "700"), (charlie, "9000")):
        won(who, amount)
    join(by=alice)
    join(by=bob)
    assert [(place, who) for place, who, _value in standing(contest)] == [
        (1, bob.member_id),
        (2, alice.member_id),
    ]
    with clock.at(NOW), pytest.raises(Invalid):
        settle(contest, by=admin)
    with clock.at(NOW + timedelta(days=90)):
        settle(contest, by=admin)
    ledger = ContestPrize.objects.order_by("place").values_list("member_id", "prize", "value")
    assert list(ledger) == [(bob.member_id, "قسيمة 500", 700_00), (alice.member_id, "قسيمة 200", 300_00)]
    contest.refresh_from_db()
    with pytest.raises(Invalid):
        settle(contest, by=admin)
    with pytest.raises(Invalid):
        records.update(registry["contests"], contest.id, {"prizes": "سيارة"}, by=admin)
    with pytest.raises(Invalid):
        records.trash(registry["contests"], contest.id, by=admin)


# ---- beside the territory ------------------------------------------------------------------------------
@pytest.fixture
def riyadh(company, admin):
    """A team works in Riyadh, which is a part of the centre; Charlie is in charge of the centre."""
    centre = add(
        "territories", admin, name="الوسطى", name_en="Centre", member=company.actor("charlie").member_id
    )
    team = Team.objects.create(name="فريق الرياض")
    for name in ("alice", "bob", "manager"):
        TeamMember.objects.create(team_id=team.id, member_id=company.members[name].id)
    return add("territories", admin, name="الرياض", name_en="Riyadh", team=team.id, parent=centre.id)


@pytest.fixture
def goals(company, admin):
    """Shares of 20, 40 and 80 percent in Riyadh, and 100 in the centre."""

    def aim(*aims):
        for name, target in aims:
            who = company.actor(name)
            won(who, "1000", datetime.now(UTC))
            join(by=who)
            values = {"metric": "won_revenue", "target": target, "every": "quarter"}
            add("goals", admin, member=who.member_id, begins=day(admin).isoformat(), **values)

    return aim


RIYADH = (("alice", "5000"), ("bob", "2500"), ("manager", "1250"))
BESIDE = f"{PAGE}?by=territory"


def board(browse, name, address=BESIDE):
    client = browse(name)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode().replace("\u2068", "").replace("\u2069", "")
    return text.replace("&#x27;", "'")


def places(page):
    return page.partition("places-title")[2].partition("thanks-title")[0]


def test_a_share_stands_beside_the_median_of_the_territory(riyadh, goals, admin, browse):
    goals(*RIYADH, ("charlie", "1000"))
    set_board(by=admin, compared="territory", least=3)
    mine = board(browse, "alice", PAGE)
    assert "In Riyadh the median of 3 people is 40%: 20% ÷ 40% = 50%." in mine
    assert "In Riyadh the median of 3 people is 40%: 80% ÷ 40% = 200%." in board(browse, "manager")
    assert "In Centre the median of 4 people is 60%: 100% ÷ 60% = 167%." in board(browse, "charlie")
    order = [places(mine).index(f"<bdi>{name}</bdi>") for name in ("Manager", "Charlie", "Bob", "Alice")]
    assert order == sorted(order)
    assert "divided by the median share of its people" in mine


def test_with_too_few_people_the_next_larger_territory_counts_or_none(riyadh, goals, admin, browse):
    goals(*RIYADH, ("charlie", "1000"))
    assert "In Centre the median of 4 people is 60%: 20% ÷ 60% = 33%." in board(browse, "alice")
    set_board(by=admin, compared="goal", least=5)
    page = board(browse, "alice")
    assert "No territory around you has enough people with a goal" in page
    assert "4 people on the board are not ranked here" in page
    assert "<bdi>Bob</bdi>" not in places(page)


def test_who_has_left_or_no_goal_counts_for_nothing(riyadh, goals, admin, browse, company):
    goals(*RIYADH)
    set_board(by=admin, compared="goal", least=3)
    assert "÷" in board(browse, "alice")
    Member.objects.filter(id=company.members["bob"].id).update(active=False)
    assert "No territory around you" in board(browse, "alice")
    assert "You have no goal of this quarter" in board(browse, "viewer")


def test_a_median_of_nothing_is_no_comparison(riyadh, admin, browse, company, goals):
    goals(("alice", "5000"))
    for name in ("bob", "manager"):
        who = company.actor(name)
        values = {"metric": "won_revenue", "target": "100", "every": "quarter"}
        add("goals", admin, member=who.member_id, begins=day(admin).isoformat(), **values)
    set_board(by=admin, compared="territory", least=3)
    assert "is 0%: you are not compared" in board(browse, "alice")


def test_whoever_is_not_on_the_board_counts_in_the_median_and_is_not_named(riyadh, goals, admin, bob, browse):
    goals(*RIYADH)
    leave(by=bob)
    set_board(by=admin, compared="territory", least=3)
    page = board(browse, "alice")
    assert "20% ÷ 40% = 50%" in page
    assert "<bdi>Bob</bdi>" not in places(page)


def test_administrators_choose_how_the_board_compares_and_others_do_not(admin, alice, browse):
    client = browse("admin")
    assert client.get(f"{PAGE}/settings").status_code == 200
    assert client.post(f"{PAGE}/settings", {"by": "territory", "least": "2"}).status_code == 422
    assert client.post(f"{PAGE}/settings", {"by": "x", "least": "5"}).status_code == 422
    assert not BoardSettings.objects.exists()
    for least in ("5", "6"):
        answer = client.post(f"{PAGE}/settings", {"by": "territory", "least": least})
        assert answer.status_code in (200, 204)
    row = BoardSettings.objects.get()
    assert (row.by, row.least) == ("territory", 6)
    assert browse("alice").post(f"{PAGE}/settings", {"by": "goal", "least": "4"}).status_code == 403
    with pytest.raises(NotAllowed):
        set_board(by=alice, compared="goal", least=4)
    assert "6 people or more" in board(browse, "alice", PAGE)
