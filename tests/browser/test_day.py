"""A salesperson's day by hand, once in Arabic and once in English: finding, reading, adding, changing records."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.server import Server

BOTH = pytest.mark.parametrize("language", ["ar", "en"])
LAYOUT = dict(zip("ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ", "qwertyuiop[]asdfghjkl;'zxcvnm,./", strict=True))


def test_a_sign_in_link_works_once(server: Server, visit: Open) -> None:
    link = server.sign_in_link()
    page, _watch = visit(guest=True)
    page.goto(link)
    page.locator("form .btn-primary").click()
    expect(page).to_have_url(re.compile("/w/rayyan/"))
    again, _watch = visit(guest=True)
    assert again.goto(link).status == 410


@BOTH
def test_the_palette_forgives_spelling_and_the_wrong_layout(visit: Open, language: str) -> None:
    page, watch = visit("organizations/?sort=-name", language=language)
    name = page.locator("td.s-name bdi", has_text="ة").first.inner_text()

    for typed in (name.replace("ة", "ه").replace("أ", "ا"), _in_latin_layout(name)):
        page.keyboard.press("Control+k")
        page.locator("#palette-query").fill(typed)
        expect(page.locator("#palette-results [role=option]").first).to_contain_text(name)
        page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    with page.expect_response(lambda answer: "/palette?q=" in answer.url):
        page.locator("#palette-query").fill(name)
    expect(page.locator("#palette-results [aria-selected=true]")).to_contain_text(name)
    page.locator("#palette-results [aria-selected=true]").click()
    expect(page.locator("#record h1")).to_have_text(name)
    assert watch.errors == []


def _in_latin_layout(words: str) -> str:
    """What comes out of the keys of these Arabic words while the keyboard is a Latin one."""
    return "".join(LAYOUT.get(letter, letter) for letter in words.replace("أ", "ا"))


@BOTH
def test_a_property_is_edited_where_it_stands(visit: Open, language: str) -> None:
    page, watch = visit("people/?f=job_title:filled", language=language)
    page.locator("td.s-name a").nth(3).click()
    title = page.locator("dd[data-field=job_title]")
    before = title.inner_text()

    title.dblclick()
    title.locator("input[type=text]").fill("not kept")
    page.keyboard.press("Escape")
    expect(title).to_have_text(before)

    for key, written in (("Enter", f"مدير {language}"), ("F2", f"Manager {language}")):
        title.focus()
        page.keyboard.press(key)
        title.locator("input[type=text]").fill(written)
        page.keyboard.press("Enter")
        expect(title).to_have_text(written)
    page.reload()
    expect(title).to_have_text(f"Manager {language}")
    assert watch.errors == []


@BOTH
def test_quick_create_warns_of_one_that_is_there_and_adds_one_that_is_not(visit: Open, language: str) -> None:
    page, watch = visit("people/", language=language)
    row = page.locator("tr[data-id]").nth(5)
    name, phone = row.locator("td.s-name bdi").inner_text(), row.locator("td bdi[dir=ltr]").first.inner_text()

    page.keyboard.press("c")
    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=name]").press_sequentially(name)
    expect(dialog.locator("#duplicates a").first).to_contain_text(name)
    dialog.locator("[name=name]").fill(f"شخص لم يُضف {language}")
    expect(dialog.locator("#duplicates a")).to_have_count(0)
    dialog.locator("[name=phone]").press_sequentially(phone)
    expect(dialog.locator("#duplicates a").first).to_be_visible()
    dialog.locator("[name=phone]").fill("")

    dialog.locator("footer .btn-primary").click()
    expect(page.locator("#record h1")).to_have_text(f"شخص لم يُضف {language}")
    assert watch.errors == []


@BOTH
def test_a_form_that_lacks_something_says_so_and_keeps_what_was_typed(visit: Open, language: str) -> None:
    page, _watch = visit("people/", language=language)
    page.keyboard.press("c")
    dialog = page.locator("#dialog[open]")
    dialog.locator("[name=email]").fill("no address")
    dialog.locator("footer .btn-primary").click()
    expect(dialog.locator(".s-f-error").first).to_be_visible()
    expect(dialog.locator("[name=email]")).to_have_value("no address")


@BOTH
def test_a_list_is_narrowed_by_conditions_that_are_added_changed_joined_and_removed(
    visit: Open, language: str
) -> None:
    page, watch = visit("opportunities/", language=language)
    everything = _count(page)

    _condition(page, "amount", "100000")
    expect(page.locator(".s-chip")).to_have_count(1)
    assert _count(page) != everything

    page.locator(".s-chip button").first.click()
    value = page.locator("#filter-builder input[name=value]")
    value.fill("2")
    page.keyboard.press("Enter")
    expect(page.locator("#filter-builder")).to_be_hidden()
    expect(page.locator(".s-chip b").first).to_contain_text("2")
    more = _count(page)

    _condition(page, "name", "zzzz", joiner="or")
    expect(page.locator(".s-chip")).to_have_count(2)
    assert _count(page) == more
    assert all(":" in condition for condition in _query(page)["f"])

    page.locator(".s-chip-x").last.click()
    expect(page.locator(".s-chip")).to_have_count(1)
    page.locator(".s-chip-x").click()
    expect(page.locator(".s-chip")).to_have_count(0)
    assert _count(page) == everything
    assert watch.errors == []


def _condition(page: Page, field: str, value: str, *, joiner: str = "") -> None:
    page.keyboard.press("f")
    page.locator(f"#filter-fields [hx-get$='field={field}']").click()
    control = page.locator("#filter-builder input[name=value]")
    control.fill(value)
    if joiner:
        page.locator("#filter-builder [name=joiner]").select_option(joiner)
    page.locator("#filter-builder .btn-primary").click()
    expect(page.locator("#filter-builder")).to_be_hidden()


def _count(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator(".s-head h1 + span").inner_text()))


def _query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@BOTH
def test_a_list_is_sorted_shows_other_columns_and_goes_on_below(visit: Open, language: str) -> None:
    page, watch = visit("people/", language=language)
    page.locator("th[data-field=city] a").click()
    expect(page.locator("th[data-field=city]")).to_have_attribute("aria-sort", "ascending")
    page.locator("th[data-field=city] a").click()
    expect(page.locator("th[data-field=city]")).to_have_attribute("aria-sort", "descending")

    page.locator("[popovertarget=columns]").click()
    page.locator("#columns input[value=city]").uncheck()
    page.locator("#columns input[value=nationality]").check()
    page.locator("#columns .btn-primary").click()
    expect(page.locator("th[data-field=nationality]")).to_be_visible()
    expect(page.locator("th[data-field=city]")).to_have_count(0)

    rows = page.locator("tr[data-id]")
    shown = rows.count()
    page.locator("#next-rows").scroll_into_view_if_needed()
    expect(rows.nth(shown)).to_be_attached()
    ids = [row.get_attribute("data-id") for row in rows.all()]
    assert len(ids) == len(set(ids))
    page.go_back()
    expect(page.locator("th[data-field=city]")).to_be_visible()
    assert watch.errors == []


@BOTH
def test_a_list_is_walked_by_keys(visit: Open, language: str) -> None:
    page, watch = visit("people/", language=language)
    names = page.locator("td.s-name bdi")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator("#peek h2").first).to_have_text(names.nth(1).inner_text())
    page.keyboard.press("j")
    expect(page.locator("#peek h2").first).to_have_text(names.nth(2).inner_text())
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("#record h1")).to_have_text(re.compile(".+"))
    page.wait_for_load_state()
    page.go_back()
    expect(names.first).to_be_visible()
    page.locator("#palette-query[data-htmx-powered]").wait_for(state="attached")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/opportunities/"))
    assert watch.errors == []


@BOTH
def test_language_theme_and_density_change_and_the_page_stays(visit: Open, language: str) -> None:
    page, watch = visit("people/?sort=-city", language=language)
    other = {"ar": "en", "en": "ar"}[language]
    root = page.locator("html")

    _menu(page).locator("[data-set-theme=dark]").click()
    expect(root).to_have_attribute("data-theme", "dark")
    page.locator("#user-menu [data-set-density=comfortable]").click()
    expect(root).to_have_attribute("data-density", "comfortable")
    page.keyboard.press("Escape")
    _menu(page).locator(f"button[lang={other}]").click()
    expect(root).to_have_attribute("lang", other)
    expect(page).to_have_url(re.compile(r"/people/\?sort=-city$"))
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-density", "comfortable")
    assert watch.errors == []


def test_what_was_chosen_stays_though_the_language_changes_before_the_server_knows(visit: Open) -> None:
    page, watch = visit("people/", language="en")
    root = page.locator("html")
    page.route(
        "**/preferences", lambda route: None if "hx-request" in route.request.headers else route.continue_()
    )
    _menu(page).locator("[data-set-theme=dark]").click()
    page.locator("#user-menu [data-set-density=comfortable]").click()
    page.locator("#user-menu button[lang=ar]").click()
    expect(root).to_have_attribute("lang", "ar")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-density", "comfortable")
    assert watch.errors == []


def _menu(page: Page) -> Locator:
    page.locator("#me").click()
    return page.locator("#user-menu")
