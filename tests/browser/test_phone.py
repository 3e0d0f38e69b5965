"""Sales on the phone: planning and making visits, and a day without a network."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE, PHONE, Open
from tests.browser.server import Server

WORDS = {
    "ar": {
        "waiting": "بانتظار الشبكة",
        "sent": "أُرسل",
        "as of": "كما في",
        "said": "اتفقنا على التوريد يوم الأحد",
    },
    "en": {
        "waiting": "Waiting for the network",
        "sent": "Sent",
        "as of": "as of",
        "said": "Agreed to wait until spring",
    },
}


_UNTIL = """async ([store, wanted, patience]) => {
    const end = performance.now() + patience;
    const held = (database) => new Promise((done) => {
        const got = database.transaction(store).objectStore(store).getAll();
        got.onsuccess = () => done(got.result);
    });
    const opened = () => new Promise((done) => {
        const ask = indexedDB.open("sila", 1);
        ask.onsuccess = () => done(ask.result);
    });
    for (;;) {
        const there = (await indexedDB.databases()).some((each) => each.name === "sila");
        const database = there ? await opened() : null;
        const rows = database ? await held(database) : [];
        database?.close();
        if (wanted ? JSON.stringify(rows).includes(wanted) : !rows.length) return;
        if (performance.now() > end) throw new Error(`${store} holds ${JSON.stringify(rows)}`);
        await new Promise(requestAnimationFrame);
    }
}"""


def _until(page: Page, store: str, wanted: str) -> None:
    """What this device keeps in the store holds these words; "" is nothing at all."""
    page.evaluate(_UNTIL, [store, wanted, PATIENCE])


def _log(page: Page, words: str) -> None:
    page.locator("form[data-quick-log] textarea").fill(words)
    page.locator("form[data-quick-log] button.btn-primary").click()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_logged_without_a_network_is_sent_once_when_there_is_one(visit: Open, language: str) -> None:
    page, _watch = visit("visit-plan/", language=language, size=PHONE, touch=True)
    context: BrowserContext = page.context
    _until(page, "days", "rayyan")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    page.reload()
    words = WORDS[language]
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".s-offline-visit").first).to_be_visible()
    expect(page.locator("[data-as-of]")).to_contain_text(words["as of"])
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    said = words["said"]
    _log(page, said)
    expect(page.locator("[data-entries] li")).to_contain_text(said)
    expect(page.locator("[data-entries] li")).to_contain_text(words["waiting"])
    context.set_offline(False)
    expect(page.locator("#visit-plan")).to_be_visible()  # what was wanted is there by itself
    page.goto("/w/rayyan/quick-log/")
    expect(page.locator("[data-entries] li")).to_contain_text(words["sent"])
    page.reload()
    expect(page.locator("[data-entries] li")).to_contain_text(words["sent"])
    page.goto(f"/w/rayyan/calls/?q={said}")  # however often it was on its way
    expect(page.locator("tbody tr[data-id]")).to_have_count(1)


def test_a_draft_is_still_there_after_the_page_was_left(visit: Open) -> None:
    page, _watch = visit("quick-log/", language="en", size=PHONE)
    expect(page.locator("form[data-quick-log] button.btn-primary")).to_be_enabled()
    page.locator("form[data-quick-log] textarea").fill("Half a sentence")
    page.locator(".s-log-kinds label", has_text="Note").click()
    _until(page, "meta", '"kind":"note"')
    page.goto("/w/rayyan/today")
    page.goto("/w/rayyan/quick-log/")
    expect(page.locator("form[data-quick-log] textarea")).to_have_value("Half a sentence")
    expect(page.locator("[name=kind][value=note]")).to_be_checked()


def test_what_is_refused_stays_and_says_why(visit: Open) -> None:
    page, _watch = visit("quick-log/", language="en", size=PHONE)
    expect(page.locator("form[data-quick-log] button.btn-primary")).to_be_enabled()
    page.evaluate(
        "document.querySelector('#log-about').add(new Option('Gone', 'organizations:0190a1b2-0000-7000-8000-000000000000'))"
    )
    page.locator("#log-about").select_option(label="Gone")
    _log(page, "About somebody who is gone")
    line = page.locator("[data-entries] li", has_text="About somebody who is gone")
    expect(line).to_contain_text("Refused")
    expect(line).to_contain_text("not there any more")
    line.locator("[data-mend]").click()
    page.locator("#log-about").select_option(value="")
    page.locator("form[data-quick-log] button.btn-primary").click()
    expect(line).to_contain_text("Sent")
    expect(line).to_have_count(1)


def test_the_day_leaves_the_device_when_its_person_signs_out(visit: Open, server: Server) -> None:
    page, _watch = visit(guest=True)
    page.goto(server.sign_in_link())
    page.locator("form .btn-primary").click()
    page.wait_for_url("**/w/rayyan/**")
    _until(page, "days", "rayyan")
    page.locator("#me").click()
    page.locator("form[data-sign-out] button").click()
    page.wait_for_url("**/accounts/**")
    _until(page, "days", "")
    _until(page, "meta", "")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_visit_is_made_on_the_spot_with_its_place(visit: Open, language: str) -> None:
    page, watch = visit("visit-plan/", language=language, size=PHONE, touch=True)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 24.7, "longitude": 46.68, "accuracy": 12})
    page.locator(".s-stop-open a.s-strong").first.click()
    page.locator("form[data-spot]").wait_for()
    page.wait_for_load_state()  # without its script the form keeps the time only
    page.locator("form[data-spot] .btn-primary").click()
    expect(page.locator(".s-spot .s-note")).to_contain_text(re.compile(r"\d"))
    expect(page.locator(".s-spot .s-note")).to_contain_text(re.compile("العنوان|from the address"))
    page.locator("#f-note").fill("وافقوا")
    page.locator(".s-spot-outcomes [value=met]").click()
    page.wait_for_url("**/visit-plan/?on=*")
    expect(page.locator(".s-stop-done").first).to_contain_text("وافقوا")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert watch.errors == []


def test_ticked_customers_are_planned_in_one_go(visit: Open) -> None:
    page, watch = visit("visit-plan/?on=2030-05-15", language="en")
    boxes = page.locator(".s-worth [name=party]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator(".s-worth-plan .btn-primary").click()
    expect(page.locator(".s-stop")).to_have_count(2)
    first = page.locator(".s-stop a.s-strong").first.inner_text()
    page.locator(".s-stop-order button:not([disabled])").first.click()
    expect(page.locator(".s-stop a.s-strong").first).not_to_have_text(first)
    assert watch.errors == []
