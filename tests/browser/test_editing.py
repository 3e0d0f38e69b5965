"""Editing where a value stands, quickly and beside others; and forms that are sent or left."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, WIDE, Open


def _person(visit: Open, language: str = "en", number: int = 14) -> Page:
    page, watch = visit("people/?sort=-name", language=language)
    page.locator("td.s-name a").nth(number).click()
    expect(page.locator("#record h1")).to_be_visible()
    page.locator("#palette-query[data-htmx-powered]").wait_for(state="attached")
    page.watch = watch  # type: ignore[attr-defined]
    return page


@pytest.mark.parametrize("language", ["ar", "en"])
def test_two_properties_are_edited_one_right_after_the_other(visit: Open, language: str) -> None:
    page = _person(visit, language)
    title, city = page.locator("dd[data-field=job_title]"), page.locator("dd[data-field=city]")
    waiting: list[Route] = []
    page.route(
        "**/fields/job_title/",
        lambda route: waiting.append(route) if route.request.method == "POST" else route.continue_(),
    )

    title.dblclick()
    title.locator("input[type=text]").fill(f"Director {language}")
    city.dblclick()
    city.locator("input[type=text]").fill(f"Abha {language}")  # while the first is on its way
    waiting.pop().continue_()
    expect(title).to_have_text(f"Director {language}")
    expect(city.locator("input[type=text]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(city).to_have_text(f"Abha {language}")
    expect(page.locator("#dialog")).to_be_hidden()
    page.reload()
    expect(title).to_have_text(f"Director {language}")
    assert page.watch.errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_typed_while_the_editor_is_on_its_way_is_kept(visit: Open, language: str) -> None:
    words = f"Head of buying {language}"
    page = _person(visit, language, number=16)
    title = page.locator("dd[data-field=job_title]")
    waiting: list[Route] = []
    page.route(
        "**/fields/job_title/",
        lambda route: route.continue_() if route.request.method == "POST" else waiting.append(route),
    )
    with page.expect_request("**/fields/job_title/"):  # it is on its way, and held up
        title.dblclick()
    page.keyboard.type(f"{words}x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    waiting.pop().continue_()
    expect(title).to_have_text(words)
    expect(title.locator("form")).to_have_count(0)
    page.reload()
    expect(title).to_have_text(words)
    assert page.watch.errors == []  # type: ignore[attr-defined]


def test_the_fold_of_empty_fields_stays_as_it_was_left(visit: Open) -> None:
    page = _person(visit, number=17)
    fold = page.locator("#empty-fields")
    fold.locator("summary").click()
    expect(fold).to_have_attribute("open", "")
    with page.expect_response(page.url):
        page.evaluate("document.dispatchEvent(new CustomEvent('sila:refresh'))")
    expect(fold.locator("dd").first).to_be_visible()
    expect(fold).to_have_attribute("open", "")


def test_save_and_add_another_adds_two(visit: Open) -> None:
    page, watch = visit("people/", language="en")
    page.keyboard.press("c")
    name = page.locator("#dialog input[name=name]")
    for number in ("One", "Two"):
        name.fill(f"Another {number}")
        page.locator("#dialog input[name=email]").fill(f"{number}@example.com")
        page.locator("#dialog [name=another]").click()
        expect(name).to_have_value("")
    page.goto("/w/rayyan/people/?q=Another")
    expect(page.locator("td.s-name", has_text="Another One")).to_have_count(1)
    expect(page.locator("td.s-name", has_text="Another Two")).to_have_count(1)
    assert watch.errors == []


def test_the_same_note_can_be_written_twice(visit: Open) -> None:
    page = _person(visit)
    for number in (1, 2):
        page.locator("#compose-note textarea").fill("Called, no answer")
        page.locator("#compose-note .btn-primary").click()
        expect(page.locator(".s-timeline li", has_text="Called, no answer")).to_have_count(number)
        expect(page.locator("#compose-note textarea")).to_have_value("")


def test_an_unsaved_form_is_not_left_by_accident(visit: Open) -> None:
    page, _watch = visit("people/new", language="ar")
    page.locator("#f-name").fill("لم يُحفظ بعد")
    page.locator(".s-rail a[href$='/organizations/']").click()
    page.locator("#confirm button[value='']").click()
    expect(page.locator("#f-name")).to_have_value("لم يُحفظ بعد")
    page.locator(".s-rail a[href$='/organizations/']").click()
    page.locator("#confirm button[value=yes]").click()
    page.wait_for_url("**/organizations/")


def test_a_double_click_on_a_number_edits_it(visit: Open) -> None:
    page, watch = visit("people/?sort=-name", language="en")
    row = page.locator("tr[data-id]:has(a[href^='tel:'])").first.get_attribute("data-id")
    cell = page.locator(f"tr[data-id='{row}'] td").nth(4)
    cell.locator("a").dblclick()
    expect(cell.locator("form.s-edit input:not([type=hidden])")).to_be_focused()
    assert watch.errors == []


def test_a_tick_on_the_day_counts_at_once(visit: Open) -> None:
    page, watch = visit("today", language="en")
    due, brief = page.locator("#tasks-due"), page.locator("#day-brief")
    before, words = int(due.inner_text()), brief.inner_text()
    page.locator(".s-line input[type=checkbox]").first.click()
    expect(due).to_have_text(str(before - 1) if before > 1 else "")
    expect(brief).not_to_have_text(words)
    assert watch.errors == []


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_a_deal_can_be_won_and_lost_at_any_width(visit: Open, size: dict[str, int]) -> None:
    page, _watch = visit("opportunities/?f=category:any:open", language="ar", size=size)
    page.locator("td.s-name a").first.click()
    for verb in ("win", "lose"):
        expect(page.locator(f".s-record-head [hx-get$='do/{verb}']")).to_be_visible()
    page.locator(".s-record-head [hx-get$='do/win']").click()
    expect(page.locator("#dialog[open] form")).to_be_visible()


def test_a_member_is_deactivated_only_after_a_question_with_the_name(visit: Open) -> None:
    page, _watch = visit("members/", language="ar")
    link = page.locator("td.s-name a").nth(3)
    name = link.inner_text()
    link.click()
    button = page.locator(".s-record-head [hx-post$='do/deactivate']")
    button.click()
    expect(page.locator("#confirm p")).to_contain_text(name)
    page.locator("#confirm button[value='']").click()
    expect(button).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_a_list_is_sorted_by_its_menu_too(visit: Open, size: dict[str, int]) -> None:
    page, watch = visit("people/", language="en", size=size)
    page.locator(".s-sorted").click()
    page.locator("#sorting a", has_text="City").click()
    expect(page.locator(".s-sorted")).to_contain_text("City")
    expect(page.locator("#sorting")).to_be_hidden()
    assert watch.errors == []


def test_a_layout_shows_what_was_saved_and_nothing_else(visit: Open) -> None:
    page, watch = visit("settings/layout/?entity=products", language="en")
    card = page.locator(".s-layout form", has=page.get_by_role("heading", name="Columns of the list"))
    lines = card.locator("> ul > li")
    before = lines.locator(".s-cut").all_inner_texts()
    lines.nth(1).get_by_role("checkbox").uncheck()
    card.get_by_role("button", name="Save").click()
    expect(lines).to_have_count(len(before) - 1)  # what is left out stands among the further fields
    expect(lines.locator(".s-cut")).to_have_text([before[0], *before[2:]])
    expect(card.locator("> ul input[type=checkbox]:not(:checked)")).to_have_count(0)
    card.get_by_role("button", name="As for everyone").click()
    expect(lines.locator(".s-cut")).to_have_text(before)
    expect(card.locator("> ul input[type=checkbox]:not(:checked)")).to_have_count(0)
    expect(card.locator("details input[type=checkbox]:checked")).to_have_count(0)
    assert watch.errors == []


_ANSWER_BEFORE_THE_NEXT_FRAME = """async () => {
  document.dispatchEvent(new CustomEvent("sila:close"));
  await null;
  document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: {} } }));
}"""


def test_a_dialog_that_was_closed_is_not_opened_by_an_answer_to_something_else(visit: Open) -> None:
    page, watch = visit("people/", language="en")
    page.keyboard.press("c")
    expect(page.locator("#dialog[open] form")).to_be_visible()
    page.evaluate(_ANSWER_BEFORE_THE_NEXT_FRAME)
    expect(page.locator("#dialog[open]")).to_have_count(0)
    expect(page.locator("#dialog > *")).to_have_count(0)
    page.keyboard.press("c")
    expect(page.locator("#dialog[open] form")).to_be_visible()
    assert watch.errors == []
