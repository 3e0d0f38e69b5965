"""Conditions are chosen with any operator, on a desk and on a phone; and what is saved is saved once."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import PHONE, WIDE, Open

SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])


@SIZES
def test_a_condition_takes_another_operator(visit: Open, size: dict[str, int]) -> None:
    page, watch = visit("opportunities/", language="en", size=size)
    page.locator("#add-filter").click()
    page.locator("#filter-fields button", has_text=re.compile("^Amount$")).click()
    builder = page.locator("#filter-builder")
    builder.locator("select[name=operator]").select_option("gt")
    expect(builder.locator("option[value=gt][selected]")).to_have_count(1)  # the answer stands in the popover
    expect(builder).to_be_visible()
    builder.locator("[name=value]").fill("100000")
    builder.locator(".btn-primary").click()
    expect(page.locator(".s-chip b")).to_have_text("100,000")
    expect(page).to_have_url(re.compile("amount%3Agt%3A100000"))
    expect(builder).to_be_hidden()
    assert watch.errors == []


def test_apply_does_not_wait_for_the_answer_of_the_operator(visit: Open) -> None:
    page, watch = visit("opportunities/", language="ar")
    page.locator("#add-filter").click()
    page.locator("#filter-fields button", has_text=re.compile("^المبلغ$")).click()
    builder = page.locator("#filter-builder")
    builder.locator("[name=value]").fill("100000")
    waiting: list[Route] = []
    page.route("**/filter?*operator=*", lambda route: waiting.append(route))
    builder.locator("select[name=operator]").select_option("gt")
    builder.locator(".btn-primary").click()
    expect(page.locator(".s-chip b")).to_have_text("100,000")
    expect(builder).to_be_hidden()
    waiting.pop().abort()
    assert watch.errors == []


def test_enter_pressed_twice_adds_one(visit: Open) -> None:
    page, _watch = visit("people/", language="en")
    page.keyboard.press("c")
    name = page.locator("#dialog input[name=name]")
    name.fill("Enter Twice")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/people/new" in answer.url):
        name.evaluate("field => { field.form.requestSubmit(); field.form.requestSubmit(); }")
    expect(page.locator("#record h1")).to_contain_text("Enter Twice")
    assert sum("/people/new" in url for url in posts) == 1


def test_an_import_can_be_started_on_a_phone(visit: Open) -> None:
    page, _watch = visit("people/import", language="ar", size=PHONE)
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": "الاسم\nشخص من ملف\n".encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator(".s-form .btn-primary").click()
    start = page.locator(".s-act-foot .btn-primary").first
    start.scroll_into_view_if_needed()
    expect(start).to_be_visible()
