"""What an assignment rule must say."""

from django.db.models import Max
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.sales.leads.assigning.choosing import may_have_leads
from sila.sales.leads.assigning.models import AssignmentRule


def tidy(rule: AssignmentRule, changes: Changes, by: Actor) -> None:
    if not (rule.member_id or rule.team_id or rule.unit_id or rule.by_territory):
        raise Invalid({"member": _("Name a member, a team or a unit, or leave it to the territory.")})
    if "member" in changes and rule.member_id and not may_have_leads(Member.objects.get(id=rule.member_id)):
        raise Invalid({"member": _("This colleague is not active, or may not see leads.")})
    if rule._state.adding and "order" not in changes:
        last = AssignmentRule.objects.filter(deleted_at=None).aggregate(last=Max("order"))["last"] or 0
        rule.order = min(last + 1, 32_767)
