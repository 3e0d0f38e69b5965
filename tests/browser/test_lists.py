"""A list as a spreadsheet: several keys of order, groups that fold, ranges copied and pasted."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Open

LANGUAGES = pytest.mark.parametrize("language", ["ar", "en"])


def _clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def _cell(page: Page, row: int, field: str) -> object:
    place = page.locator("#grid thead th").evaluate_all(
        f"all => all.findIndex(th => th.dataset.field === '{field}')"
    )
    return page.locator("#grid tbody tr[data-id]").nth(row).locator("td").nth(place)


@LANGUAGES
def test_shift_and_a_click_sorts_by_one_more_heading(visit: Open, language: str) -> None:
    page, watch = visit("people/?sort=city", language=language)
    heading = page.locator("th[data-field=job_title] a")
    heading.click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile("sort=city%2Cjob_title"))
    expect(page.locator(".s-place")).to_have_text(["2", "1"])  # as the columns stand
    page.locator("th[data-field=job_title] a").click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile("sort=city%2C-job_title"))
    assert len(page.context.pages) == 1  # no other window
    assert watch.errors == []


@LANGUAGES
def test_groups_fold_and_stay_open_when_the_list_is_fetched_anew(visit: Open, language: str) -> None:
    page, watch = visit("opportunities/?cols=name,amount", language=language)
    page.locator("[popovertarget=grouping]").click()
    page.locator("#grouping .s-item[href$='group=stage']").click()
    expect(page).to_have_url(re.compile("group=stage"))
    group = page.locator("[data-group]").first
    rows = page.locator("#grid tbody:not([hidden]) tr[data-id]")
    expect(rows).to_have_count(0)
    group.click()
    expect(rows.first).to_be_visible()
    count = rows.count()
    rows.evaluate_all("all => all.forEach((row) => (row.dataset.old = ''))")
    page.evaluate("document.dispatchEvent(new CustomEvent('sila:refresh'))")
    expect(page.locator("#grid tbody:not([hidden]) tr[data-id]:not([data-old])")).to_have_count(count)
    group.click()
    expect(rows).to_have_count(0)
    assert watch.errors == []


@LANGUAGES
def test_a_range_goes_to_excel_with_days_and_numbers_as_it_reads_them(visit: Open, language: str) -> None:
    page, watch = visit("opportunities/?cols=name,amount,expected_close&sort=-amount", language=language)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _cell(page, 0, "amount").click()
    forward = "ArrowLeft" if language == "ar" else "ArrowRight"
    page.keyboard.press(f"Shift+{forward}")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("td.s-in")).to_have_count(4)
    page.keyboard.press("Control+c")
    lines = _clipboard(page).split("\r\n")
    assert len(lines) == 2
    for line in lines:
        assert re.fullmatch(r"\d+\.\d\d\t\d{4}-\d\d-\d\d", line), line
    page.keyboard.press("Escape")
    expect(page.locator("td.s-in")).to_have_count(0)
    assert watch.errors == []


@LANGUAGES
def test_what_is_pasted_is_one_change_and_what_is_refused_is_marked(visit: Open, language: str) -> None:
    page, watch = visit("people/?cols=name,job_title,birth_date&sort=-name", language=language)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    before = _cell(page, 1, "job_title").inner_text()
    pasted = f"Buyer {language}\t1990-05-07\nSeller {language}\tno day\n"
    page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    _cell(page, 0, "job_title").click()
    page.keyboard.press("Control+v")
    expect(_cell(page, 0, "job_title")).to_have_text(f"Buyer {language}")
    expect(_cell(page, 1, "job_title")).to_have_text(f"Seller {language}")
    expect(_cell(page, 0, "birth_date").locator("time")).to_have_attribute("datetime", "1990-05-07")
    expect(page.locator("td.s-refused")).to_have_count(1)
    expect(_cell(page, 0, "job_title")).to_be_focused()  # and the arrows go on from there
    page.locator(".s-toast [data-undo]").click()
    expect(_cell(page, 1, "job_title")).to_have_text(before)
    assert watch.errors == []


def test_a_table_that_is_longer_than_what_is_shown_goes_on_behind_it_and_what_has_no_place_is_told(
    visit: Open,
) -> None:
    page, watch = visit("people/?cols=name,job_title,nationality&sort=name", language="en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lines = [f"Pasted {number}\tHere" for number in range(120)]
    page.evaluate(
        "text => navigator.clipboard.writeText(text)", "\n".join([f"{lines[0]}\tBeyond", *lines[1:]])
    )
    _cell(page, 0, "job_title").click()
    page.keyboard.press("Control+v")
    said = page.locator(".s-toast").first
    expect(said).to_contain_text("120 records changed. 1 cell had no place in the list.")
    said.locator("[data-undo]").click()
    expect(_cell(page, 0, "job_title")).not_to_have_text("Pasted 0")
    assert watch.errors == []


def test_the_mouse_selects_a_range_and_arrows_walk_from_cell_to_cell(visit: Open) -> None:
    page, watch = visit("people/?cols=name,job_title,city&sort=-name", language="en")
    first, last = _cell(page, 2, "job_title"), _cell(page, 4, "city")
    first.hover()
    page.mouse.down()
    last.hover()
    page.mouse.up()
    expect(page.locator("td.s-in")).to_have_count(6)
    page.keyboard.press("ArrowDown")
    expect(page.locator("td.s-in")).to_have_count(0)
    expect(_cell(page, 3, "job_title")).to_be_focused()
    page.keyboard.press("F2")
    expect(page.locator("td form input[name=job_title]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(_cell(page, 3, "job_title")).to_be_focused()
    assert watch.errors == []


@LANGUAGES
def test_on_a_phone_adding_stays_in_sight_and_the_rest_is_behind_a_menu(visit: Open, language: str) -> None:
    page, watch = visit("people/", language=language, size=PHONE)
    expect(page.locator("#new")).to_be_in_viewport(ratio=1)
    imported = page.locator("#list-tools a[href$='/import']")
    expect(imported).to_be_hidden()
    page.locator("[popovertarget=list-tools]").click()
    expect(imported).to_be_in_viewport(ratio=1)
    page.locator("#list-tools button").click()
    expect(page.locator("#dialog form")).to_be_visible()
    expect(imported).to_be_hidden()
    assert watch.errors == []


def test_all_that_match_are_not_told_as_the_rows_that_are_shown(visit: Open) -> None:
    page, watch = visit("people/")
    page.locator("tbody input[name=id]").first.click()
    shown = page.locator("#selection .s-selected")
    expect(shown).to_be_visible()
    page.locator("#selection [name=whole]").check()
    expect(shown).to_be_hidden()
    page.locator("#selection [name=whole]").uncheck()
    expect(shown).to_be_visible()
    assert watch.errors == []
