"""A quote by hand: lines that are worked out while they are typed, sent, and signed by its customer on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open

BOTH = pytest.mark.parametrize("language", ["ar", "en"])


def _new_quote(page: Page, language: str) -> None:
    """A draft for the first company."""
    rows = page.context.request.get("/w/rayyan/organizations/").text()
    company = rows.split('<tr data-id="')[1].split('"')[0]
    page.goto(f"/w/rayyan/quotes/new?party={company}")
    page.locator("#entity-form [name=name]").fill({"ar": "عرض تجريبي", "en": "Trial quote"}[language])
    page.locator("#entity-form .btn-primary").first.click()
    page.locator(".s-lines").wait_for()


@BOTH
def test_lines_are_worked_out_while_they_are_typed(visit: Open, language: str) -> None:
    page, watch = visit("quotes/", language=language)
    _new_quote(page, language)
    page.locator(".s-lines header a").first.click()
    page.locator("#lines-form").wait_for()

    page.locator(".s-lines-add .s-picker input[type=text]").fill("POS-T2")
    page.locator(".s-lines-add [role=option]").first.click()
    row = page.locator(".s-lines-row").first
    expect(row.locator("[name$='.price']")).to_have_value("2650.00")
    row.locator("[name$='.quantity']").fill("٥٠")
    page.keyboard.press("Tab")
    expect(row.locator("[name$='.price']")).to_have_value("2350.00")  # the price of fifty
    expect(row.locator("output")).to_contain_text("117,500.00")

    row.locator("[name$='.discount']").fill("300")
    page.keyboard.press("Tab")
    expect(row.locator(".s-lines-wrong p")).to_be_visible()
    page.locator("#lines-form .btn-primary").click()
    expect(page.locator(".s-errors p").first).to_be_visible()  # nothing is saved, nothing is lost
    expect(row.locator("[name$='.discount']")).to_have_value("300")
    row.locator("[name$='.discount']").fill("10")
    page.keyboard.press("Tab")
    expect(page.locator("#lines-sums")).to_contain_text("121,612.50")

    page.locator(".s-lines-add > button").click()
    free = page.locator(".s-lines-row").nth(1)
    free.locator("[name$='.name']").fill("تركيب")
    free.locator("[name$='.price']").fill("1,000")
    page.keyboard.press("Tab")
    expect(page.locator("#lines-sums")).to_contain_text("122,762.50")
    free.locator("button").first.click()
    expect(page.locator(".s-lines-row [name$='.name']").first).to_have_value("تركيب")
    page.locator("#lines-form .btn-primary").click()
    expect(page.locator(".s-lines-table tbody tr")).to_have_count(2)
    expect(page.locator("#sums")).to_contain_text("122,762.50")
    assert [each for each in watch.errors if "422" not in each] == []


@BOTH
def test_a_customer_draws_a_signature_on_a_phone(visit: Open, language: str) -> None:
    page, watch = visit("quotes/", language=language)
    _new_quote(page, language)
    page.locator(".s-lines header a").first.click()
    page.locator(".s-lines-add > button").click()
    row = page.locator(".s-lines-row").first
    row.locator("[name$='.name']").fill("خدمة")
    row.locator("[name$='.price']").fill("500")
    page.keyboard.press("Tab")
    page.locator("#lines-form .btn-primary").click()
    page.locator(".s-head [hx-post$='do/send']").click()
    address = page.locator("#customer-link")
    expect(address).to_be_visible()

    phone, customers = visit(language=language, size=PHONE, guest=True)
    phone.goto(f"{address.input_value()}?language={language}")
    assert customers.grave_findings() == []
    assert customers.too_wide() is None
    if language == "ar":
        assert customers.english_words() == []
    phone.locator("#sign-name").fill("خالد العتيبي")
    phone.locator("[value=drawn]").check()
    pad = phone.locator("[data-pad] svg").bounding_box()
    phone.mouse.move(pad["x"] + 20, pad["y"] + 40)
    phone.mouse.down()
    phone.mouse.move(pad["x"] + 200, pad["y"] + 70, steps=12)
    phone.mouse.up()
    phone.locator("[name=agreed]").check()
    phone.locator(".s-customer-answer .btn-primary").first.click()
    expect(phone.locator(".s-customer-done")).to_be_visible()
    expect(phone.locator(".s-signature path")).to_have_attribute("d", re.compile("^M"))
    phone.set_viewport_size(WIDE)
    assert customers.grave_findings() == []

    page.reload()
    expect(page.locator(".s-lines-link")).to_contain_text("خالد العتيبي")
    expect(page.locator(".s-lines header a")).to_have_count(1)  # nothing is left to edit, only the paper
    assert watch.errors == customers.errors == []
