"""In an Arabic interface Arabic names come first, on every page of the list."""

import re

import pytest

from sila.platform.entities import actions as records
from sila.platform.entities import listing
from sila.platform.entities.registry import registry

people = registry["people"]
ARABIC, LATIN = ["أحمد", "باسل", "ياسر"], ["Ahmed Raza", "Zoe", "omar"]


@pytest.fixture
def names(alice):
    for name in [*LATIN, *ARABIC]:
        records.create(people, {"name": name}, by=alice)


def pages(actor, *, arabic_first, sort="name", size=2):
    """All pages of the list, one after the other."""
    fields, rows, after, shown = people.readable(actor), people.visible_to(actor), "", []
    order = listing.order_of(people, fields, sort, actor, arabic_first=arabic_first)
    while True:
        page = listing.page(people, rows, ("name",), order, after, size=size)
        shown += [row["name"] for row in page.rows]
        after = page.next
        if not after:
            return shown


@pytest.mark.parametrize("size", [1, 2, 3, 4, 50])
def test_arabic_names_come_first_and_none_twice(names, alice, size):
    assert pages(alice, arabic_first=True, size=size) == [*ARABIC, "Ahmed Raza", "omar", "Zoe"]


def test_elsewhere_the_order_is_that_of_the_letters(names, alice):
    assert pages(alice, arabic_first=False) == ["Ahmed Raza", "omar", "Zoe", *ARABIC]
    assert pages(alice, arabic_first=True, sort="-name") == [*reversed(ARABIC), "Zoe", "omar", "Ahmed Raza"]


def test_the_list_follows_the_language_of_the_reader(names, client, company):
    user = company.user("alice")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for language, first in (("ar", "أحمد"), ("en", "Ahmed Raza")):
        user.language = language
        user.save()
        page = client.get("/w/rayyan/people/?sort=name").content.decode()
        found = re.findall("|".join([*ARABIC, *LATIN]), page[page.index("<tbody") :])
        assert found[0] == first
