from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from sila.platform.tenancy.fields import Link
from sila.sales.lines.models import LIVE, PricedLine
from sila.sales.models import Opportunity


class OpportunityLine(PricedLine):
    """A product of a deal. When two deals become one, somebody says whose products it has (merging.py): nothing is counted
    twice by itself."""

    follows_merges: ClassVar[bool] = False
    opportunity_id: UUID

    opportunity = Link(Opportunity, verbose_name=_("Deal"), related_name="lines")

    class Meta:
        verbose_name = _("Product of a deal")
        verbose_name_plural = _("Products of deals")
        constraints = PricedLine.checks("deal_line")
        indexes = [
            models.Index(
                fields=["tenant", "opportunity_id", "order", "id"], condition=LIVE, name="line_of_deal"
            ),
            models.Index(fields=["tenant", "product_id", "id"], condition=LIVE, name="product_of_deal"),
        ]
