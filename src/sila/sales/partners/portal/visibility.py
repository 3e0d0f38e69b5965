"""What a partner's person may see and do: an actor whose visibility is the partner's own.

All that the portal reads and writes goes through `entity.visible_to(actor)` and the verbs, as everywhere; this actor
answers with the partner's rows and nothing else. What is not named here is closed, fields and nouns that are added later
too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from sila.platform.access.actor import Actor
from sila.platform.access.policy import FieldAccess, Policy
from sila.platform.entities.registry import registry
from sila.platform.kit.text import isolate
from sila.sales.partners.handing_out import meant_for
from sila.sales.partners.models import Partner, SharedLead
from sila.sales.partners.portal.models import PortalUser

OPEN: dict[str, tuple[str, ...]] = {
    "partners": ("view",),
    "deal-registrations": ("view", "create"),
    "shared-leads": ("view", "edit"),
    "partner-commissions": ("view",),
    "price-books": ("view",),
    "products": ("view",),
    "partner-documents": ("view",),
}
ASKED = (  # what a partner fills in of a registration
    *("company_name", "contact_name", "phone", "email", "city"),
    *("product", "amount", "currency", "expected_close", "note"),
)
READ: dict[str, tuple[str, ...]] = {
    "partners": ("name", "kind", "tier", "since"),
    "deal-registrations": ("name", "number", "status", "protected_until", "answer", "created_at"),
    "shared-leads": ("name", "status", "progress", "note", "answer", "shared_at", "answered_at"),
    "partner-commissions": ("name", "day", "why", "basis", "rate", "amount", "currency"),
    "price-books": ("name", "name_en", "currency", "tax_included"),
    "products": ("name", "name_en", "code", "family", "measure"),
    "partner-documents": ("name", "note", "until"),
}
KNOWN = (SharedLead.Status.OFFERED, SharedLead.Status.ACCEPTED, *SharedLead.ENDED)
SCOPES: dict[str, Callable[[Partner], Q]] = {
    "partners": lambda partner: Q(id=partner.id),
    "deal-registrations": lambda partner: Q(partner_id=partner.id),
    "shared-leads": lambda partner: Q(partner_id=partner.id, status__in=KNOWN, lead__deleted_at__isnull=True),
    "partner-commissions": lambda partner: Q(partner_id=partner.id),
    "price-books": lambda partner: Q(id=partner.price_book_id, active=True),
    "products": lambda partner: Q(active=True),
    "partner-documents": meant_for,
}


@dataclass(frozen=True)
class PartnerActor(Actor):
    """A person of a partner at the door of the portal. `user` has its partner with it."""

    user: PortalUser | None = None

    @property
    def partner(self) -> Partner:
        assert self.user is not None
        found: Partner = self.user.partner
        return found

    def can(self, entity: str, verb: str) -> bool:
        return verb in OPEN.get(entity, ())

    def restrict(self, rows: QuerySet[Any], entity: str, verb: str = "view") -> QuerySet[Any]:
        return rows.filter(SCOPES[entity](self.partner)) if self.can(entity, verb) else rows.none()

    def may(self, entity: str, verb: str, record: Any) -> bool:
        rows = type(record)._default_manager.filter(id=record.id, deleted_at=None)
        return self.restrict(rows, entity, verb).exists()

    def shared_some(self, entity: str) -> bool:
        return False


def actor_of(user: PortalUser) -> PartnerActor:
    who = f"{isolate(user.name)} ({isolate(user.partner.name)})"
    return PartnerActor(user.tenant, None, Policy(fields=_fields()), "portal", who=who, user=user)


def _fields() -> dict[str, dict[str, FieldAccess]]:
    """Every field of the open nouns by name, with how far it is open: hidden, unless it is listed."""
    rules: dict[str, dict[str, FieldAccess]] = {}
    for slug in OPEN:
        entity = registry[slug]
        asked = ASKED if slug == "deal-registrations" else ()
        rules[slug] = {
            name: "write" if name in asked else "read" if name in READ[slug] else "hidden"
            for name in entity.fields
        }
    return rules
