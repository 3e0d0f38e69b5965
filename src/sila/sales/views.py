"""Who plays which part in a deal: the dialog that adds one, the button that takes one away."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.registry import as_choices, registry
from sila.platform.entities.views.door import done, workspace_view
from sila.platform.entities.views.fields import dialog, given_values
from sila.sales.actions import give_part, take_part_away
from sila.sales.models import OpportunityRole


def _fields() -> dict[str, Field]:
    person = Field(
        "person",
        KINDS["link"],
        pgettext("label", "Person"),
        required=True,
        to="people",
        title_columns=("name",),
    )
    choices = as_choices(OpportunityRole.Role.choices)
    role = Field("role", KINDS["choice"], _("Role in the deal"), required=True, choices=choices)
    return {"person": person, "role": role}


@workspace_view
def add_part(request: WorkspaceRequest, context: Context, deal_id: UUID) -> HttpResponse:
    """GET: the form in a dialog. POST: the person has the part."""
    deal = records.get(registry["opportunities"], deal_id, by=context.actor)
    if not context.actor.may("opportunities", "edit", deal):
        raise NotAllowed
    ask = partial(dialog, request, _("People in the deal"), _fields(), context=context, action=request.path)
    if request.method != "POST":
        return ask({})
    given = given_values(request.POST, _fields())
    try:
        values = parse_all(_fields(), given, context)
        give_part(deal, values["person"], values["role"], by=context.actor)
    except Invalid as error:
        return ask(given, errors=error.errors)
    return done()


@require_POST
@workspace_view
def remove_part(request: WorkspaceRequest, context: Context, part_id: UUID) -> HttpResponse:
    part = OpportunityRole.objects.filter(id=part_id).first()
    if part is None:
        raise NotFound
    take_part_away(part, by=context.actor)
    return done()
