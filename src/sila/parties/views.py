"""The dialogs and buttons of the panels beside a party, and the chart of a group of companies."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.parties import actions
from sila.parties.chart import chart_of
from sila.parties.forms import FORMS, Form
from sila.parties.models import ContactPoint, ImportantDate, Party, PartyFact, PartyRelation, PartyRole
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Refusal
from sila.platform.entities.kinds import Context, parse_all
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, fragment, refuse
from sila.platform.entities.views.fields import form_field, given_values, typed

VERBS: dict[tuple[str, str], tuple[Any, Callable[..., Any]]] = {
    ("point", "primary"): (ContactPoint, actions.make_primary),
    ("point", "remove"): (ContactPoint, actions.remove_contact_point),
    ("relation", "end"): (PartyRelation, actions.end_relation),
    ("role", "end"): (PartyRole, actions.end_role),
    ("fact", "remove"): (PartyFact, actions.forget_fact),
    ("date", "remove"): (ImportantDate, actions.remove_important_date),
}


def add(request: HttpRequest, workspace: str, party_id: UUID, what: str) -> HttpResponse:
    """GET: the form in a dialog. POST: what it asks for."""
    context, form = Context(request.actor, request.reader), FORMS.get(what)
    try:
        if form is None:
            raise NotFound
        party: Party = records.get(registry["parties"], party_id, by=context.actor)
        if not context.actor.may(actions.entity_of(party).slug, "edit", party):
            raise NotAllowed
        if request.method != "POST":
            return _ask(request, form, {}, {}, context)
        return _do(request, form, party, context)
    except NotFound as error:
        return refuse(request, 404, error)
    except NotAllowed as error:
        return refuse(request, 403, error)


def _do(request: HttpRequest, form: Form, party: Party, context: Context) -> HttpResponse:
    fields = {f.name: f for f in form.fields()}
    given = given_values(request.POST, fields)
    try:
        form.run(party, by=context.actor, **parse_all(fields, given, context))
    except Invalid as error:
        return _ask(request, form, given, error.errors, context)
    return done()


def _ask(
    request: HttpRequest, form: Form, given: Mapping[str, Any], errors: Mapping[str, str], context: Context
) -> HttpResponse:
    fields = {f.name: f for f in form.fields()}
    blank = {"custom": {}, **{column: None for f in fields.values() for column in f.columns()}}
    row = typed(blank, fields, given, context)
    stage_form = {
        "title": form.title,
        "action": request.path,
        "values": [],
        "submit": _("Save"),
        "errors": [text for name, text in errors.items() if name not in fields],
        "fields": [form_field(f, row, context, error=errors.get(name, "")) for name, f in fields.items()],
    }
    return fragment(
        request, "entities/_stage_dialog.html", {"stage_form": stage_form}, status=422 if errors else 200
    )


@require_POST
def change(request: HttpRequest, workspace: str, what: str, row_id: UUID, verb: str) -> HttpResponse:
    """A button of a panel: make primary, remove, end."""
    try:
        if (what, verb) not in VERBS:
            raise NotFound
        model, run = VERBS[what, verb]
        row = model.objects.filter(id=row_id).first()
        if row is None:
            raise NotFound
        run(row, by=request.actor)
    except NotFound as error:
        return refuse(request, 404, error)
    except NotAllowed as error:
        return refuse(request, 403, error)
    except Refusal as error:
        return refuse(request, 422, error)
    return done()


@require_GET
def chart(request: HttpRequest, workspace: str, party_id: UUID) -> HttpResponse:
    """The whole group of companies that a company belongs to."""
    context = Context(request.actor, request.reader)
    try:
        company = records.get(registry["organizations"], party_id, by=context.actor)
    except NotFound as error:
        return refuse(request, 404, error)
    return render(request, "parties/chart.html", {"chart": chart_of(company, context), "title": company.name})
