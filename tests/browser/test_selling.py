"""Deals, calls, tasks, files and the calendar by hand, once in Arabic and once in English."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.watch import Watch

BOTH = pytest.mark.parametrize("language", ["ar", "en"])


def _board(visit: Open, language: str) -> tuple[Page, Watch]:
    """The board, when what moves its cards has been fetched."""
    page, watch = visit("opportunities/board", language=language)
    page.wait_for_load_state("networkidle")
    return page, watch


@BOTH
def test_a_card_is_dragged_to_another_stage_and_stays_there(visit: Open, language: str) -> None:
    page, watch = _board(visit, language)
    first, second = page.locator("[data-lane]").nth(0), page.locator("[data-lane]").nth(1)
    card = first.locator(".s-deal").first
    name = card.get_attribute("id")

    with page.expect_response("**/stage/"):
        _drag(page, card, second)
    expect(second.locator(f"#{name}")).to_be_visible()
    page.reload()
    expect(second.locator(f"#{name}")).to_be_visible()
    assert watch.errors == []


def _drag(page: Page, card: Locator, onto: Locator) -> None:
    """Real moves of the mouse. The zones for won and lost appear only while a card is dragged."""
    start = card.bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 40, steps=6)
    end = onto.bounding_box()
    for step in range(20):
        page.mouse.move(end["x"] + end["width"] / 2 + step % 2, end["y"] + 20 + step % 3, steps=4)
        if onto.locator(f"#{card.get_attribute('id')}").count():
            break
    page.mouse.up()


@BOTH
def test_a_card_is_sent_on_and_back_by_keys_and_moved_by_its_menu(visit: Open, language: str) -> None:
    page, watch = _board(visit, language)
    lanes = page.locator("[data-lane]")
    name = lanes.nth(1).locator(".s-deal").first.get_attribute("id")
    card = page.locator(f"#{name}")

    for key, lane in (("]", 2), ("[", 1)):
        card.focus()
        with page.expect_response("**/stage/"):
            page.keyboard.press(key)
        expect(lanes.nth(lane).locator(f"#{name}")).to_be_visible()
        expect(card).not_to_have_attribute("aria-busy", "true")

    card.focus()
    page.keyboard.press("m")
    page.locator("#move-menu button").nth(3).click()
    expect(lanes.nth(3).locator(f"#{name}")).to_be_visible()
    assert watch.errors == []


@BOTH
def test_a_deal_dropped_on_won_asks_why_and_leaves_the_board(visit: Open, language: str) -> None:
    page, watch = _board(visit, language)
    card = page.locator("[data-lane]").first.locator(".s-deal").nth(1)
    name = card.get_attribute("id")
    _drag(page, card, page.locator(".s-outcome.s-green"))

    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=reason]").fill("سعر مناسب")
    dialog.locator("footer .btn-primary").click()
    expect(page.locator(f"#{name}")).to_have_count(0)
    expect(page.locator(".s-toast").first).to_be_visible()
    assert watch.errors == []


@BOTH
def test_a_lost_deal_needs_a_reason(visit: Open, language: str) -> None:
    page, _watch = _board(visit, language)
    page.locator("[data-lane]").nth(2).locator(".s-deal h3 a").nth(2).click()
    page.locator(".s-record-head [hx-get$=lose]").click()
    dialog = page.locator("#dialog[open]")
    dialog.locator("footer .btn-primary").click()
    expect(dialog.locator(".s-f-error, .s-errors").first).to_be_visible()

    dialog.locator("#f-reason").click()
    dialog.locator("[role=option]").first.click()
    dialog.locator("footer .btn-primary").click()
    expect(page.locator(".s-record-head [hx-get$=lose]")).to_have_count(0)
    expect(page.locator(".s-record-head [hx-post$=reopen]")).to_be_visible()


@BOTH
def test_the_stepper_moves_a_deal(visit: Open, language: str) -> None:
    page, watch = _board(visit, language)
    page.locator("[data-lane]").nth(1).locator(".s-deal h3 a").nth(3).click()
    page.locator(".s-stepper button").nth(2).click()
    expect(page.locator(".s-stepper li").nth(2)).to_have_attribute("aria-current", "step")
    page.keyboard.press("[")
    expect(page.locator(".s-stepper li").nth(1)).to_have_attribute("aria-current", "step")
    assert watch.errors == []


@BOTH
def test_a_call_is_logged_a_task_planned_and_completed_with_the_next_step(visit: Open, language: str) -> None:
    # a person of its own: nothing is planned yet, whatever the hour of the sample
    page, watch = visit("people/new", language=language)
    page.locator("#f-name").fill(f"عميل النهار {language}")
    page.locator(".s-form-foot .btn-primary").click()
    expect(page.locator("#record h1")).to_be_visible()
    page.wait_for_load_state()  # the keys are there with the scripts

    page.keyboard.press("l")
    call = page.locator("#compose-call")
    call.locator("textarea, input[type=text]").first.fill(f"مكالمة عن العرض {language}")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".s-timeline")).to_contain_text(f"مكالمة عن العرض {language}")

    page.locator("#compose-tab-task").click()
    task = page.locator("#compose-task")
    task.locator("input[type=text], textarea").first.fill(f"إرسال العرض {language}")
    task.locator(".btn-primary").click()
    expect(page.locator(".s-next")).to_contain_text(f"إرسال العرض {language}")

    page.locator(".s-next .btn").click()
    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=next_step], [name=next_subject]").first.fill(f"متابعة العرض {language}")
    dialog.locator("footer .btn-primary").click()
    expect(page.locator(".s-next")).to_contain_text(f"متابعة العرض {language}")
    assert watch.errors == []


@BOTH
def test_a_file_with_an_arabic_name_goes_up_and_comes_down(
    visit: Open, language: str, tmp_path: Path
) -> None:
    page, watch = visit("people/?sort=-name", language=language)
    page.locator("td.s-name a").nth(8).click()
    letter = tmp_path / "عرض السعر النهائي 2026.txt"
    letter.write_text("السعر", "utf-8")

    page.locator("#related-files input[type=file]").set_input_files(letter)
    line = page.locator("#related-files li").first
    expect(line).to_contain_text("عرض السعر النهائي 2026")
    with page.expect_download() as coming:
        line.locator("a").click()
    assert coming.value.suggested_filename == letter.name
    assert Path(coming.value.path()).read_text("utf-8") == "السعر"
    assert watch.errors == []


@BOTH
def test_the_calendar_changes_its_layout_and_its_month(visit: Open, language: str) -> None:
    page, watch = visit("calendar", language=language)
    title = page.locator(".s-cal-head h1").inner_text()
    page.locator("#cal-next").click()
    expect(page.locator(".s-cal-head h1")).not_to_have_text(title)
    page.locator("#cal-previous").click()
    expect(page.locator(".s-cal-head h1")).to_have_text(title)
    expect(page.locator(".s-daycell small", has_text=re.compile(r"\d")).first).to_be_visible()
    for number, days in ((1, 7), (0, 1)):
        page.locator(".s-cal-layouts a").nth(number).click()
        expect(page.locator(".s-daycol")).to_have_count(days)
    assert watch.errors == []


@BOTH
def test_a_record_is_shared_put_into_the_trash_and_brought_back(visit: Open, language: str) -> None:
    page, watch = visit("people/?sort=-name", language=language)
    page.locator("td.s-name a").nth(9).click()
    expect(page.locator("#record h1")).to_be_visible()
    there = page.url

    page.locator("[popovertarget=record-menu]").click()
    page.locator("#record-menu [hx-get$=share]").click()
    dialog = page.locator("#dialog[open]")
    dialog.locator("sila-picker input[type=text]").first.click()
    dialog.locator("[role=option]").first.click()
    dialog.locator("footer .btn-primary").click()
    expect(dialog.locator("[role=status]")).to_be_visible()

    page.goto(there)
    page.locator("[popovertarget=record-menu]").click()
    page.locator("#record-menu [hx-post$=trash]").click()
    with page.expect_response("**/restore"):
        page.locator(".s-toast [data-undo]").click()
    expect(page.locator(".s-toast").last).to_be_visible()
    page.goto(there)
    expect(page.locator("#record h1")).to_be_visible()
    assert watch.errors == []


@BOTH
def test_a_second_call_is_logged_like_the_first_and_a_draft_in_another_tab_stays(
    visit: Open, language: str
) -> None:
    page, watch = visit("people/?sort=-name", language=language)
    page.locator("td.s-name a").nth(13).click()
    expect(page.locator("#record h1")).to_be_visible()
    page.locator("#compose-tab-task").click()
    draft = page.locator("#compose-task input[type=text]").first
    expect(draft).to_be_focused()
    draft.fill(f"مسودة {language}")
    for number in ("الأولى", "الثانية"):
        page.locator("#compose-tab-call").click()
        page.locator("#compose-call input[type=text]").first.fill(f"المكالمة {number} {language}")
        page.locator("#compose-call .btn-primary").click()
        expect(page.locator(".s-timeline")).to_contain_text(f"المكالمة {number} {language}")
    page.locator("#compose-tab-task").click()
    expect(draft).to_have_value(f"مسودة {language}")
    assert watch.errors == []


@BOTH
def test_two_who_edit_one_record_are_shown_both_versions(visit: Open, language: str) -> None:
    mine, watch = visit("people/?sort=-name", language=language)
    mine.locator("td.s-name a").nth(11).click()
    expect(mine.locator("#record h1")).to_be_visible()
    theirs = mine.context.new_page()
    theirs.goto(mine.url)

    title = mine.locator("dd[data-field=job_title]")
    title.dblclick()
    title.locator("input[type=text]").fill(f"الأول {language}")
    _save(theirs.locator("dd[data-field=job_title]"), f"الثاني {language}")
    mine.keyboard.press("Enter")

    dialog = mine.locator("#dialog[open]")
    expect(dialog).to_contain_text(f"الأول {language}")
    expect(dialog).to_contain_text(f"الثاني {language}")
    dialog.locator("form[data-htmx-powered]").wait_for()  # before that a click sends nothing
    dialog.locator("[value=yours]").first.check()
    dialog.locator("footer .btn-primary").click()
    expect(mine.locator("#dialog[open]")).to_have_count(0)
    mine.reload()
    expect(title).to_have_text(f"الأول {language}")
    assert watch.errors == []


def _save(cell: Locator, text: str) -> None:
    cell.dblclick()
    cell.locator("input[type=text]").fill(text)
    cell.page.keyboard.press("Enter")
    expect(cell).to_have_text(text)


@BOTH
def test_two_who_fill_in_the_whole_form_are_shown_both_versions(visit: Open, language: str) -> None:
    mine, _watch = visit("people/?sort=-name", language=language)
    mine.locator("td.s-name a").nth(12).click()
    expect(mine.locator("#record h1")).to_be_visible()
    there = mine.url
    theirs = mine.context.new_page()
    for page in (mine, theirs):
        page.goto(f"{there}edit")
        page.locator("[name=job_title]").fill(f"الأول {language}" if page is mine else f"الثاني {language}")
    theirs.locator(".s-form-foot .btn-primary").click()
    theirs.wait_for_url(there)
    mine.locator(".s-form-foot .btn-primary").click()

    both = mine.locator(".s-conflict")
    expect(both).to_contain_text(f"الثاني {language}")
    both.locator("footer .btn-primary").click()
    mine.wait_for_url(there)
    expect(mine.locator("dd[data-field=job_title]")).to_have_text(f"الأول {language}")
