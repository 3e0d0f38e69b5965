"""What is derived from a product before it is saved."""

from sila.catalog.models import Product
from sila.platform.access.actor import Actor
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold


def derive(product: Product, changes: Changes, by: Actor) -> None:
    product.name_fold = fold(product.name)[:120]
    product.currency = product.currency or base_currency()
