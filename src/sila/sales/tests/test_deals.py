"""Deals: where they begin, how they move, how they end, and what is remembered of it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from sila.platform.access.reader import Reader
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Stale
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.timeline import event_items
from sila.platform.kit import clock
from sila.sales import actions
from sila.sales.models import LossReason, Opportunity, Stage, StageTransition
from sila.sales.panels import stages

deals, organizations = registry["opportunities"], registry["organizations"]


@pytest.fixture
def customer(alice):
    return records.create(organizations, {"name": "مستشفى السلامة"}, by=alice)


@pytest.fixture
def deal(alice, customer):
    return records.create(
        deals, {"name": "توريد أجهزة", "party": customer.id, "amount": "45,250.50"}, by=alice
    )


@pytest.fixture
def reason(workspace):
    return LossReason.objects.order_by("order").first()


def stage(name):
    return Stage.objects.get(name_en=name)


def test_a_deal_begins_in_the_first_stage_of_the_pipeline(deal):
    assert (deal.stage_id, deal.probability, deal.category) == (stage("New").id, 10, "open")
    assert (deal.amount, deal.currency) == (4_525_050, "SAR")


def test_numbers_count_on_within_a_workspace_and_year(deal, alice):
    second = records.create(deals, {"name": "أخرى"}, by=alice)
    year = timezone.now().year
    assert (deal.number, second.number) == (f"OPP-{year}/0001", f"OPP-{year}/0002")


def test_a_deal_without_a_customer_is_marked_incomplete(alice, customer):
    deal = records.create(deals, {"name": "بلا عميل"}, by=alice)
    assert deal.incomplete
    deal = records.update(deals, deal.id, {"party": customer.id}, by=alice)
    assert not deal.incomplete


def test_moving_writes_history_with_the_time_in_the_stage(deal, alice):
    with clock.at(timezone.now() + timedelta(days=3)):
        moved = actions.move(deal, by=alice, stage=stage("Quote").id)
    last = StageTransition.objects.order_by("-id").first()
    assert (last.from_stage_id, last.to_stage_id) == (stage("New").id, stage("Quote").id)
    assert last.seconds_in_stage // 86400 in (2, 3)
    assert (moved.probability, moved.version) == (50, deal.version + 1)


def test_the_generic_way_of_saving_writes_the_same_history(deal, alice):
    records.update(deals, deal.id, {"stage": stage("Negotiation").id}, by=alice)
    assert StageTransition.objects.count() == 2
    assert Opportunity.objects.get(id=deal.id).probability == 70


def test_a_probability_given_with_the_stage_wins_over_the_stages_own(deal, alice):
    changed = records.update(deals, deal.id, {"stage": stage("Quote").id, "probability": 65}, by=alice)
    assert changed.probability == 65


def test_a_won_deal_is_closed_today_with_its_reason(deal, alice):
    won = actions.win(deal, by=alice, reason="السعر")
    assert (won.category, won.probability, won.won_reason) == ("won", 100, "السعر")
    assert won.closed_on is not None
    assert Event.objects.filter(record_id=deal.id, kind="won").count() == 1


def test_a_loss_needs_a_reason(deal, alice, reason):
    with pytest.raises(Invalid) as refusal:
        actions.lose(deal, by=alice)
    assert "reason" in refusal.value.errors
    assert Opportunity.objects.get(id=deal.id).category == "open"
    assert actions.lose(deal, by=alice, reason=reason.id).lost_reason_id == reason.id


def test_no_door_loses_a_deal_without_a_reason(deal, alice):
    with pytest.raises(Invalid):
        records.update(deals, deal.id, {"stage": stage("Lost").id}, by=alice)
    with pytest.raises(Invalid):
        actions.move(deal, by=alice, stage=stage("Lost").id)
    assert StageTransition.objects.count() == 1


def test_history_from_elsewhere_may_not_know_why_a_deal_was_lost(company, customer):
    importer = company.actor("alice", "import")
    lost = records.create(
        deals, {"name": "قديمة", "stage": stage("Lost").id, "closed_on": date(2025, 3, 1)}, by=importer
    )
    assert (lost.category, lost.closed_on) == ("lost", date(2025, 3, 1))


def test_a_closed_deal_is_not_closed_again(deal, alice, reason):
    lost = actions.lose(deal, by=alice, reason=reason.id)
    with pytest.raises(Invalid):
        actions.win(lost, by=alice)
    with pytest.raises(Invalid):
        actions.lose(lost, by=alice, reason=reason.id)


def test_of_two_who_win_at_once_the_second_is_told(deal, alice):
    seen_by_both = Opportunity.objects.get(id=deal.id)
    actions.win(deal, by=alice)
    with pytest.raises(Stale):
        actions.win(seen_by_both, by=alice)
    assert StageTransition.objects.filter(to_stage_id=stage("Won").id).count() == 1


def test_a_reopened_deal_goes_back_to_its_last_open_stage(deal, alice, reason):
    moved = actions.move(deal, by=alice, stage=stage("Quote").id)
    lost = actions.lose(moved, by=alice, reason=reason.id)
    again = actions.reopen(lost, by=alice)
    assert (again.stage_id, again.category) == (stage("Quote").id, "open")
    assert (again.closed_on, again.lost_reason_id) == (None, None)
    with pytest.raises(Invalid):
        actions.reopen(again, by=alice)


def test_a_new_currency_keeps_the_figure_that_people_see(deal, alice):
    changed = records.update(deals, deal.id, {"currency": "KWD"}, by=alice)
    assert (changed.amount, changed.currency) == (45_250_500, "KWD")


def test_negative_and_enormous_amounts_are_refused(alice):
    for amount in ("-5", "9" * 30):
        with pytest.raises(Invalid) as refusal:
            records.create(deals, {"name": "x", "amount": amount}, by=alice)
        assert "amount" in refusal.value.errors
    assert not Opportunity.objects.exists()


def test_the_team_sees_a_deal_but_only_its_owner_moves_it(deal, bob):
    assert deals.visible_to(bob).filter(id=deal.id).exists()
    with pytest.raises(NotAllowed):
        actions.move(deal, by=bob, stage=stage("Quote").id)
    with pytest.raises(NotAllowed):
        actions.win(deal, by=bob)
    assert StageTransition.objects.count() == 1


def test_another_branch_does_not_find_the_deal(deal, charlie):
    with pytest.raises(NotFound):
        actions.win(deal, by=charlie)


def test_another_workspaces_stage_is_not_found(deal, alice, elsewhere):
    from sila.platform.tenancy.current import scope

    with scope(elsewhere.workspace):
        foreign = stage("Quote").id
    with pytest.raises(Invalid):
        actions.move(deal, by=alice, stage=foreign)
    with pytest.raises(Invalid):
        records.update(deals, deal.id, {"stage": foreign}, by=alice)
    assert Opportunity.objects.get(id=deal.id).stage_id == stage("New").id


def test_the_contact_of_a_deal_is_a_person(deal, customer, alice):
    with pytest.raises(Invalid) as refusal:
        records.update(deals, deal.id, {"contact": customer.id}, by=alice)
    assert "contact" in refusal.value.errors


def test_a_person_has_each_part_in_a_deal_once(deal, alice):
    person = records.create(registry["people"], {"name": "ريم"}, by=alice)
    part = actions.give_part(deal, person.id, "decides", by=alice)
    with pytest.raises(Invalid):
        actions.give_part(deal, person.id, "decides", by=alice)
    actions.take_part_away(part, by=alice)
    assert not deal.roles.exists()


def test_stages_of_winning_and_losing_have_their_probability(admin):
    pipeline = stage("New").pipeline_id
    values = {"name": "تسليم", "pipeline": pipeline, "category": "won", "probability": 40}
    assert records.create(registry["stages"], values, by=admin).probability == 100
    with pytest.raises(Invalid):
        records.create(
            registry["stages"], {**values, "name": "س", "category": "open", "probability": 140}, by=admin
        )


def test_a_lost_deal_ticks_only_the_stages_that_it_was_in(deal, alice, reason):
    actions.lose(deal, by=alice, reason=reason.id)
    lost = Opportunity.objects.get(id=deal.id)
    states = [one["state"] for one in stages(lost, Context(alice, Reader.of(alice.workspace)), "/")]
    assert states[0] == "done"
    assert states[-1] == "now"
    assert set(states[1:-1]) == {"ahead"}


def test_the_timeline_calls_stages_as_the_reader_does_and_tells_no_empty_pairs(deal, alice, reason):
    actions.lose(deal, by=alice, reason=reason.id)
    lost = Opportunity.objects.get(id=deal.id)
    with override("en"):
        context = Context(alice, Reader.of(alice.workspace))
        told = str(event_items(deals, [lost.id], context, None, 9)[0]["head"])
    assert "New</bdi> → <bdi>Lost" in told
    assert "–</bdi> → <bdi>–" not in told
    assert "More about the loss" not in told
