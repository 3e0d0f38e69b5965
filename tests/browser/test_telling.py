"""The bell, mentions, the matrix of settings and the help, as people use them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Open


def first_deal(page: Page) -> None:
    page.locator("tbody tr[data-id] a").first.click()
    page.locator("#compose-note textarea").wait_for()


def test_the_bell_counts_opens_and_is_read(visit: Open) -> None:
    page, watch = visit("today", language="en")
    badge = page.locator("#bell-button [data-unread]")
    expect(badge).to_have_text(re.compile(r"\d"))
    page.locator("#bell-button").click()
    line = page.locator("#bell .s-news.s-new").first
    expect(line).to_be_visible()
    new = f'#bell .s-new[href="{line.get_attribute("href")}"]'  # by its address: others may come meanwhile
    page.locator(f"{new} + .s-news-mark").click()
    expect(page.locator(new)).to_have_count(0)
    expect(page.locator("#bell")).to_be_visible()
    page.locator("#bell .s-news.s-new").first.click()
    page.wait_for_url(lambda url: "/today" not in url)
    assert watch.errors == []


def test_the_page_of_notifications_marks_and_filters_on_a_phone(visit: Open) -> None:
    page, watch = visit("notifications/", size=PHONE)
    lines = page.locator(".s-news-list .s-news")
    expect(lines.first).to_be_visible()
    mark = page.locator(".s-news-mark").first
    was = mark.get_attribute("aria-label")
    mark.click()
    expect(page.locator(".s-news-mark").first).not_to_have_attribute("aria-label", was or "")
    page.locator(".s-news-filters a").nth(1).click()
    page.wait_for_url("**kind=**")
    assert watch.errors == []


def test_a_colleague_is_named_with_the_keyboard_and_shows_in_the_note(visit: Open) -> None:
    page, watch = visit("people/", language="ar")
    first_deal(page)
    text = page.locator("#compose-note textarea")
    text.press_sequentially("ما رأيك يا @ساره")  # her name is spelt سارة
    option = page.locator(".s-colleagues [role=option][aria-selected=true]")
    expect(option).to_contain_text("سارة")
    text.press("ArrowDown")
    text.press("Enter")
    expect(text).to_have_value(re.compile("@سارة العتيبي "))
    text.press_sequentially("؟")
    text.press("Control+Enter")
    expect(page.locator(".s-timeline .s-mention").first).to_have_text("@سارة العتيبي")
    assert watch.errors == []


@pytest.mark.parametrize(
    ("language", "typed", "name"), [("ar", "و@ساره", "سارة العتيبي"), ("en", "@sara", "Sara Al-Otaibi")]
)
def test_a_colleague_is_named_while_a_note_is_edited(
    visit: Open, language: str, typed: str, name: str
) -> None:
    page, watch = visit("notes/", language=language)
    page.locator("tbody tr[data-id] a").first.click()
    body = page.locator("dd[data-field=body]")
    body.dblclick()
    text = body.locator("textarea")
    text.press("Control+End")
    text.press_sequentially(f" {typed}")
    expect(page.locator(".s-colleagues [role=option][aria-selected=true]")).to_contain_text(name)
    text.press("Enter")
    expect(text).to_have_value(re.compile(f"@{name} $"))
    body.get_by_role("button").last.click()
    expect(body.locator("form")).to_have_count(0)
    expect(body).to_contain_text(f"@{name}")
    assert watch.errors == []


def test_esc_closes_the_list_of_colleagues_and_keeps_the_text(visit: Open) -> None:
    page, watch = visit("people/", language="en")
    first_deal(page)
    text = page.locator("#compose-note textarea")
    text.press_sequentially("Hello @fai")
    expect(page.locator(".s-colleagues")).to_be_visible()
    text.press("Escape")
    expect(page.locator(".s-colleagues")).to_have_count(0)
    expect(text).to_have_value("Hello @fai")
    assert watch.errors == []


def test_a_record_is_followed_and_followed_no_longer(visit: Open) -> None:
    page, watch = visit("people/", language="en")
    first_deal(page)
    button = page.locator("#follow button").first
    expect(button).to_have_attribute("aria-pressed", re.compile("true|false"))
    was = button.get_attribute("aria-pressed")
    for now in ("false" if was == "true" else "true", was):
        page.locator("#follow button").first.click()
        expect(page.locator("#follow button").first).to_have_attribute("aria-pressed", now or "")
    assert watch.errors == []


def test_the_matrix_keeps_what_was_chosen(visit: Open) -> None:
    page, watch = visit("settings/notifications/", language="en")
    row = page.locator("tr", has=page.locator("#kind-shared"))
    row.get_by_text("At once").click()
    row.locator("input[type=checkbox]").uncheck()
    page.locator(".s-form-foot button").click()
    page.locator(".s-toast").wait_for()
    row = page.locator("tr", has=page.locator("#kind-shared"))
    expect(row.locator("[value=now]")).to_be_checked()
    expect(row.locator("input[type=checkbox]")).not_to_be_checked()
    row.get_by_text("Once a day").click()
    row.locator("input[type=checkbox]").check()
    page.locator(".s-form-foot button").click()
    page.locator(".s-toast").wait_for()
    assert watch.errors == []


def test_help_opens_with_a_key_keeps_the_focus_and_closes(visit: Open) -> None:
    page, watch = visit("people/", language="en")
    page.keyboard.press("F1")
    drawer = page.locator("#help")
    expect(drawer).to_be_visible()
    expect(drawer.locator("h2")).to_contain_text("People")
    for _step in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#help')"
        )
    drawer.get_by_text("All topics").click()
    drawer.get_by_text("Calendar", exact=True).click()
    expect(drawer.locator("h2")).to_have_text("Calendar")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert watch.errors == []


def test_help_fits_a_phone(visit: Open) -> None:
    page, watch = visit("opportunities/board", size=PHONE)
    page.locator(".s-bottom [popovertarget=rail]").click()
    page.locator("[data-help]").click()
    expect(page.locator("#help h2")).to_be_visible()
    box = page.locator("#help").bounding_box()
    assert box and box["width"] <= PHONE["width"]
    expect(page.locator("#help h2")).to_contain_text("اللوحة")
    assert watch.errors == []
