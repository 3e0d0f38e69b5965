"""Answers to what an import asks: is this row the record that is there?"""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.answering import answer
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import done
from sila.project.administration.importing import import_page
from sila.project.administration.views.imports import find_run


@require_POST
@import_page
@transaction.atomic
def answered(request: HttpRequest, entity: Entity, context: Context, run_id: UUID) -> HttpResponse:
    """`row`: one row of the file; without it all that wait."""
    run, row = find_run(entity, run_id, context), request.POST.get("row", "")
    if row and not (row.isascii() and row.isdigit() and len(row) < 10):
        raise Invalid({"": _("There is nothing to answer here.")})
    count = answer(run, request.POST.get("how", ""), [int(row)] if row else None, by=context.actor)
    return done(ngettext("%(n)s row dealt with.", "%(n)s rows dealt with.", count) % {"n": count})
