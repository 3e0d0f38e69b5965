"""The worklist is worked through where it stands; a rule says how many break it while it is written."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Open, go


def test_the_worklist_is_filled_in_confirmed_and_taken_back_in_place(visit: Open) -> None:
    page, watch = visit("quality/?entity=organizations&whose=all&kind=incomplete", language="en")
    record = page.locator(".s-care", has=page.locator("dd[data-field=website]")).first
    name = record.locator(".s-strong").inner_text()
    record.locator("dd[data-field=website] [data-edit]").click()
    record.locator("dd[data-field=website] input[type=url], dd[data-field=website] input[name=website]").fill(
        "https://filled.example"
    )
    page.keyboard.press("Enter")
    expect(record.locator("dd[data-field=website]")).to_contain_text("filled.example")
    record.get_by_role("button", name="Still right").click()
    toast = page.locator(".s-toast", has_text="Confirmed as still right.")
    expect(toast).to_be_visible()
    toast.get_by_role("button").first.click()
    expect(page.locator(".s-toast", has_text="Undone.")).to_be_visible()
    first = page.locator(".s-care").first
    name = first.locator(".s-strong").inner_text()
    first.locator("[popovertarget]").click()
    first.locator(".s-menu .s-item", has_text="For a week").click()
    expect(page.locator(".s-care .s-strong", has_text=re.compile(f"^{re.escape(name)}$"))).to_have_count(0)
    assert watch.errors == []


def test_a_gap_of_a_record_opens_its_field_and_the_meter_follows(visit: Open) -> None:
    page, watch = visit("quality/?entity=organizations&whose=all&kind=incomplete", language="ar")
    page.locator(".s-care", has=page.locator("dd[data-field=vat_number]")).first.locator(".s-strong").click()
    meter = page.locator("#record-quality")
    meter.locator("summary").click()
    before = int(meter.locator("progress").get_attribute("value") or 0)
    meter.locator("[data-gap=vat_number]").click()
    page.locator("#dd-vat_number input[name=vat_number]").fill("310123456700003")
    page.keyboard.press("Enter")
    expect(meter.locator("[data-gap=vat_number]")).to_have_count(0)
    assert int(meter.locator("progress").get_attribute("value") or 0) > before
    assert watch.errors == []


def test_a_rule_is_tried_while_it_is_written_and_then_refuses(visit: Open) -> None:
    page, watch = visit("settings/quality/rules/new?entity=products", language="en")
    state = page.locator("#formula-state")
    page.locator("#formula").fill("[Nothing] = 1")
    expect(state.locator("mark")).to_have_text("[Nothing]")
    page.locator("#formula").fill("[Price] < 1")
    expect(state).to_contain_text("Tried on the newest")
    page.locator("#f-message").fill("السعر أقل من واحد")
    page.locator("#f-message_en").fill("A price is at least one.")
    page.locator("#f-field").select_option("price")
    page.locator(".s-computed .btn-primary").click()
    page.wait_for_url(re.compile(r"settings/quality/\?entity=products"))
    expect(page.locator(".s-rule", has_text="A price is at least one.")).to_be_visible()
    go(page, "products/new")
    page.locator("#f-name").fill("Sand")
    page.locator("#f-code").fill("SAND-1")
    page.locator("#f-price").fill("0.5")
    page.locator("#f-price").press("Enter")
    expect(page.locator("#f-price-error")).to_contain_text("A price is at least one.")
    go(page, "settings/quality/?entity=products")
    page.locator(".s-rule [aria-label='Remove']").click()
    page.locator("dialog[open] button[value=yes]").click()
    expect(page.locator(".s-rule")).to_have_count(0)
    assert watch.errors == []


def test_on_a_phone_nothing_of_the_worklist_is_wider_than_the_screen(visit: Open) -> None:
    page, watch = visit("quality/?entity=organizations&whose=all", size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = page.locator(".s-care").evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth).length"
    )
    assert wide == 0
    assert watch.errors == []
