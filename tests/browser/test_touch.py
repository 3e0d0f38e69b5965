"""Boards under a finger: a swipe scrolls, a long press lifts, the edge scrolls on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Finger, Open
from tests.browser.watch import Watch


def _board(visit: Open, path: str, language: str) -> tuple[Page, Watch]:
    page, watch = visit(path, language=language, size=PHONE, touch=True)
    page.wait_for_load_state("networkidle")
    return page, watch


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_card_is_carried_to_a_lane_that_was_out_of_sight(visit: Open, language: str) -> None:
    page, watch = _board(visit, "opportunities/board", language)
    card = page.locator("[data-lane] .s-deal").first
    name, box = card.get_attribute("id"), card.bounding_box()
    first = page.locator(".s-lane").first.get_attribute("id")
    finger = Finger(page)
    finger.down(box["x"] + box["width"] / 2, box["y"] + 14)
    expect(page.locator(".sortable-chosen")).to_have_count(1)
    finger.move(18 if language == "ar" else PHONE["width"] - 18, box["y"] + 60)
    page.wait_for_function(f"document.querySelector('.s-slot-card').closest('.s-lane').id !== '{first}'")
    finger.move(PHONE["width"] / 2, box["y"] + 70)
    expect(page.locator(f"#{first} .s-slot-card")).to_have_count(0)
    with page.expect_response("**/stage/"):
        finger.up()
    page.reload()
    expect(page.locator(f".s-lane:not(#{first}) #{name}")).to_have_count(1)
    assert watch.errors == []


def test_a_swipe_over_the_cards_scrolls_and_moves_none(visit: Open) -> None:
    page, _watch = _board(visit, "opportunities/board", "ar")
    cards = page.locator("[data-lane] .s-deal")
    names, box = cards.evaluate_all("all => all.map((card) => card.id)"), cards.nth(2).bounding_box()
    finger = Finger(page)
    finger.down(box["x"] + 150, box["y"] + 14)
    finger.move(box["x"] + 150, box["y"] - 200)
    finger.up()
    page.wait_for_function("document.querySelector('.s-board').scrollTop > 0")
    assert cards.evaluate_all("all => all.map((card) => card.id)") == names


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_board_opens_on_a_lane_that_holds_something(visit: Open, language: str) -> None:
    page, _watch = _board(visit, "tasks/board", language)
    lane = page.locator(".s-lane", has=page.locator(".s-deal")).first
    expect(lane.locator("header")).to_be_in_viewport(ratio=0.9)
