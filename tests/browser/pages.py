"""Every kind of page, and how to come to see it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

Step = Callable[[Page], None]


@dataclass(frozen=True)
class Kind:
    """A page to look at. `path` may name a record by its noun, or by a list: {people}, {quotes/?f=status:any:draft}."""

    name: str
    path: str
    then: Step | None = None
    guest: bool = False

    def __str__(self) -> str:
        return self.name


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("al")
    page.locator("#palette-results [role=option]").first.wait_for()


def _peek(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Space")
    page.locator("#peek[open] h2").first.wait_for()


def _click(control: str, shows: str) -> Step:
    def step(page: Page) -> None:
        page.locator(control).first.click()
        page.locator(shows).first.wait_for()

    return step


def _keys(key: str, shows: str) -> Step:
    def step(page: Page) -> None:
        page.keyboard.press(key)
        page.locator(shows).first.wait_for()

    return step


def _bulk(page: Page) -> None:
    page.locator("tbody input[name=id]").first.click()
    page.locator("#selection [hx-get*=edit]").first.click()
    page.locator("#bulk-field").select_option("city")
    page.locator("#bulk-city").wait_for()


def _many(button: str) -> Step:
    def step(page: Page) -> None:
        page.locator("tbody input[name=id]").first.click()
        page.locator(f"#selection [hx-get*='{button}']").click()
        page.locator("#dialog[open] form").first.wait_for()

    return step


def _share(page: Page) -> None:
    page.locator("[popovertarget=record-menu]").click()
    page.locator("#record-menu [hx-get$=share]").click()
    page.locator("#dialog[open] form").first.wait_for()


KINDS = [
    Kind("sign-in", "/accounts/login/", guest=True),
    Kind("password reset", "/accounts/password/reset/", guest=True),
    Kind("expired link", "/enter/nonsense", guest=True),
    Kind("today", "today"),
    Kind("visit plan", "visit-plan/"),
    Kind(
        "visit plan of another day",
        "visit-plan/?on=2030-05-15",
        _click(".s-visits-asked summary", "#visits-area"),
    ),
    Kind("how I visit", "visit-plan/", _click("[hx-get*=habits]", "#dialog[open] form")),
    Kind("on the spot", "visit-plan/{visits/?f=status:any:open}/"),
    Kind("missed follow-ups", "missed/"),
    Kind("quick log", "quick-log/"),
    Kind("calendar by month", "calendar?layout=month"),
    Kind("calendar by week", "calendar?layout=week"),
    Kind("calendar by day", "calendar?layout=day"),
    Kind("calendar feed", "calendar/feed"),
    Kind("deals by month", "opportunities/calendar"),
    Kind("deals by week", "opportunities/calendar?span=week"),
    Kind("list of people", "people/"),
    Kind("list of companies", "organizations/"),
    Kind("list of deals", "opportunities/"),
    Kind("empty list", "people/?q=zzzzqqqq"),
    Kind("filtered list", "opportunities/?f=amount:gt:1000&f=owner:any:me"),
    Kind("condition being chosen", "people/", _keys("f", "#filter-fields button")),
    Kind("columns", "people/", _click("[popovertarget=columns]", "#columns li")),
    Kind("chosen rows", "people/", _click("tbody input[name=id]", "#selection:not([hidden])")),
    Kind("change to many", "people/", _bulk),
    Kind("tags of many", "people/", _many("how=add")),
    Kind("share many", "people/", _many("bulk/share")),
    Kind("groups", "opportunities/?group=stage", _click("[data-group]", "tbody:not([hidden]) > tr[data-id]")),
    Kind("groups to choose", "people/", _click("[popovertarget=grouping]", "#grouping .s-item")),
    Kind("export", "people/", _click(".s-head [hx-get*=export]", "#dialog[open] [name=format]")),
    Kind("view being kept", "people/?f=city:filled", _click(".s-view [hx-get*=views]", "#dialog[open] form")),
    Kind("trash", "people/trash"),
    Kind("changes to many records", "operations/"),
    Kind("notifications", "notifications/"),
    Kind("bell", "today", _click("#bell-button", "#bell .s-bell-foot")),
    Kind("notification settings", "settings/notifications/"),
    Kind("help", "people/", _keys("F1", "#help[open] h2")),
    Kind("record types", "settings/record-types/"),
    Kind("new record type", "settings/record-types/", _keys("c", "#dialog[open] .s-icons")),
    Kind("new own field", "settings/fields/", _keys("c", "#dialog[open] [name=kind]")),
    Kind("person", "people/{people}/"),
    Kind("company", "organizations/{organizations}/"),
    Kind("deal", "opportunities/{opportunities}/"),
    Kind("list of quotes", "quotes/"),
    Kind("quote", "quotes/{quotes/?f=status:any:sent}/"),
    Kind("lines of a quote", "quote/{quotes/?f=status:any:draft}/lines"),
    Kind("purchases of a customer", "purchases/{organizations/}/"),
    Kind("order", "orders/{orders/?f=status:any:confirmed}/"),
    Kind("sold asset", "assets/{assets/}/"),
    Kind("warranty claim", "warranty-claims/{warranty-claims/}/"),
    Kind("maintenance plan", "maintenance-plans/{maintenance-plans/}/"),
    Kind("list of invoices", "invoices/"),
    Kind("invoice", "invoices/{invoices/?f=status:any:paid}/"),
    Kind("product", "products/{products/?f=kind:any:bundle}/"),
    Kind("price book", "price-books/{price-books}/"),
    Kind("list of leads", "leads/"),
    Kind("board of leads", "leads/board"),
    Kind(
        "forecast",
        "forecast",
        _click(".s-forecast-table .s-group", "tbody:not([hidden]) > .s-forecast-member"),
    ),
    Kind("forecast by product", "forecast?by=product"),
    Kind("how well suggestions fit", "fit"),
    Kind("promotions compared", "promotions-compared"),
    Kind("promotion that was measured", "promotions/{promotions/?f=status:any:measured}/"),
    Kind("promotion that runs", "promotions/{promotions/?f=status:any:running}/"),
    Kind("forecast being adjusted", "forecast", _click(".s-adjusted button", "#dialog[open] [name=amount]")),
    Kind("lead", "leads/{leads}/"),
    Kind("member", "members/{members}/"),
    Kind("new person", "people/new"),
    Kind("new deal", "opportunities/new"),
    Kind("person being edited", "people/{people}/edit"),
    Kind("board", "opportunities/board"),
    Kind("board of tasks", "tasks/board"),
    Kind("group of companies", "party/{organizations}/chart"),
    Kind("palette", "today", _palette),
    Kind("peek", "people/", _peek),
    Kind("quick create", "people/", _keys("c", "#dialog[open] form")),
    Kind("keyboard sheet", "today", _keys("?", "#shortcuts[open]")),
    Kind("share", "people/{people}/", _share),
    Kind("who sees it", "people/{people}/access"),
    Kind("roles", "access/"),
    Kind("why", "access/?tab=members"),
    Kind("settings", "settings/"),
    Kind("brand", "settings/brand/"),
    Kind("units", "settings/units/"),
    Kind("pipelines", "settings/pipelines/"),
    Kind("fields", "settings/fields/"),
    Kind("a formula", "settings/fields/formula/new?entity=opportunities"),
    Kind("a roll-up", "settings/fields/rollup/new?entity=organizations"),
    Kind("layout", "settings/layout/?entity=organizations"),
    Kind("layout of the menu", "settings/layout/"),
    Kind("trash of all", "settings/trash/"),
    Kind("audit", "settings/audit/"),
    Kind("tokens", "settings/tokens/"),
    Kind("members", "members/"),
    Kind("import", "people/import"),
    Kind("account", "/account"),
    Kind("workspaces", "/workspaces"),
    Kind("e-mail address", "/accounts/email/"),
    Kind("password", "/accounts/password/change/"),
    Kind("sessions", "/accounts/sessions/"),
    Kind("two steps", "/accounts/2fa/"),
    Kind("nothing there", "people/00000000-0000-7000-8000-000000000000/"),
]
RECORD = re.compile(r"\{([^}]+)\}")


def address(kind: Kind, context: BrowserContext) -> str:
    """The path with the first record of its list put in."""
    named = RECORD.search(kind.path)
    if not named:
        return kind.path
    path = named[1] if "/" in named[1] else f"{named[1]}/"
    rows = context.request.get(f"/w/rayyan/{path}").text()
    return RECORD.sub(re.search(r'<tr data-id="([^"]+)"', rows)[1], kind.path)
