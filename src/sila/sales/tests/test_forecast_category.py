"""Under which category a forecast counts a deal."""

import pytest

from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.sales.actions import lose, move, reopen, win
from sila.sales.models import LossReason, Stage

pytestmark = pytest.mark.django_db
deals = registry["opportunities"]


@pytest.fixture
def deal(alice):
    return actions.create(deals, {"name": "Furniture", "amount": "1000"}, by=alice)


def stage(name):
    return Stage.objects.get(name_en=name)


def change(deal, by, **values):
    return actions.update(deals, deal.id, values, by=by)


def test_a_deal_is_counted_by_the_probability_of_its_stage(deal, alice):
    counted = {}
    for name in ("New", "Quote", "Negotiation", "Signature"):
        deal = move(deal, by=alice, stage=stage(name).id)
        counted[name] = deal.forecast_category
    assert counted == {
        "New": "pipeline",
        "Quote": "best_case",
        "Negotiation": "best_case",
        "Signature": "commit",
    }


def test_a_stage_can_say_how_its_deals_are_counted(deal, alice, admin):
    actions.update(registry["stages"], stage("Quote").id, {"forecast_category": "commit"}, by=admin)
    assert move(deal, by=alice, stage=stage("Quote").id).forecast_category == "commit"


def test_what_a_person_says_of_a_deal_stays_until_it_moves(deal, alice):
    said = change(deal, alice, forecast_category="omitted")
    assert change(said, alice, amount="900").forecast_category == "omitted"
    assert (
        move(actions.get(deals, deal.id, by=alice), by=alice, stage=stage("Quote").id).forecast_category
        == "best_case"
    )


def test_what_is_cleared_follows_the_stage_again(deal, alice):
    change(deal, alice, forecast_category="commit")
    assert change(deal, alice, forecast_category="").forecast_category == "pipeline"


def test_an_end_decides_and_nobody_says_otherwise(deal, alice):
    won = win(change(deal, alice, forecast_category="omitted"), by=alice)
    assert won.forecast_category == "closed"
    with pytest.raises(Invalid):
        change(won, alice, forecast_category="commit")
    opened = reopen(actions.get(deals, deal.id, by=alice), by=alice)
    assert opened.forecast_category == "pipeline"
    reason = LossReason.objects.first()
    assert lose(opened, by=alice, reason=reason.id).forecast_category == "omitted"


def test_an_open_deal_is_not_closed_and_nothing_changes(deal, alice):
    with pytest.raises(Invalid):
        change(deal, alice, forecast_category="closed")
    assert actions.get(deals, deal.id, by=alice).forecast_category == "pipeline"


def test_a_closed_deal_that_comes_in_is_counted_as_closed(alice):
    made = actions.create(
        deals, {"name": "Old", "stage": stage("Won").id, "forecast_category": "closed"}, by=alice
    )
    assert made.forecast_category == "closed"
    with pytest.raises(Invalid):
        actions.create(
            deals, {"name": "Odd", "stage": stage("Won").id, "forecast_category": "commit"}, by=alice
        )


def test_an_open_stage_cannot_be_closed(admin):
    with pytest.raises(Invalid):
        actions.update(registry["stages"], stage("New").id, {"forecast_category": "closed"}, by=admin)
    assert stage("New").forecast_category == ""
