"""What follows from the fields of an incumbent contract."""

from datetime import timedelta

from django.utils.translation import gettext as _

from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.platform.tenancy.writing import read_once
from sila.sales.competing import known_as_competitor
from sila.sales.contracts.days import MOST_DAYS, last_day_for_notice, refuse_impossible_notice
from sila.sales.contracts.rules import set_days
from sila.sales.rules import today
from sila.sales.windows.models import IncumbentContract, WindowDefaults

SLUG = "incumbent-contracts"


def defaults() -> WindowDefaults:
    return read_once("window defaults", lambda: WindowDefaults.objects.first() or WindowDefaults())


def derive(incumbent: IncumbentContract, changes: Changes, by: Actor) -> None:
    incumbent.name_fold = fold(incumbent.name)[:200]
    incumbent.currency = incumbent.currency or base_currency()
    if incumbent._state.adding:
        _begin(incumbent)
    if incumbent.party_id == incumbent.competitor_id:
        raise Invalid({"competitor": _("The customer cannot be their own supplier.")})
    for name in ("window_days", "lead_days"):
        days = getattr(incumbent, name)
        if days is not None and not 0 <= days <= MOST_DAYS:
            raise Invalid({name: _("It lies between 0 and %(most)d days.") % {"most": MOST_DAYS}})
    if incumbent.renew_months is not None and not 1 <= incumbent.renew_months <= 1200:
        raise Invalid({"renew_months": _("Say how many months the contract runs.")})
    if incumbent.auto_renew and not incumbent.renew_months:
        raise Invalid({"renew_months": _("Say how long the next term is, as it begins by itself.")})
    if incumbent.learned_on is not None and incumbent.learned_on > today(by):
        raise Invalid({"learned_on": _("This day has not come yet.")})
    keep_window(incumbent, changes)


def _begin(incumbent: IncumbentContract) -> None:
    usual = defaults()
    if incumbent.window_days is None:
        incumbent.window_days = usual.window_days
    if incumbent.lead_days is None:
        incumbent.lead_days = usual.lead_days
    incumbent.plan_kind = incumbent.plan_kind or usual.plan_kind


def keep_window(incumbent: IncumbentContract, changes: Changes) -> None:
    """From `window_days` before the last day for notice to that day; it is planned for `lead_days` before."""
    refuse_impossible_notice(incumbent)
    last = last_day_for_notice(incumbent.ends_on, incumbent.notice, incumbent.notice_unit)
    opens = last - timedelta(days=incumbent.window_days or 0) if last else None
    plans = opens - timedelta(days=incumbent.lead_days or 0) if opens else None
    set_days(incumbent, changes, notice_by=last, opens_on=opens, plan_on=plans)


def know_competitor(incumbent: IncumbentContract, changes: Changes, by: Actor) -> None:
    """Who holds a contract that we want is a competitor from then on."""
    if incumbent._state.adding or "competitor" in changes:
        party = Party.objects.filter(id=incumbent.competitor_id).first()
        if party is not None:
            try:
                known_as_competitor(party, by)
            except Invalid as error:
                raise Invalid({"competitor": "; ".join(error.errors.values())}) from error
