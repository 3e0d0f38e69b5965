"""Several requests at one moment, each with a connection of its own, on a database made for it. Run by test_at_once.py,
in a process of its own: what a test has not committed nobody else could see."""

import json
import re
from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.access.links import make_token
from sila.platform.access.models import Member, Team
from sila.platform.access.policy import ADMIN
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.project.installation import migrate
from sila.sales.calling.actions import add_records, take_next
from sila.sales.calling.models import CallListEntry
from sila.sales.contracts import working as renewals
from sila.sales.contracts.actions import sign
from sila.sales.leads.capture.addresses import path_of
from sila.sales.leads.capture.models import FormSubmission
from sila.sales.leads.models import Lead
from sila.sales.models import Opportunity
from sila.sales.orders.models import SalesOrder
from sila.sales.partners.models import DealRegistration
from sila.sales.partners.portal.access import ask as wanted
from sila.sales.partners.portal.access import prepare
from sila.sales.partners.portal.door import COOKIE
from sila.sales.partners.portal.models import PortalEntry, PortalSession
from sila.sales.tests.portal_people import PORTAL, invited, new_partner
from sila.sales.windows import working as windows
from sila.work.models import Activity
from tests.people import make_company

HOW_MANY = 4


def at_once(ask):
    """The status of each answer to `ask(number)`, all asked at the same moment."""
    begun, answers = Barrier(HOW_MANY), []

    def come(number):
        begun.wait()
        answers.append(ask(number).status_code)
        connection.close()

    threads = [Thread(target=come, args=(number,)) for number in range(HOW_MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def main():
    migrate()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    setup_test_environment()
    company = make_company("rayyan")
    with scope(company.workspace):
        admin, team = company.actor("admin"), Team.objects.get()
        rule = {"name": "Turn", "team": str(team.id)}
        records.create(registry["assignment-rules"], rule, by=admin)
        form = records.create(registry["lead-forms"], {"name": "F", "proof": False}, by=admin)
        token, path = make_token(company.members["admin"], "site"), path_of(form)
    machine = {"Authorization": f"Bearer {token}"}

    def capture(number):
        body = {"name": f"Lead {number}"}
        return Client(headers=machine).post("/api/v1/leads", body, content_type="application/json")

    said = {"captured": at_once(capture)}
    with scope(company.workspace):
        said["owners"] = sorted(Counter(map(str, Lead.objects.values_list("owner_id", flat=True))).values())
    with clock.at(timezone.now() - timedelta(minutes=1)):
        page = Client().get(path).content.decode()
    mark = re.search(r'name="mark" value="([^"]*)"', page)[1]
    sent = {"mark": mark, "name": "Twice", "email": "twice@example.com"}
    said["sent"] = at_once(lambda number: Client().post(path, sent))
    with scope(company.workspace):
        said["leads"] = Lead.objects.filter(email="twice@example.com").count()
        said["submissions"] = FormSubmission.objects.count()
    said |= contracts(company) | calls(company) | products(company, machine) | portal(company)
    print(json.dumps(said))


def contracts(company):
    """Four workers look at a renewal and a window whose time has come."""
    now = timezone.now()
    with scope(company.workspace):
        admin = company.actor("admin")
        customer, rival = (
            records.create(registry["organizations"], {"name": name}, by=admin) for name in ("C", "R")
        )
        ends = (now.date() + timedelta(days=20)).isoformat()
        values = {"name": "Ours", "party": customer.id, "starts_on": "2020-01-01", "ends_on": ends}
        sign(records.create(registry["contracts"], values, by=admin), by=admin)
        values = {"name": "Theirs", "party": customer.id, "competitor": rival.id, "ends_on": ends}
        records.create(registry["incumbent-contracts"], values | {"notice": "0"}, by=admin)

    def work(_number):
        renewals.look(company.workspace)
        windows.look(company.workspace)
        return HttpResponse(status=200)

    def in_scope(number):
        with scope(company.workspace):
            return work(number)

    said = {"looked": at_once(in_scope)}
    with scope(company.workspace):
        kinds = Counter(Activity.objects.values_list("kind", flat=True))
        said |= {"renewals": Opportunity.objects.count(), "planned": [kinds["task"], kinds["call"]]}
    return said


def calls(company):
    """Four colleagues ask for the next number of a list of six."""
    with scope(company.workspace):
        admin = company.actor("admin")
        ids = [
            records.create(
                registry["people"], {"name": f"P{each}", "phone": f"+96655123450{each}"}, by=admin
            ).id
            for each in range(6)
        ]
        call_list = records.create(registry["call-lists"], {"name": "Calls"}, by=admin)
        add_records(call_list, "people", ids, by=admin)
        members = list(Member.objects.filter(active=True).order_by("id")[:HOW_MANY])
    actors = [Actor(company.workspace, member, ADMIN, "page") for member in members]

    def ask(number):
        with scope(company.workspace):
            take_next(call_list, by=actors[number])
        return HttpResponse(status=200)

    said = {"asked": at_once(ask)}
    with scope(company.workspace):
        held = CallListEntry.objects.filter(held_by_id__isnull=False)
        said["held"] = [held.count(), held.values("held_by_id").distinct().count()]
    return said


def products(company, machine):
    """Four colleagues put a product into one deal, then all press for its order."""
    with scope(company.workspace):
        deal = records.create(registry["opportunities"], {"name": "Deal"}, by=company.actor("admin"))
    line = {"opportunity": str(deal.id), "name": "Chair", "price": "100", "quantity": 2}

    def add(_number):
        return Client(headers=machine).post(
            "/api/v1/opportunity-lines", line, content_type="application/json"
        )

    said = {"added": at_once(add)}
    with scope(company.workspace):
        deal.refresh_from_db()
        said["worth"] = [deal.amount, deal.lines.count(), deal.version]
    verb = f"/api/v1/opportunities/{deal.id}/order"
    said["pressed"] = at_once(
        lambda _number: Client(headers=machine).post(verb, {}, content_type="application/json")
    )
    with scope(company.workspace):
        said["ordered"] = list(SalesOrder.objects.values_list("net", flat=True))
    return said


def portal(company):
    """One link of a mail is opened four times; then four windows send one registration."""
    with scope(company.workspace):
        admin = company.actor("admin")
        partner = new_partner(admin, "Partner")
        user = invited(admin, partner)
        first = prepare(PortalEntry.objects.get(user_id=user.id))[1]
    said = {"entered": at_once(lambda _number: Client().post(f"{PORTAL}enter/{first}"))}
    with scope(company.workspace):
        said["sessions"] = PortalSession.objects.count()
        second = prepare(PortalEntry.objects.get(id=wanted(user.email, by=admin)))[1]
    came = Client()
    came.post(f"{PORTAL}enter/{second}")

    def register(_number):
        window = Client()
        window.cookies[COOKIE] = came.cookies[COOKIE].value
        return window.post(f"{PORTAL}registrations/new", {"company_name": "Customer"})

    said["registered"] = at_once(register)
    with scope(company.workspace):
        said["registrations"] = DealRegistration.objects.count()
    return said
