"""Verbs of contracts: sign, end, take up again, renew; and of what is owed in them."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.sales.contracts.days import end_of_term, months_of
from sila.sales.contracts.models import Contract, Obligation
from sila.sales.contracts.planning import plan_anew, settle
from sila.sales.contracts.rules import SLUG
from sila.sales.rules import today

Status = Contract.Status
TAKEN_OVER = (
    *("way", "kind", "notice", "notice_unit", "auto_renew", "renew_months", "lead_days"),
    *("amount", "currency", "billing", "notes", "owner_id", "org_unit_id", "source"),
)


@transaction.atomic
def sign(contract: Contract, *, by: Actor, signed_on: date | str | None = None) -> Contract:
    """From here on it binds. Without a day: today; what was signed earlier may say so."""
    contract = _changeable(contract, by)
    if contract.status != Status.DRAFT:
        raise Invalid({"": _("This contract is signed already.")})
    day = _day(signed_on) or contract.signed_on or today(by)
    if day > today(by):
        raise Invalid({"signed_on": _("This day has not come yet.")})
    if contract.starts_on is None:
        raise Invalid({"starts_on": _("Say when the contract begins before it is signed.")})
    return _enter(contract, Status.ACTIVE, "contract_signed", by, signed_on=day)


@transaction.atomic
def end(contract: Contract, *, by: Actor, ended_on: date | str | None = None, reason: str = "") -> Contract:
    """Notice was given, or both sides agreed: it does not go on. What was planned for its renewal is called off."""
    contract = _changeable(contract, by)
    if not contract.is_active:
        raise Invalid({"": _("Only a contract that is active can be ended.")})
    day = _day(ended_on) or contract.ends_on or today(by)
    if contract.starts_on is not None and day < contract.starts_on:
        raise Invalid({"ended_on": _("It ends before it begins.")})
    settle(contract, by=by, outcome=_("The contract has been ended."), done=False)
    return _enter(contract, Status.ENDED, "contract_ended", by, ended_on=day, end_reason=reason[:300])


@transaction.atomic
def reopen(contract: Contract, *, by: Actor) -> Contract:
    """It was ended by mistake, or goes on after all."""
    contract = _changeable(contract, by)
    if contract.status != Status.ENDED:
        raise Invalid({"": _("Only a contract that was ended can be taken up again.")})
    if contract.ends_on is not None and contract.ends_on < today(by):
        raise Invalid({"": _("Its term has passed: it can be renewed only.")})
    _enter(contract, Status.ACTIVE, "reopened", by, ended_on=None, end_reason="")
    plan_anew(contract)
    return contract


def next_term(contract: Contract) -> int:
    """In months: as agreed, else as long as this one."""
    if contract.renew_months:
        return contract.renew_months
    if contract.starts_on and contract.ends_on:
        return months_of(contract.starts_on, contract.ends_on)
    return 12


def may_renew(contract: Contract) -> bool:
    return contract.status in (Status.ACTIVE, Status.EXPIRED) and contract.ends_on is not None


@transaction.atomic
def renew(contract: Contract, *, by: Actor, term_months: int | None = None) -> Contract:
    """The next term, a contract of its own that begins the day after this one ends. Once for each."""
    contract = _changeable(contract, by)
    if contract.status == Status.RENEWED:
        raise Invalid({"": _("This contract is renewed already.")})
    if not may_renew(contract) or contract.ends_on is None:
        raise Invalid({"": _("Only a contract that is active and has an end is renewed.")})
    months = term_months or next_term(contract)
    if not 1 <= months <= 1200:
        raise Invalid({"term_months": _("Say how many months the contract runs.")})
    _enter(contract, Status.RENEWED, "contract_renewed", by)
    said = {"name": contract.name, "party": str(contract.party_id)}
    following: Contract = records.create(
        registry[SLUG], said, by=by, **_carried_on(contract), **_days_after(contract.ends_on, months)
    )
    settle(contract, by=by, outcome=_("Renewed: %(number)s") % {"number": following.number}, done=True)
    return following


def _carried_on(contract: Contract) -> dict[str, Any]:
    columns = {name: getattr(contract, name) for name in TAKEN_OVER}
    term = contract.term + 1
    root = contract.number.removesuffix(f"-{contract.term}") if contract.term > 1 else contract.number
    deal = contract.renewal_id or contract.opportunity_id
    number = f"{root}-{term}"
    more = {"number": number, "term": term, "renewed_from_id": contract.id, "opportunity_id": deal}
    return columns | more | {"status": Status.ACTIVE}


def _days_after(ended: date, months: int) -> dict[str, date]:
    return {"starts_on": ended + timedelta(days=1), "ends_on": end_of_term(ended, months)}


def expire(contract: Contract, *, by: Actor) -> Contract:
    """Its end has passed, and nobody renewed it."""
    contract = _changeable(contract, by)
    return _enter(contract, Status.EXPIRED, "contract_expired", by, ended_on=contract.ends_on)


# ---- what is owed in it --------------------------------------------------------------------------------
@transaction.atomic
def fulfil(obligation: Obligation, *, by: Actor, done_on: date | str | None = None) -> Obligation:
    return _say_done(obligation, _day(done_on) or today(by), "obligation_done", by)


@transaction.atomic
def take_up(obligation: Obligation, *, by: Actor) -> Obligation:
    return _say_done(obligation, None, "obligation_open", by)


def _say_done(obligation: Obligation, day: date | None, kind: str, by: Actor) -> Obligation:
    noun = registry["obligations"]
    obligation = records.unmoved(noun, obligation, by=by)
    if (obligation.done_on is None) == (day is None):
        raise Invalid({"": _("It is so already.")})
    records.enter(noun, obligation, {"done_on": day}, by=by, kind="changed")
    contract = obligation.contract
    more = {"text": obligation.name, "about": str(obligation.id)}
    log.record(kind, by=by, entity=SLUG, record_id=contract.id, title=contract.name, **more)
    return obligation


def _day(given: date | str | None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) and given else given or None  # type: ignore[return-value]


def _changeable(contract: Contract, by: Actor) -> Contract:
    now: Contract = records.unmoved(registry[SLUG], contract, by=by)
    return now


def _enter(contract: Contract, status: str, kind: str, by: Actor, **values: Any) -> Contract:
    records.enter(registry[SLUG], contract, {"status": status, **values}, by=by, kind=kind)
    return contract
