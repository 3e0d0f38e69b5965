"""The scale of hours by mouse, by keys and by finger, once in Arabic and once in English."""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Finger, Open

BOTH = pytest.mark.parametrize("language", ["ar", "en"])
TUESDAY, WEDNESDAY = "2027-03-02", "2027-03-03"  # nothing of the sample is there


def _week(page: Page, subject: str, begins: str) -> Locator:
    """A new meeting of an hour, on the page of its week."""
    page.goto(
        f"/w/rayyan/meetings/new?starts_at={begins}&ends_at={begins[:11]}{int(begins[11:13]) + 1:02}{begins[13:]}"
    )
    page.locator("#f-subject").fill(subject)
    page.locator(".s-form-foot .btn-primary").click()
    expect(page.locator("#record h1")).to_be_visible()
    _calendar(page, "week")
    return page.locator(".s-event", has_text=subject)


def _calendar(page: Page, layout: str, day: str = TUESDAY) -> None:
    page.goto(f"/w/rayyan/calendar?layout={layout}&day={day}")
    page.wait_for_load_state("networkidle")


def _at(page: Page, day: str, hour: float) -> tuple[float, float]:
    """The point of an hour in the column of a day, scrolled to."""
    column = page.locator(f".s-daycol[data-day='{day}']")
    column.evaluate(
        "(column, hour) => { const box = column.closest('.s-cal');"
        " box.scrollTop = column.offsetTop + column.offsetHeight * hour / 24 - box.clientHeight / 2; }",
        hour,
    )
    box = column.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * hour / 24 + 2


def _stands(event: Locator, day: str, begin: str, end: str) -> None:
    slot = event.page.locator(
        f"[data-day='{day}'] > .s-slot", has=event.page.locator(f"#{event.get_attribute('id')}")
    )
    expect(slot).to_have_attribute("data-from", begin)
    expect(slot).to_have_attribute("data-to", end)


@pytest.mark.parametrize(("language", "hour"), [("ar", 12), ("en", 18)])
def test_an_empty_slot_takes_a_new_meeting_at_its_time(visit: Open, language: str, hour: int) -> None:
    page, watch = visit(language=language)
    _calendar(page, "week")
    page.mouse.click(*_at(page, WEDNESDAY, hour + 0.5))
    dialog = page.locator("#dialog[open]")
    expect(dialog.locator("[name=starts_at]")).to_have_value(re.compile(f"{WEDNESDAY}T{hour}:30"))
    dialog.locator("[name=subject]").fill(f"موعد جديد {language}")
    dialog.locator("footer .btn-primary").click()
    _stands(
        page.locator("[data-event]", has_text=f"موعد جديد {language}"),
        WEDNESDAY,
        f"{hour}:30",
        f"{hour + 1}:30",
    )
    assert watch.errors == []


@BOTH
def test_a_meeting_is_dragged_to_another_day_and_hour_and_taken_back(visit: Open, language: str) -> None:
    page, watch = visit(language=language)
    event = _week(page, f"يُنقل {language}", f"{TUESDAY}T10:00")
    page.mouse.move(*_at(page, TUESDAY, 10))
    page.mouse.down()
    page.mouse.move(*_at(page, WEDNESDAY, 13.25), steps=8)
    with page.expect_response("**/move"):
        page.mouse.up()
    _stands(event, WEDNESDAY, "13:15", "14:15")
    page.locator(".s-toast [data-undo]").click()
    _stands(event, TUESDAY, "10:00", "11:00")
    assert page.url.endswith(f"day={TUESDAY}")  # the release did not follow the link
    assert watch.errors == []


@BOTH
def test_a_meeting_is_moved_by_keys_and_esc_puts_it_back(visit: Open, language: str) -> None:
    page, watch = visit(language=language)
    event = _week(page, f"بالمفاتيح {language}", f"{TUESDAY}T08:00")
    event.focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    _stands(event, TUESDAY, "08:00", "09:00")
    page.keyboard.press("m")
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft" if language == "ar" else "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#calendar-said")).to_contain_text("08:30")
    with page.expect_response("**/move"):
        page.keyboard.press("Enter")
    _stands(event, WEDNESDAY, "08:30", "09:30")
    expect(event).to_be_focused()
    page.reload()
    _stands(event, WEDNESDAY, "08:30", "09:30")
    assert watch.errors == []


def test_a_meeting_that_was_changed_elsewhere_goes_back_when_it_may_not_be_moved(visit: Open) -> None:
    page, _watch = visit(language="ar")
    event = _week(page, "أُنجز قبل النقل", f"{TUESDAY}T16:00")
    theirs = page.context.new_page()
    theirs.goto(event.get_attribute("href"))
    theirs.locator("#palette-query[data-htmx-powered]").wait_for(state="attached")
    theirs.locator(".s-record-head [hx-get$='do/complete']").click()
    theirs.locator("#dialog[open] footer .btn-primary").click()
    expect(theirs.locator(".s-record-head [hx-post$='do/reopen']")).to_be_visible()
    event.focus()
    for key in ("m", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".s-toast.s-bad")).to_be_visible()
    _stands(event, TUESDAY, "16:00", "17:00")


def test_in_the_month_an_activity_goes_to_another_day(visit: Open) -> None:
    page, watch = visit(language="ar")
    event = _week(page, "في الشهر", "2027-04-06T12:00")
    _calendar(page, "month", "2027-04-06")
    with page.expect_response("**/move"):
        event.drag_to(page.locator("[data-day='2027-04-15']"))
    expect(page.locator("[data-day='2027-04-15']")).to_contain_text("في الشهر")
    _calendar(page, "week", "2027-04-15")
    _stands(event, "2027-04-15", "12:00", "13:00")
    assert watch.errors == []


def test_on_a_phone_a_long_press_lifts_and_a_swipe_scrolls(visit: Open) -> None:
    page, watch = visit(language="ar", size=PHONE, touch=True)
    event = _week(page, "باللمس", f"{TUESDAY}T18:00")
    _calendar(page, "day")
    finger = Finger(page)
    x, y = _at(page, TUESDAY, 18.2)
    finger.down(x, y)
    expect(event).to_have_class(re.compile("s-lifted"))
    finger.move(x, y - 60)
    expect(event.locator("time")).to_have_text("17:00")
    with page.expect_response("**/move"):
        finger.up()
    _stands(event, TUESDAY, "17:00", "18:00")

    x, y = _at(page, TUESDAY, 17.2)
    before = page.locator(".s-cal").evaluate("box => box.scrollTop")
    finger.down(x, y)
    finger.move(x, y + 120)
    finger.up()
    page.wait_for_function("before => document.querySelector('.s-cal').scrollTop < before", arg=before)
    _stands(event, TUESDAY, "17:00", "18:00")
    assert watch.errors == []


@BOTH
def test_the_day_of_a_phone_goes_from_day_to_day(visit: Open, language: str) -> None:
    page, watch = visit("calendar?layout=day", language=language, size=PHONE)
    expect(page.locator(".s-strip a")).to_have_count(7)
    today = date.fromisoformat(page.locator(".s-daycol").get_attribute("data-day"))
    other = page.locator(".s-strip a:not([aria-current])").first
    other.click()
    expect(page.locator(".s-daycol")).not_to_have_attribute("data-day", today.isoformat())
    assert watch.too_wide() is None
    assert watch.errors == []
