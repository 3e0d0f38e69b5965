"""Suppliers are rated by criteria, quarter by quarter, and their score follows."""

from datetime import date

import pytest

from sila.parties.actions import give_role
from sila.parties.suppliers.models import SupplierRating
from sila.parties.suppliers.scoring import course, rate
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier(admin):
    made = records.create(registry["organizations"], {"name": "مصنع الواحة"}, by=admin)
    give_role(made, "supplier", by=admin)
    return made


@pytest.fixture
def criteria(admin):
    words = (("الجودة", "Quality", "3"), ("السعر", "Price", "1"))
    return [
        records.create(
            registry["supplier-criteria"], {"name": name, "name_en": name_en, "weight": weight}, by=admin
        )
        for name, name_en, weight in words
    ]


def test_the_score_is_the_mean_by_the_weights(admin, supplier, criteria):
    quality, price = criteria
    rate(supplier.id, date(2026, 5, 20), [(quality.id, 4, ""), (price.id, 2, "")], by=admin)
    rate(supplier.id, date(2026, 8, 1), [(quality.id, 5, "")], by=admin)
    quarters = course([supplier.id], admin)[supplier.id]
    assert [(each.period, each.score) for each in quarters] == [
        (date(2026, 7, 1), 5.0),
        (date(2026, 4, 1), 3.5),
    ]


def test_what_is_rated_again_in_a_quarter_is_rated_anew(admin, supplier, criteria):
    quality, _price = criteria
    for day, score in ((date(2026, 4, 1), 2), (date(2026, 6, 30), 5)):
        rate(supplier.id, day, [(quality.id, score, "")], by=admin)
    assert SupplierRating.objects.get().stars == 5


@pytest.mark.parametrize(("day", "score"), [("2026-04-01", "6"), ("2026-04-01", "0"), ("2100-01-01", "3")])
def test_a_rating_goes_from_one_to_five_and_not_into_the_future(day, score, admin, supplier, criteria):
    values = {"party": str(supplier.id), "criterion": str(criteria[0].id), "period": day, "stars": score}
    with pytest.raises(Invalid):
        records.create(registry["supplier-ratings"], values, by=admin)
    assert not SupplierRating.objects.exists()


def test_the_dialog_rates_by_all_criteria_at_once(browser, supplier, criteria):
    manager = browser("manager")
    url = f"/w/rayyan/supplier/{supplier.id}/rate"
    page = manager.get(url).content.decode()
    assert "Quality" in page
    assert "Excellent" in page
    said = {f"c_{criteria[0].id}": "4", f"c_{criteria[1].id}": "", "quarter": "2026-07-01"}
    assert manager.post(url, {**said, "quarter": "1999-01-01"}).status_code == 422
    assert manager.post(url, {"quarter": "2026-07-01"}).status_code == 422
    assert not SupplierRating.objects.exists()
    assert manager.post(url, said).status_code == 204
    assert list(SupplierRating.objects.values_list("criterion_id", "stars")) == [(criteria[0].id, 4)]
    page = manager.get(f"/w/rayyan/organizations/{supplier.id}/").content.decode()
    assert "Supplier scorecard" in page
    assert "4.0 of 5" in page
    suppliers = manager.get("/w/rayyan/suppliers/").content.decode()
    assert "مصنع الواحة" in suppliers
    assert "4.0 of 5" in suppliers


def test_who_may_only_look_rates_nobody(browser, supplier, criteria):
    url = f"/w/rayyan/supplier/{supplier.id}/rate"
    said = {f"c_{criteria[0].id}": "4", "quarter": "2026-07-01"}
    for name in ("alice", "viewer"):
        client = browser(name)
        assert client.get("/w/rayyan/suppliers/").status_code == 200
        assert client.get(url).status_code == 403
        assert client.post(url, said).status_code == 403
    assert not SupplierRating.objects.exists()
