"""Up to where somebody decides by themselves (R88), and who may decide for others."""

from decimal import Decimal
from functools import cached_property
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, MemberRole
from sila.platform.entities.rates import Rates, rates_on
from sila.platform.kit.money import CURRENCIES
from sila.platform.tenancy.current import today
from sila.work.approvals.kinds import Measure
from sila.work.approvals.models import AuthorityLimit


def is_limited(kind: str) -> bool:
    """Whether the workspace has set any limit for this."""
    return AuthorityLimit.objects.filter(kind=kind, deleted_at=None).exists()


class Limits:
    """All of the workspace, some dozens at most, and the rates to compare amounts by: who compares many requests reads
    both once."""

    def __init__(self) -> None:
        self._rates: dict[str, Rates] = {}

    @cached_property
    def rows(self) -> list[AuthorityLimit]:
        return list(AuthorityLimit.objects.filter(deleted_at=None))

    def rates(self, currency: str) -> Rates:
        """Between this currency and those of the limits."""
        if currency not in self._rates:
            self._rates[currency] = rates_on(today(), {currency, *(limit.currency for limit in self.rows)})
        return self._rates[currency]


def within(kind: str, measure: Measure, by: Actor, known: Limits | None = None) -> bool:
    """Whether a role of the actor decides that much. The system and administrators always do; who has no limit, never.
    What cannot be compared, for want of an exchange rate, is beyond it."""
    if by.member is None or by.policy.admin:
        return True
    return not roles_within(kind, measure, known).isdisjoint(by.policy.roles)


def roles_within(kind: str, measure: Measure, known: Limits | None = None) -> set[UUID]:
    """The roles whose limit reaches that far."""
    known = known or Limits()
    mine = [limit for limit in known.rows if limit.kind == kind]
    if not measure.currency:
        return {limit.role_id for limit in mine if limit.most >= measure.value}
    rates = known.rates(measure.currency)
    asked = _in_base(measure.value, measure.currency, rates)
    if asked is None:
        return set()
    return {
        limit.role_id
        for limit in mine
        if (most := _in_base(limit.most, limit.currency or rates.base, rates)) is not None and most >= asked
    }


def _in_base(value: Decimal, currency: str, rates: Rates) -> int | None:
    """In minor units of the base currency; None without a rate."""
    return rates.convert(int(value.scaleb(CURRENCIES[currency].decimals)), currency)


def holders(roles: set[UUID]) -> set[UUID]:
    """The members that are active and have one of these roles."""
    ids = MemberRole.objects.filter(role_id__in=roles).values("member_id")
    return set(Member.objects.filter(id__in=ids, active=True, deleted_at=None).values_list("id", flat=True))


def administrators() -> set[UUID]:
    ids = MemberRole.objects.filter(role__admin=True, role__deleted_at=None).values("member_id")
    return set(Member.objects.filter(id__in=ids, active=True, deleted_at=None).values_list("id", flat=True))
