"""A manager adjusts a forecast where it stands, and a number leads to its deals."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_an_adjustment_stands_beside_the_original_at_once(visit: Open) -> None:
    page, watch = visit("forecast", language="en")
    line = page.locator(".s-forecast-table tr", has=page.get_by_text("Jeddah branch", exact=True))
    commit = line.locator("td").nth(1).inner_text()
    line.get_by_role("button", name=re.compile("Adjust")).click()
    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=amount]").fill("1,234,000")
    dialog.locator("[name=note]").fill("Two tenders")
    dialog.get_by_role("button", name="Save").click()
    expect(line.locator(".s-adjusted")).to_contain_text("1.23M")
    expect(line.locator(".s-adjusted")).to_contain_text("Noura")
    expect(line.locator("td").nth(1)).to_have_text(commit)
    assert watch.errors == []


def test_a_number_leads_to_its_deals_and_a_unit_unfolds_in_arabic(visit: Open) -> None:
    page, watch = visit("forecast", language="ar")
    group = page.locator(".s-forecast-table .s-group").first
    expect(page.locator(".s-forecast-member").first).to_be_hidden()
    group.click()
    expect(page.locator(".s-forecast-member").first).to_be_visible()
    page.locator(".s-forecast-table tfoot td a").first.click()
    page.wait_for_url(re.compile("opportunities/.*category"))
    expect(page.locator("tbody tr[data-id]").first).to_be_visible()
    assert watch.errors == []
