"""A verb of a noun is done to many records from a list: approve, issue, confirm."""

from typing import Any

import pytest

from sila.platform.entities import actions
from sila.platform.entities.models import Operation
from sila.platform.entities.registry import registry

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def drafts(by: Any, *names: str) -> list[Any]:
    orders = registry["orders"]
    made = [actions.create(orders, {"name": name}, by=by) for name in names]
    for order in made[:-1]:
        customer = actions.create(registry["people"], {"name": f"Customer of {order.name}"}, by=by)
        actions.update(orders, order.id, {"party": str(customer.id)}, by=by)
        line = {"sales_order": str(order.id), "name": "Chair", "price": "100"}
        actions.create(registry["order-lines"], line, by=by)
    return made


def test_a_verb_is_done_to_the_ticked_records_and_says_which_it_could_not(browser, admin):
    first, second, empty = drafts(admin, "First", "Second", "Empty")
    at_work = browser("admin")
    page = at_work.get("/w/rayyan/orders/").content.decode()
    assert "/w/rayyan/orders/bulk/do/confirm" in page
    ids = [str(each.id) for each in (first, second, empty)]
    answer = at_work.post("/w/rayyan/orders/bulk/do/confirm", {"id": ids}, headers=HTMX)
    operation = Operation.objects.get()
    assert answer.headers["HX-Redirect"] == f"/w/rayyan/operations/{operation.id}/"
    assert (operation.done, operation.refused) == (2, 1)
    for order, status in ((first, "confirmed"), (second, "confirmed"), (empty, "draft")):
        order.refresh_from_db()
        assert order.status == status
    told = at_work.get(answer.headers["HX-Redirect"]).content.decode()
    assert "Empty" in told
    assert f"/w/rayyan/operations/{operation.id}/undo" not in told  # another verb takes it back, if any
    assert at_work.post(f"/w/rayyan/operations/{operation.id}/undo", headers=HTMX).status_code == 422


def test_only_verbs_that_can_be_done_to_many_are_and_only_by_who_may(browser, admin):
    order = drafts(admin, "First", "Empty")[0]
    chosen = {"id": [str(order.id)]}
    for name in ("cancel", "bill", "nothing"):
        answer = browser("admin").post(f"/w/rayyan/orders/bulk/do/{name}", chosen, headers=HTMX)
        assert answer.status_code == 403, name
    answer = browser("viewer").post("/w/rayyan/orders/bulk/do/confirm", chosen, headers=HTMX)
    assert answer.status_code == 403
    order.refresh_from_db()
    assert order.status == "draft"
