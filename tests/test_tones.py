"""Choices that the code declares have tones, as the workspace's own have colours: in lists, boards and on pages."""

import re

import pytest
from django.utils import translation

from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.sales.actions import win

HTMX = {"HX-Request": "true"}


@pytest.fixture
def shown(browser):
    def of(address: str) -> str:
        answer = browser("admin").get(f"/w/rayyan/{address}", headers=HTMX)
        assert answer.status_code == 200
        return answer.content.decode()

    return of


def test_lists_boards_and_pages_say_a_choice_in_its_tone(admin, shown) -> None:
    urgent = actions.create(registry["tasks"], {"subject": "A", "priority": "high"}, by=admin)
    actions.create(registry["tasks"], {"subject": "B", "priority": "normal"}, by=admin)
    listed = shown("tasks/?cols=priority,status")
    assert re.search(r's-tag s-hbad">[^<]+</span>', listed)
    assert re.search(r's-tag s-h1">[^<]+</span>', listed)
    assert re.search(r's-tag">[^<]+</span>', listed)  # normal is nothing that stands out
    assert "s-lane-color s-hbad" in shown("tasks/board")
    assert "s-tag s-hbad" in shown(f"tasks/{urgent.id}/")
    buyer = actions.create(registry["people"], {"name": "ريم", "lifecycle": "customer"}, by=admin)
    assert "s-tag s-hok" in shown("people/?cols=lifecycle")
    assert "s-lane-color s-hok" in shown("people/board")
    assert "s-tag s-hok" in shown(f"people/{buyer.id}/")
    deal = actions.create(registry["opportunities"], {"name": "C"}, by=admin)
    assert "s-tag s-h1" in shown("opportunities/?cols=category")
    win(deal, by=admin)
    assert "s-tag s-hok" in shown("opportunities/?cols=category")


def test_totals_of_groups_carry_the_names_of_their_columns_for_phones(admin, shown) -> None:
    actions.create(registry["opportunities"], {"name": "C", "amount": "100"}, by=admin)
    page = shown("opportunities/?group=category&cols=amount,probability,owner")
    with translation.override("ar"):  # as the reader has it
        label = str(registry["opportunities"].fields["amount"].label)
    assert page.count(f'<span class="s-total" data-name="{label}">') == 2  # of the group, and of all together
