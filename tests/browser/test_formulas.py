"""Formulas and roll-ups are written with their result beside them; a role's layout is put in order by keyboard."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open, go


def test_a_formula_says_what_is_wrong_then_what_it_gives_and_is_kept(visit: Open) -> None:
    page, watch = visit("settings/fields/formula/new?entity=opportunities", language="en")
    state = page.locator("#formula-state")
    page.locator("#formula").press_sequentially("[Amount] * nonsense")
    expect(state.locator("mark")).to_have_text("nonsense")
    page.locator("#formula").fill("[Amount] * ")
    page.locator("#formula-fields .s-item", has_text="Probability").first.click()
    expect(page.locator("#formula")).to_have_value("[Amount] * [Probability]")
    expect(state).to_contain_text("This gives a number")
    page.locator("[data-insert='round()']").click()
    expect(page.locator("#formula")).to_have_value("[Amount] * [Probability]round()")
    expect(state.locator("mark")).to_have_text("round")
    page.locator("#formula").fill("round([Amount] * [Probability] / 100)")
    page.locator("input[name=money]").check()
    expect(state).to_contain_text(".00")
    page.locator("#f-label").fill("المتوقع")
    page.locator("#f-label_en").fill("Expected amount")
    page.locator(".s-computed .btn-primary").click()
    page.wait_for_url(re.compile(r"settings/fields/\?entity=opportunities"))
    line = page.locator(".s-line", has_text="Expected amount")
    expect(line).to_be_visible()
    line.locator("a.btn-icon").click()
    expect(page.locator("#formula")).to_have_value("round([Amount] * [Probability] / 100)")
    assert watch.errors == []


def test_the_parts_of_a_roll_up_follow_each_other(visit: Open) -> None:
    page, watch = visit("settings/fields/rollup/new?entity=organizations", language="en")
    page.locator("#f-relation").select_option("opportunities|party")
    page.locator("#f-how").select_option("sum")
    page.locator("#f-field").select_option("amount")
    page.locator("#c0-field").select_option("category")
    page.locator("#rollup-parts input[value=won]").check()
    expect(page.locator("#c1-field")).to_be_visible()
    page.locator("#f-label").fill("المكسوب")
    page.locator(".s-computed .btn-primary").click()
    page.wait_for_url(re.compile(r"settings/fields/\?entity=organizations"))
    assert watch.errors == []


def test_a_field_moves_into_another_section_by_keyboard_and_back(visit: Open) -> None:
    page, watch = visit("settings/layout/?entity=organizations", language="en")
    card = page.locator("form.s-card").first
    second = card.locator(".s-layout-section").nth(1)
    name = second.locator("ul input[name=line]").first.get_attribute("value")
    second.locator("ul .s-grip").first.press("Alt+ArrowUp")
    moved = card.locator(".s-layout-section").first.locator(f"ul input[name=line][value={name}]")
    expect(moved).to_have_count(1)
    card.locator(".btn-primary").click()
    expect(card.locator(".s-tag.s-acc")).to_be_visible()
    expect(moved).to_have_count(1)
    card.locator("button[name=reset]").click()
    expect(card.locator(".s-tag.s-acc")).to_have_count(0)
    expect(moved).to_have_count(0)
    go(page, "settings/trash/")
    assert watch.errors == []
