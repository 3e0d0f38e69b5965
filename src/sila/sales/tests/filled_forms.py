"""A form for visitors, opened and sent as a browser would."""

import hashlib
import html
import re
from datetime import timedelta
from itertools import count

from django.test import Client
from django.utils import timezone

from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.leads.capture import guarding
from sila.sales.leads.capture.addresses import path_of
from sila.sales.leads.models import Lead

CONSENT = "أوافق على أن تتواصلوا معي."
VISITOR = {
    "name": "ريم الشهراني",
    "phone": "0551234567",
    "email": "reem@example.com",
    "company_name": "لمسة",
    "interest": "عرض سعر لأثاث مكتبي",
}


def new_form(by, **values):
    given = {"name": "اطلب عرضًا", "name_en": "Ask for a quotation", **values}
    return records.create(registry["lead-forms"], given, by=by)


def fields_of(page):
    """The hidden inputs of a page, as a browser would send them."""
    found = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]*)"', tag)[1], re.search(r'value="([^"]*)"', tag)[1]
        found[name] = html.unescape(value)
    return found


def proof_for(mark):
    nonce = guarding.nonce_of(mark)
    return next(
        str(n)
        for n in count()
        if hashlib.sha256(f"{nonce}:{n}".encode()).hexdigest().startswith(guarding.ZEROS)
    )


def opened(form, *, before=30, query="", client=None, **headers):
    """The form as it was opened some seconds ago, with the browser's work done."""
    with clock.at(timezone.now() - timedelta(seconds=before)):
        page = (client or Client(headers=headers)).get(path_of(form) + query)
    assert page.status_code == 200
    fields = fields_of(page.content.decode())
    return fields | ({"proof": proof_for(fields["mark"])} if "proof" in fields else {})


def send(form, fields=None, *, query="", place="203.0.113.9", **values):
    fields = opened(form, query=query) if fields is None else fields
    return Client().post(path_of(form) + query, {**fields, **VISITOR, **values}, REMOTE_ADDR=place)


def only_lead():
    return Lead.objects.get()
