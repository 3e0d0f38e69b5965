"""The calendar of a noun by mouse, by keys and by finger; on a phone a list of days."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Finger, Open, go

CONTRACTS = "x-maintenance-contracts/calendar"
BOTH = pytest.mark.parametrize("language", ["ar", "en"])


def _contract(page: Page, name: str, day: str) -> Locator:
    """A new record of the sample's own noun, begun on a day of its calendar."""
    go(page, f"{CONTRACTS}?day={day}&span=week")
    page.wait_for_load_state("networkidle")
    page.locator(f"li:has(> [data-day='{day}']) .s-day-add").evaluate("button => button.click()")
    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=name]").fill(name)
    dialog.locator("footer .btn-primary").click()
    expect(_on(page, day, name)).to_be_visible()
    go(page, f"{CONTRACTS}?day={day}")
    page.wait_for_load_state("networkidle")
    return page.locator(".s-event", has_text=name)


def _on(page: Page, day: str, name: str) -> Locator:
    return page.locator(f"[data-day='{day}'] .s-event", has_text=name)


@BOTH
def test_a_record_is_dragged_to_another_day_and_taken_back(visit: Open, language: str) -> None:
    month = "2028-03" if language == "ar" else "2028-05"
    page, watch = visit(language=language)
    name = f"على التقويم {language}"
    contract = _contract(page, name, f"{month}-07")
    with page.expect_response("**/day/**"):
        contract.drag_to(page.locator(f"[data-day='{month}-16']"))
    expect(_on(page, f"{month}-16", name)).to_be_visible()
    page.reload()
    expect(_on(page, f"{month}-16", name)).to_be_visible()
    page.wait_for_load_state("networkidle")
    with page.expect_response("**/day/**"):
        page.locator(".s-event", has_text=name).drag_to(page.locator(f"[data-day='{month}-21']"))
    page.locator(".s-toast button", has_text="تراجع" if language == "ar" else "Undo").click()
    expect(_on(page, f"{month}-16", name)).to_be_visible()
    assert watch.errors == []


@BOTH
def test_keys_lift_it_and_put_it_down(visit: Open, language: str) -> None:
    month = "2028-07" if language == "ar" else "2028-08"
    page, watch = visit(language=language)
    name = f"بالمفاتيح {language}"
    _contract(page, name, f"{month}-12").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowLeft" if language == "ar" else "ArrowRight")
    with page.expect_response("**/day/**"):
        page.keyboard.press("Enter")
    expect(_on(page, f"{month}-13", name)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#peek[open] h2").first).to_contain_text(name)
    assert watch.errors == []


def test_an_empty_day_takes_a_new_record_with_its_date(visit: Open) -> None:
    page, watch = visit(f"{CONTRACTS}?day=2028-09-10", language="en")
    page.wait_for_load_state("networkidle")
    page.locator("[data-day='2028-09-20']").click()
    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=name]").fill("Begun on a day")
    dialog.locator("footer .btn-primary").click()
    expect(_on(page, "2028-09-20", "Begun on a day")).to_be_visible()
    assert watch.errors == []


@BOTH
def test_a_phone_shows_the_days_that_hold_something_and_a_finger_carries(visit: Open, language: str) -> None:
    month = "2028-10" if language == "ar" else "2028-11"
    page, watch = visit(language=language, size=PHONE, touch=True)
    first = _contract(page, f"الأول {language}", f"{month}-08")
    _contract(page, f"الثاني {language}", f"{month}-14")
    expect(page.locator(f"[data-day='{month}-09']")).to_be_hidden()
    assert watch.too_wide() is None
    box, to = first.bounding_box(), page.locator(f"[data-day='{month}-14']").bounding_box()
    finger = Finger(page)
    finger.down(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".s-lifted")).to_have_count(1)
    finger.move(to["x"] + to["width"] / 2, to["y"] + to["height"] / 2)
    with page.expect_response("**/day/**"):
        finger.up()
    expect(_on(page, f"{month}-14", f"الأول {language}")).to_be_visible()
    assert watch.errors == []


@BOTH
def test_on_a_phone_its_name_and_the_button_that_adds_stay_beside_a_long_date(
    visit: Open, language: str
) -> None:
    page, _watch = visit(CONTRACTS, language=language, size=PHONE)
    page.locator("[popovertarget=boards]").click()
    page.locator("#boards a").last.click()  # the field with the longer name
    page.wait_for_load_state("networkidle")
    for part in (page.locator("#new"), page.locator(".s-head h1")):
        box = part.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] and box["width"] >= 40
