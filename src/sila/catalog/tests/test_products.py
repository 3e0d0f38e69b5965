"""Products: a code of their own, a price in a currency."""

import pytest

from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry

products = registry["products"]


@pytest.fixture
def chiller(admin):
    return records.create(products, {"name": "وحدة تبريد", "code": "HVAC-1", "price": "١٨٥٬٠٠٠٫٥٠"}, by=admin)


def test_a_price_is_read_in_the_workspaces_currency(chiller):
    assert (chiller.price, chiller.currency) == (18_500_050, "SAR")


def test_a_price_takes_the_decimals_of_its_currency(admin):
    assert (
        records.create(
            products, {"name": "x", "code": "K", "price": "1.234", "currency": "KWD"}, by=admin
        ).price
        == 1234
    )
    with pytest.raises(Invalid) as refusal:
        records.create(products, {"name": "x", "code": "J", "price": "1.234"}, by=admin)
    assert "price" in refusal.value.errors


def test_a_code_is_given_once_and_free_again_after_the_trash(chiller, admin):
    with pytest.raises(Invalid) as refusal:
        records.create(products, {"name": "أخرى", "code": "HVAC-1"}, by=admin)
    assert "code" in refusal.value.errors
    records.trash(products, chiller.id, by=admin)
    assert records.create(products, {"name": "أخرى", "code": "HVAC-1"}, by=admin)


def test_two_workspaces_may_use_the_same_code(chiller, elsewhere):
    from sila.platform.tenancy.current import scope

    with scope(elsewhere.workspace):
        assert records.create(products, {"name": "x", "code": "HVAC-1"}, by=elsewhere.actor("admin"))


def test_sellers_see_products_but_do_not_change_them(chiller, alice):
    assert products.visible_to(alice).count() == 1
    with pytest.raises(NotAllowed):
        records.update(products, chiller.id, {"price": "1"}, by=alice)
