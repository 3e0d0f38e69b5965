"""Somebody of a partner in the portal, for tests: invited, mailed, and signed in through the doors that people use."""

import re
from typing import Any

from django.core import mail
from django.test import Client

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.sales.partners.models import Partner
from sila.sales.partners.portal.access import LETTER
from sila.sales.partners.portal.models import PortalUser

PORTAL = "/portal/rayyan/"
SIGN_IN = PORTAL + "sign-in"


def new_partner(by: Actor, name: str, **values: str) -> Partner:
    company = records.create(registry["organizations"], {"name": name}, by=by)
    made: Partner = records.create(registry["partners"], {"party": str(company.id), **values}, by=by)
    return made


def invited(
    by: Actor, partner: Partner, name: str = "خالد", language: str = "ar", **values: str
) -> PortalUser:
    person = records.create(registry["people"], {"name": f"{name} الزهراني"}, by=by)
    address = f"p{person.id.hex[-12:]}@partner.example"
    given = {"partner": str(partner.id), "person": str(person.id), "email": address, "language": language}
    made: PortalUser = records.create(registry["portal-users"], {**given, **values}, by=by)
    return made


def post_letters(workspace: Workspace) -> None:
    """What the worker does."""
    with scope(workspace):
        waiting = list(Job.objects.filter(name=LETTER, state=Job.State.WAITING).values_list("id", flat=True))
    for job_id in waiting:
        assert jobs.run(workspace.pk, job_id)


def last_mail(address: str) -> Any:
    return next(each for each in reversed(mail.outbox) if each.to == [address])


def link_in(text: str) -> str:
    return re.search(r"/portal/\S+/enter/\S+", text)[0]  # type: ignore[index]


def code_in(text: str) -> str:
    return re.search(r"\b\d{6}\b", text)[0]  # type: ignore[index]


def signed_in(user: PortalUser, **more: Any) -> Client:
    """A browser that came in by the link of the invitation."""
    client = Client(**more)
    post_letters(user.tenant)
    answer = client.post(link_in(last_mail(user.email).body))
    assert answer.status_code == 302, answer.content
    return client


def ask(client: Client, address: str) -> str:
    """Ask for a code at the sign-in; gives the page on which it is typed."""
    answer = client.post(SIGN_IN, {"email": address})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def is_in(client: Client) -> bool:
    return bool(client.get(PORTAL).status_code == 200)


def now(user: PortalUser) -> PortalUser:
    found: PortalUser = PortalUser.objects.get(id=user.id)
    return found
