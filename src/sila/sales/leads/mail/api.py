"""POST /api/v1/leads/mail: a raw message, as a mail server hands it on."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sila.platform.entities.api.views import BadRequest, doorway, json_answer
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.leads.mail.actions import capture

LARGEST = 35_000_000  # bytes: what mail servers let through


@doorway("POST")
def mail(request: HttpRequest, context: Context) -> HttpResponse:
    """201 with the lead; 200 with the lead that it belongs to already; 202 where no lead came of it, and why."""
    if request.content_type not in ("message/rfc822", "application/octet-stream"):
        raise BadRequest(415, _("The body must be a message: message/rfc822."))
    most = min(LARGEST, settings.MAX_UPLOAD_BYTES)
    raw = request.read(most + 1)
    if len(raw) > most:
        raise BadRequest(413, _("The request is too large."))
    if not raw.strip():
        raise BadRequest(400, _("The message is empty."))
    captured = capture(raw, by=replace(context.actor, via="mail"))
    if captured.lead is None:
        return json_answer({"ignored": captured.ignored}, status=202)
    lead = captured.lead
    seen = registry["leads"].visible_to(context.actor).filter(id=lead.id).exists()
    shown = {"id": str(lead.id), **({"number": lead.number} if seen else {})}
    headers = {"Location": f"/api/v1/leads/{lead.id}"}
    return json_answer(shown, status=201 if captured.new else 200, headers=headers)
