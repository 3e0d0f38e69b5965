"""What fits, as the card on a page asks for it; the two answers; and the page of how well suggestions fit."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sila.insight.fitting.actions import MONTHS, accept, may_answer, reject
from sila.insight.fitting.choosing import choose, open_to
from sila.insight.fitting.models import Suggestion
from sila.insight.fitting.panels import DEALS, card
from sila.insight.fitting.proving import told
from sila.parties.models import Party
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Choice, Context, Field, parse_all
from sila.platform.entities.registry import as_choices, registry
from sila.platform.entities.views.door import done, fragment, workspace_view
from sila.platform.entities.views.fields import dialog, given_values
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate
from sila.sales.models import Opportunity


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    if not open_to(context.actor):
        raise NotAllowed
    return fragment(request, "insight/fit.html", {"page": told(context)})


@require_GET
@workspace_view
def shown(request: WorkspaceRequest, context: Context, of: str, record_id: UUID) -> HttpResponse:
    party, deal = _about(of, record_id, context)
    chosen = choose(party, by=context.actor, deal=deal)
    return fragment(request, "entities/_related_group.html", {"group": card(chosen, party, deal, context)})


def _about(of: str, record_id: UUID, context: Context) -> tuple[Party, Opportunity | None]:
    """The customer, and the deal where it is of one. Raises NotFound, NotAllowed."""
    deal: Opportunity | None = None
    if of == "deal":
        deal = records.get(registry[DEALS], record_id, by=context.actor)
    customer = deal.party_id if deal else record_id
    if customer is None:
        raise NotFound
    party: Party = records.get(registry["parties"], customer, by=context.actor)
    if not open_to(context.actor):
        raise NotAllowed
    return party, deal


# ---- answers -------------------------------------------------------------------------------------------
@require_POST
@workspace_view
def take(
    request: WorkspaceRequest, context: Context, of: str, record_id: UUID, product_id: UUID
) -> HttpResponse:
    party, deal = _about(of, record_id, context)
    taken = accept(party, product_id, by=context.actor, deal=deal)
    if taken is None:
        return done(_("Noted as an interest: there is no draft quote for it."))
    said = _("Added to the deal %(number)s.") if taken == deal else _("Added to the quote %(number)s.")
    return done(said % {"number": isolate(taken.number)})


@workspace_view
def refuse(
    request: WorkspaceRequest, context: Context, of: str, record_id: UUID, product_id: UUID
) -> HttpResponse:
    """GET: the form in a dialog. POST: it is not suggested to this customer again for a time."""
    party, deal = _about(of, record_id, context)
    if not may_answer(party, deal, context.actor):
        raise NotAllowed
    fields = _fields(context)
    ask = partial(
        dialog,
        request,
        _("Why does it not fit?"),
        fields,
        context=context,
        action=request.path,
        submit=_("Reject"),
    )
    if request.method != "POST":
        return ask({"months": "6"})
    given = given_values(request.POST, fields)
    try:
        values: dict[str, Any] = parse_all(fields, given, context)
        reject(
            party,
            product_id,
            by=context.actor,
            why=values.get("why") or "",
            months=int(values.get("months") or 6),
            deal=deal,
        )
    except Invalid as error:
        return ask(given, errors=error.errors)
    return done(_("It will not be suggested for that time."))


def _fields(context: Context) -> dict[str, Field]:
    digits = context.reader.digits
    times = tuple(
        Choice(
            str(months),
            ngettext("%(count)s month", "%(count)s months", months)
            % {"count": format_number(months, digits=digits)},
        )
        for months in MONTHS
    )
    fields = (
        Field(
            "why",
            KINDS["choice"],
            _("Reason"),
            required=True,
            choices=as_choices(Suggestion.Why.choices),
        ),
        Field("months", KINDS["choice"], _("Not to be suggested for"), required=True, choices=times),
    )
    return {f.name: f for f in fields}
