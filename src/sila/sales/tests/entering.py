"""Deals that enter stages, for the tests of what these ask for."""

from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.sales.models import Opportunity


def asks(admin, stage, **rules):
    return records.update(registry["stages"], stage.id, rules, by=admin)


def now(deal):
    return Opportunity.objects.get(id=deal.id)


def move_into(deal, stage, client, **more):
    """As the board does it."""
    url = f"/w/rayyan/opportunities/{deal.id}/stage/"
    return client.post(url, {"stage": stage.id, **more}, headers={"hx-request": "true"})
