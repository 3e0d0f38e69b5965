"""What the nightly count leaves behind, and what people said to suggestions."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import Product
from sila.parties.models import Party
from sila.platform.access.models import Member
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.sales.models import Opportunity


class ProductSale(TenantModel):
    """How many purchases and how many customers a product was in, of those that were counted last."""

    follows_merges: ClassVar[bool] = False  # it is counted anew

    product_id: UUID

    product = Link(Product)
    baskets = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("Sales of a product")
        constraints = [models.UniqueConstraint(fields=["tenant", "product_id"], name="product_sale")]


class ProductRule(TenantModel):
    """Who bought `product` (and `beside`) also bought `then`. The numbers are of purchases or of customers, by `basis`:
    `together` of `of`; `then` alone is in `then_in` of `whole`. See fitting/rules.py."""

    follows_merges: ClassVar[bool] = False  # it is counted anew

    class Basis(models.TextChoices):
        BASKET = "basket", _("Bought together")
        HISTORY = "history", _("Bought by the same customers")

    product_id: UUID
    beside_id: UUID | None
    then_id: UUID

    basis = models.CharField(max_length=7, choices=Basis)
    product = Link(Product, related_name="rules")
    beside = Link(Product, null=True, related_name="rules_beside")
    then = Link(Product, related_name="rules_to")
    together = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    then_in = models.PositiveIntegerField()
    whole = models.PositiveIntegerField()
    floor = models.FloatField()

    class Meta:
        verbose_name = _("Rule of what is bought together")
        indexes = [models.Index(fields=["tenant", "product_id", "floor"], name="rules_of_product")]


class Suggestion(TenantModel):
    """What somebody answered when a product was suggested for a customer. `figures` are those that were shown."""

    told_as: ClassVar[tuple[Any, str]] = (_("Suggestions"), "bulb")

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("suggestion", "Accepted")
        REJECTED = "rejected", pgettext_lazy("suggestion", "Rejected")

    class Why(models.TextChoices):
        HAS = "has", _("They have it from elsewhere")
        NEED = "need", _("They do not need it")
        PRICE = "price", _("Too expensive for them")
        LATER = "later", _("Not now")
        OTHER = "other", _("Another reason")

    party_id: UUID
    product_id: UUID
    opportunity_id: UUID | None
    member_id: UUID | None

    party = Link(Party)
    product = Link(Product)
    opportunity = Link(Opportunity, null=True)
    member = Link(Member, null=True)
    answer = models.CharField(max_length=8, choices=Answer)
    why = models.CharField(max_length=5, choices=Why, blank=True)
    until = models.DateField(null=True)  # not suggested again before
    figures = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("Answer to a suggestion")
        indexes = [
            models.Index(fields=["tenant", "party_id", "product_id"], name="suggestions_of_party"),
            models.Index(fields=["tenant", "opportunity_id"], name="suggestions_of_deal"),
            models.Index(fields=["tenant", "answer", "at"], name="suggestions_by_answer"),
        ]
