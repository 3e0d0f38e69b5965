"""What follows from the fields of a contract, and what no door lets through."""

from datetime import timedelta

from django.utils.translation import gettext as _

from sila.parties.actions import give_role
from sila.parties.models import PartyRole
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.sales.contracts.days import MOST_DAYS, last_day_for_notice, refuse_impossible_notice
from sila.sales.contracts.models import Contract, Ending, Obligation
from sila.sales.rules import today

SLUG = "contracts"
LEAD_DAYS = 30  # before the last day for notice, unless a contract says otherwise
SAID = (
    *("name", "way", "party", "kind", "starts_on", "ends_on", "notice", "notice_unit"),
    *("auto_renew", "renew_months", "amount", "currency", "billing"),
)


def derive(contract: Contract, changes: Changes, by: Actor) -> None:
    contract.name_fold = fold(contract.name)[:200]
    contract.currency = contract.currency or base_currency()
    _check_way(contract, changes)
    if contract._state.adding and contract.opportunity_id and not contract.party_id:
        contract.party_id = contract.opportunity.party_id
    if contract._state.adding and contract.lead_days is None:
        contract.lead_days = LEAD_DAYS
    if contract.lead_days is not None and not 0 <= contract.lead_days <= MOST_DAYS:
        raise Invalid({"lead_days": _("It lies between 0 and %(most)d days.") % {"most": MOST_DAYS}})
    if contract.starts_on and contract.ends_on and contract.ends_on < contract.starts_on:
        raise Invalid({"ends_on": _("It ends before it begins.")})
    _check_renewal(contract)
    keep_days(contract, changes)


def _check_way(contract: Contract, changes: Changes) -> None:
    """What is signed stays sold or bought; what we buy is in no deal."""
    if "way" in changes and not contract._state.adding and contract.status != Contract.Status.DRAFT:
        raise Invalid({"way": _("This contract is signed: whether we sell or buy by it stays.")})
    if contract.is_bought and contract.opportunity_id:
        raise Invalid({"opportunity": _("A contract by which we buy belongs to no deal.")})


def know_the_supplier(contract: Contract, changes: Changes, by: Actor) -> None:
    """An effect: whom we buy from is known as a supplier."""
    if not contract.is_bought or not {"way", "party"} & changes.keys():
        return
    role = PartyRole.Role.SUPPLIER
    if not PartyRole.objects.filter(party_id=contract.party_id, role=role, ends=None).exists():
        give_role(contract.party, role, by=by.with_all_rights(by.via))


def _check_renewal(contract: Contract) -> None:
    if contract.renew_months is not None and not 1 <= contract.renew_months <= 1200:
        raise Invalid({"renew_months": _("Say how many months the contract runs.")})
    if contract.auto_renew and not contract.renew_months:
        raise Invalid({"renew_months": _("Say how long the next term is, as it begins by itself.")})
    if contract.auto_renew and contract.ends_on is None:
        raise Invalid({"ends_on": _("Say when it ends, as the next term begins then.")})


def keep_days(contract: Contract, changes: Changes) -> None:
    """The last day for notice, and the day on which the renewal is prepared."""
    refuse_impossible_notice(contract)
    last = last_day_for_notice(contract.ends_on, contract.notice, contract.notice_unit)
    lead = contract.lead_days if contract.lead_days is not None else LEAD_DAYS
    set_days(contract, changes, notice_by=last, plan_on=last - timedelta(days=lead) if last else None)


def set_days(record: Ending, changes: Changes, **days: object) -> None:
    for name, day in days.items():
        if getattr(record, name) != day:
            changes.setdefault(name, getattr(record, name))
            setattr(record, name, day)


def keep_what_is_over(contract: Contract, changes: Changes, by: Actor) -> None:
    """A term that has passed into another, or into history, is read as it was."""
    was = changes.get("status", contract.status)
    if contract._state.adding or was in (Contract.Status.DRAFT, Contract.Status.ACTIVE):
        return
    if touched := [name for name in SAID if name in changes]:
        raise Invalid({touched[0]: _("This contract is over: it is not changed any more.")})


# ---- what is owed in it --------------------------------------------------------------------------------
def keep_done(obligation: Obligation, changes: Changes, by: Actor) -> None:
    if obligation.done_on is not None and obligation.done_on > today(by):
        raise Invalid({"done_on": _("This day has not come yet.")})
