"""What fits is fetched when the page is there, and answered where it stands."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

BOTH = pytest.mark.parametrize("language", ["ar", "en"])
WORDS = {"ar": ("قبول:", "رفض:"), "en": ("Accept:", "Reject:")}


def _customer_with_fits(page: Page) -> None:
    """The first of those who bought lately for whom something is named."""
    links = page.locator("tbody a[href*='/parties/']")
    expect(links.first).to_be_visible()
    found = links.evaluate_all("all => [...new Set(all.map(one => one.getAttribute('href')))]")
    for address in found:
        page.goto(address.replace("/parties/", "/organizations/"))
        expect(page.locator("#related-fits")).not_to_have_attribute("hx-trigger", "load")
        if page.locator("#related-fits li").count():
            return
    raise AssertionError("nothing fits anybody")


@BOTH
def test_what_fits_is_rejected_with_a_reason_and_accepted_with_one_press(visit: Open, language: str) -> None:
    accept, reject = WORDS[language]
    page, watch = visit("invoices/?q=أمر توريد", language=language)
    _customer_with_fits(page)
    items = page.locator("#related-fits li")
    before = items.count()
    items.first.get_by_role("button", name=re.compile(reject)).click()
    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=why]").select_option("price")
    dialog.locator("footer .btn-primary").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#activity")).to_contain_text(
        "رفض منتجًا" if language == "ar" else "rejected a suggested product"
    )
    if before > 1:
        items.first.get_by_role("button", name=re.compile(accept)).click()
        expect(page.locator("#activity")).to_contain_text(
            "قبل منتجًا" if language == "ar" else "accepted a suggested product"
        )
    assert watch.errors == []


@BOTH
def test_a_promotion_that_was_measured_says_what_it_brought(visit: Open, language: str) -> None:
    page, watch = visit("promotions/?f=status:any:measured", language=language)
    page.locator("tbody a[href*='/promotions/']").first.click()
    expect(page.locator(".s-effects tbody tr")).to_have_count(3)
    expect(page.locator(".s-promotion-says").first).to_be_visible()
    page.locator(".s-promotion header a[href$='/promotions-compared']").click()
    expect(page.locator("#promotions-compared .s-effects tbody tr").first).to_be_visible()
    assert watch.errors == []
