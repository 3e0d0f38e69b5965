"""Own fields added one after the other, and the help of the pages before sign-in."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import WIDE, Open
from tests.browser.server import Server


def test_a_field_is_saved_and_the_form_is_there_for_the_next(visit: Open) -> None:
    page, watch = visit("settings/fields/?entity=people", language="en")
    page.get_by_role("button", name="New field").click()
    page.locator("#f-label").fill("لون السيارة")
    page.locator("#f-group_en").fill("Car")
    page.get_by_role("button", name="Save and add another").click()
    expect(page.locator(".s-toast").last).to_contain_text("Saved.")
    expect(page.locator("#f-label")).to_have_value("")
    expect(page.locator("#f-label")).to_be_focused()
    expect(page.locator("#f-group_en")).to_have_value("Car")
    expect(page.locator("#dialog h2")).to_have_text("New field: People")
    page.locator("#f-label").fill("عدد الأبواب")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#dialog")).not_to_be_visible()
    for name in ("لون السيارة", "عدد الأبواب"):
        expect(page.locator("#settings")).to_contain_text(name)
    assert watch.errors == []


def test_who_cannot_get_in_has_help_by_f1_and_by_a_button(server: Server, browser: Browser) -> None:
    context = browser.new_context(base_url=server.address, viewport=WIDE, locale="en")
    page = context.new_page()
    page.goto("/accounts/login/")
    help_ = page.locator("#help")
    page.keyboard.press("F1")
    expect(help_.get_by_role("heading", name="Signing in")).to_be_visible()
    page.keyboard.press("F1")
    expect(help_).not_to_be_visible()
    page.goto("/accounts/password/reset/")
    page.get_by_role("button", name="Help for this page").click()
    expect(help_.get_by_role("heading", name="A forgotten password")).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).not_to_be_visible()
    context.close()
