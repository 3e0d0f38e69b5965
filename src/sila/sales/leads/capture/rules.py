"""What a form must be before it is shown to anybody."""

from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.sales.leads.assigning.choosing import may_have_leads
from sila.sales.leads.capture import asking
from sila.sales.leads.capture.addresses import sites_of


def tidy(form: Any, changes: Changes, by: Actor) -> None:
    sites, wrong = sites_of(form.sites)
    if wrong:
        said = _("This is no address of a site: %(text)s") % {"text": wrong[0]}
        raise Invalid({"sites": said})
    form.sites = "\n".join(sites)
    if form.consent_required and not (form.consent or form.consent_en):
        raise Invalid({"consent": _("Write what people agree to.")})
    if "assign_to" in changes and form.assign_to_id:
        member = Member.objects.get(id=form.assign_to_id)
        if not may_have_leads(member):
            raise Invalid({"assign_to": _("This colleague is not active, or may not see leads.")})


def begin(form: Any, changes: Changes, by: Actor) -> None:
    """A new form asks for what most forms do."""
    if form.version == 1 and not asking.LeadFormField.objects.filter(form_id=form.id).exists():
        asking.begin(form)
