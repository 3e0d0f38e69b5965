"""What the clock does with contracts, each minute in each workspace: prepare renewals, let terms end, remind of what is
owed. Running twice, or two at once, does it once."""

from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit.text import isolate
from sila.platform.tenancy.models import Workspace
from sila.sales import renewing
from sila.sales.contracts.actions import expire, next_term, renew
from sila.sales.contracts.models import Contract, Obligation
from sila.sales.contracts.planning import AT_ONCE, plan, quietly, take, unplanned
from sila.sales.contracts.rules import SLUG
from sila.sales.models import Opportunity
from sila.sales.rules import today
from sila.work.models import Activity

DEALS = "opportunities"
Status = Contract.Status


def look_everywhere() -> None:
    in_each_workspace(look)


def look(workspace: Workspace) -> None:
    by = Actor.system(workspace, "job")
    with translation.override(workspace.language):
        end_terms(by)
        prepare_renewals(by)
        remind_of_obligations(by)


# ---- renewals ------------------------------------------------------------------------------------------
def prepare_renewals(by: Actor) -> int:
    """For active contracts whose day has come: a task for the owner, and where we sell a deal. How many there were."""
    day = today(by)
    active = Contract.objects.filter(
        status=Status.ACTIVE, deleted_at=None, plan_on__lte=day, ends_on__gte=day, party__deleted_at=None
    )
    rows = active.filter(unplanned()).order_by("plan_on")[:AT_ONCE]
    return sum(bool(quietly(partial(_prepare, contract, by))) for contract in rows)


@transaction.atomic
def _prepare(contract: Contract, by: Actor) -> bool:
    if not take(contract):
        return False
    deal = None if contract.is_bought else _deal_of(contract, by)
    if deal is not None and deal.id != contract.renewal_id:
        Contract.objects.filter(id=contract.id).update(renewal_id=deal.id)
        more = {"text": deal.number, "about": str(deal.id)}
        log.record("renewal_prepared", by=by, entity=SLUG, record_id=contract.id, title=contract.name, **more)
    about = [(SLUG, contract.id), *([(DEALS, deal.id)] if deal else [])]
    subject = _("Renew or give notice: %(contract)s") % {"contract": isolate(contract.name)}
    plan(contract, Activity.Kind.TASK, subject, day=contract.plan_on or today(by), by=by, about=about)
    return True


def _deal_of(contract: Contract, by: Actor) -> Opportunity | None:
    found: Opportunity | None = _live(contract.renewal_id) or quietly(lambda: _renewal_deal(contract, by))
    return found


def _renewal_deal(contract: Contract, by: Actor) -> Opportunity:
    """What goes on from the deal of the contract, where that was won; else a new deal with its customer."""
    deal, months = _live(contract.opportunity_id), next_term(contract)
    worth = {"amount": contract.amount, "currency": contract.currency} if contract.amount is not None else {}
    owned = {"owner_id": contract.owner_id, "org_unit_id": contract.org_unit_id}
    closes = contract.notice_by
    if deal is not None and renewing.may_be_renewed(deal):
        following = renewing.following(deal)
        return following or renewing.go_on(deal, months, by=by, expected_close=closes, **worth, **owned)
    values: dict[str, Any] = {
        "name": contract.name,
        "party": str(contract.party_id),
        "expected_close": closes.isoformat() if closes else None,
        "term_months": str(months),
        "tags": [Opportunity.Tag.RENEWAL.value],
    }
    made: Opportunity = records.create(registry[DEALS], values, by=by, **worth, **owned)
    return made


def _live(deal_id: Any) -> Opportunity | None:
    found: Opportunity | None = Opportunity.objects.filter(id=deal_id, deleted_at=None).first()
    return found


# ---- ends ----------------------------------------------------------------------------------------------
def end_terms(by: Actor) -> int:
    """Terms that have passed: the next one begins where that was agreed, others have expired. How many."""
    over = Contract.objects.filter(status=Status.ACTIVE, deleted_at=None, ends_on__lt=today(by))
    return sum(_end(contract.id, by) for contract in over.order_by("ends_on")[:AT_ONCE])


@transaction.atomic
def _end(contract_id: Any, by: Actor) -> bool:
    still = Contract.objects.filter(id=contract_id, status=Status.ACTIVE, deleted_at=None)
    contract = records.locked(still).first()
    if contract is None:  # another worker was quicker
        return False
    if contract.auto_renew and quietly(lambda: renew(contract, by=by)) is not None:
        return True
    expire(Contract.objects.get(id=contract_id), by=by)
    return True


# ---- what is owed --------------------------------------------------------------------------------------
def remind_of_obligations(by: Actor) -> int:
    """The owner of the contract is told on the day on which something is due, once for each day that it is due on."""
    due = Obligation.objects.filter(
        _not_reminded(),
        done_on=None,
        deleted_at=None,
        due_on__lte=today(by),
        contract__deleted_at=None,
        contract__status=Status.ACTIVE,
    )
    rows = due.select_related("contract").order_by("due_on")[:AT_ONCE]
    return sum(_remind(row, row.due_on, by) for row in rows)


def _not_reminded() -> Q:
    return Q(reminded_for=None) | ~Q(reminded_for=F("due_on"))


@transaction.atomic
def _remind(obligation: Obligation, due_on: date, by: Actor) -> bool:
    rows = Obligation.objects.filter(_not_reminded(), id=obligation.id, due_on=due_on)
    if not rows.update(reminded_for=due_on):
        return False
    contract = obligation.contract
    log.record(
        "reminder",
        by=by,
        entity=SLUG,
        record_id=contract.id,
        title=contract.name,
        text=obligation.name,
        member=str(contract.owner_id or ""),
    )
    return True
