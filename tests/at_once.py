"""Several requests at one moment, each with a connection of its own, on a database made for it. Run by test_at_once.py,
in a process of its own: what a test has not committed nobody else could see."""

import json
import re
import sys
from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from sila.platform.access.links import make_token  # noqa: E402
from sila.platform.access.models import Team  # noqa: E402
from sila.platform.entities import actions as records  # noqa: E402
from sila.platform.entities.registry import registry  # noqa: E402
from sila.platform.kit import clock  # noqa: E402
from sila.platform.tenancy.current import scope  # noqa: E402
from sila.project.installation import migrate  # noqa: E402
from sila.sales.leads.capture.addresses import path_of  # noqa: E402
from sila.sales.leads.capture.models import FormSubmission  # noqa: E402
from sila.sales.leads.models import Lead  # noqa: E402
from tests.people import make_company  # noqa: E402

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
    print(json.dumps(said))


if __name__ == "__main__":
    sys.exit(main())
