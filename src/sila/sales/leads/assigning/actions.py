"""Giving a lead to whom the rules name. What a person chose is never taken back by a rule."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes, registry
from sila.platform.entities.timeline import SAYS_BOTH, VERBS
from sila.platform.kit import clock
from sila.platform.tenancy.current import take_turns
from sila.platform.tenancy.writing import rows_wait
from sila.sales.leads.assigning.choosing import active_rules, as_rule, look_at
from sila.sales.leads.assigning.models import AssignmentTurn
from sila.sales.leads.models import Lead

SLUG = "leads"
UNNAMED = ("api", "mail")  # doors through which leads come for whom nobody is named, unless the owner is


@transaction.atomic
def assign(lead: Lead, *, by: Actor) -> Lead:
    """Give it to whom the rules name now. Raises NotFound, NotAllowed, Stale, Invalid."""
    lead = records.unmoved(registry[SLUG], lead, by=by)
    if not may_be_assigned(lead):
        raise Invalid({"": _("A person chose who has this lead.")})
    if not give(lead):
        raise Invalid({"": _("No rule fits this lead.")})
    return lead


def may_be_assigned(lead: Any) -> bool:
    return bool(lead.is_open) and not lead.owner_chosen


def give(lead: Lead) -> bool:
    """Whether a rule found somebody. Call it in the transaction that made or locked the lead: until that ends, nobody else
    is given a lead, so that of two at once each goes to another."""
    rules = active_rules()
    if not rules:
        return False
    take_turns("assigning leads")
    found = look_at(lead, rules)[-1]
    member, rule = found.member, found.rule
    if member is None:
        return False
    turn, _new = AssignmentTurn.objects.get_or_create(rule_id=rule.id, member_id=member.id)
    turn.given_at, turn.given = clock.now(), turn.given + 1
    turn.save(update_fields=["given_at", "given"])
    columns = {"owner_id": member.id, "org_unit_id": member.unit_id}
    if lead.owner_id != member.id:
        told = {"text": rule.name, "rule": str(rule.id)}
        records.enter(registry[SLUG], lead, columns, by=as_rule(), kind="assigned", **told)
    return True


# ---- what follows from a save ----------------------------------------------------------------------------
def keep_choice(lead: Lead, changes: Changes, by: Actor) -> None:
    """A rule of leads: who is named by a person, by hand or in a file, stays."""
    if "owner" in changes and by.member is not None:
        lead.owner_chosen = lead.owner_id is not None


def assign_what_comes_in(lead: Lead, changes: Changes, by: Actor) -> None:
    """An effect of leads: a new one that nobody was named for finds its owner in the same transaction."""
    new = changes.get("status") == "" and lead.version == 1
    if not new or rows_wait() or not lead.is_open:
        return
    if (by.via == "form" and lead.owner_id is None) or (by.via in UNNAMED and "owner" not in changes):
        give(lead)


VERBS["assigned"] = (gettext_lazy("gave this lead by a rule"), "arrows-shuffle")
SAYS_BOTH.add("assigned")
