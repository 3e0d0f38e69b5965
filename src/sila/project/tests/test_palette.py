"""Ctrl+K finds pages and commands by what people call them, and tells same-named records apart."""

import pytest

from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BASE = "/w/rayyan/"


@pytest.fixture
def ask(client, admin):
    client.force_login(admin.member.user, backend=BACKEND)
    return lambda query: client.get(
        f"{BASE}palette", {"q": query}, headers={"hx-request": "true"}
    ).content.decode()


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("الإعدادات", f"{BASE}settings/"),
        ("اعدادات", f"{BASE}settings/"),
        ("settings", f"{BASE}settings/units/"),
        ("الأعضاء", f"{BASE}members/"),
        ("داكن", "data-set-theme=dark"),
        ("dark", "data-set-theme=dark"),
        ("سجل", f"{BASE}settings/audit/"),
        ("اليوم", f"{BASE}today"),
        ("تقويم", f"{BASE}calendar"),
        ("حساب", "/account"),
        ("الجلسات", "/accounts/sessions/"),
        ("api", f"{BASE}settings/tokens/"),
        ("خروج", "/logout/"),
        ("english", "[value=en]"),
        ("لغة", "[value=ar]"),
        ("استيراد الأشخاص", f"{BASE}people/import"),
        ("import companies", f"{BASE}organizations/import"),
        ("صفقة جديدة", f"{BASE}opportunities/new"),
        ("إضافة صفقة", f"{BASE}opportunities/new"),
        ("new deal", f"{BASE}opportunities/new"),
        ("كلمة المرور", "/accounts/password/change/"),
        ("خطوتين", "/accounts/2fa/"),
        ("لوحة الأشخاص", f"{BASE}people/board"),
        ("board deals", f"{BASE}opportunities/board"),
    ],
)
def test_a_page_or_command_is_found_by_what_people_call_it(ask, query, target):
    assert target.replace("'", "&#x27;") in ask(query)


def test_every_command_has_a_name_of_its_own_and_a_target(admin, workspace):
    from sila.platform.access.reader import Reader
    from sila.platform.entities.kinds import Context
    from sila.platform.entities.views.palette import commands

    every = commands(Context(admin, Reader.of(workspace)))
    assert all(one.get("url") or one.get("press") or one.get("dialog_url") for one in every)
    titles = [str(one["title"]) for one in every]
    assert len(titles) == len(set(titles))


def test_a_name_that_begins_so_comes_before_what_merely_holds_it(ask, admin):
    company = records.create(registry["organizations"], {"name": "نورس البحر", "city": "جدة"}, by=admin)
    for number in range(3):
        records.create(
            registry["opportunities"], {"name": f"توريد إلى نورس {number}", "party": company.id}, by=admin
        )
    page = ask("نورس")
    assert 0 < page.index("نورس البحر") < page.index("توريد إلى نورس")
    assert "جدة" in page


def test_people_of_one_name_are_told_apart_by_what_the_reader_may_see(ask, admin):
    for city in ("الدمام", "أبها"):
        records.create(registry["people"], {"name": "سعد القحطاني", "city": city}, by=admin)
    page = ask("سعد القحطاني")
    assert "الدمام" in page
    assert "أبها" in page
