"""Sends requests through the whole stack in this process and times them; before that, in another, loads."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

WARM, TIMES = 5, 40
PAGE, API = "/w/large/people/", "/api/v1/people"


def fill(rows: int) -> None:
    """Migrate and load."""
    django.setup()
    from django.db import connection

    from sila.platform.tenancy import statistics
    from sila.project.benchmark.load import load
    from sila.project.installation import as_owner, migrate

    migrate()
    print(f"loading into {connection.vendor} …", flush=True)
    load(rows)
    statistics.renew()  # as the worker would
    if connection.vendor == "postgresql":
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as autovacuum would


def main(answer: Path) -> None:
    """In a process of its own, as the web server is: what migrating and loading leave in memory is no part of it."""
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    answer.write_text(json.dumps([measure(name, ask) for name, ask in requests().items()]))


@dataclass(frozen=True)
class Doors:
    """A person's browser and a machine at the workspace that was loaded, and what they ask for there."""

    person: Any
    machine: Any
    loyalty: str  # the key of a custom field
    ids: list[Any]
    half: dict[str, Any]  # the row in the middle of the list

    @classmethod
    def open(cls) -> "Doors":
        from django.conf import settings
        from django.test import Client

        from sila.parties.models import Party
        from sila.platform.access.links import make_token
        from sila.platform.access.models import Member
        from sila.platform.customfields.models import CustomField
        from sila.platform.tenancy.current import scope
        from sila.platform.tenancy.models import Workspace

        workspace = Workspace.objects.get(slug="large")
        with scope(workspace):
            member = Member.objects.select_related("user").get()
            token = make_token(member, "bench")
            loyalty = CustomField.objects.get().key
            ids = list(Party.objects.order_by("id").values_list("id", flat=True)[:1000])
        person = Client()
        person.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        machine = Client(headers={"Authorization": f"Bearer {token}"})
        return cls(person, machine, loyalty, ids, _row_in_the_middle(workspace))

    def create(self, number: int) -> Any:
        """What a form asks while a person types, then what a machine sends."""
        values = {
            "name": f"زائر جديد {number} {time.time_ns()}",
            "phone": f"+96655{time.time_ns() % 10**7:07d}",
        }
        self.person.get(f"{PAGE}duplicates", values, headers={"HX-Request": "true"})
        return self.machine.post(API, values, content_type="application/json")


def requests() -> dict[str, Callable[[int], Any]]:
    """What is measured: name -> one request, given its number."""
    doors = Doors.open()
    return {
        **_lists(doors),
        "record page": lambda number: doors.person.get(f"{PAGE}{doors.ids[number % len(doors.ids)]}/"),
        "exact e-mail": lambda number: doors.machine.get(
            f"{API}?f=email:is:p{number * 7919}@people.example&limit=1"
        ),
        "exact phone": lambda number: doors.machine.get(
            f"{API}?f=phone:is:%2B9665{number * 7919:08d}&limit=1"
        ),
        **_searches(doors),
        "create with duplicate check": doors.create,
    }


def _lists(doors: Doors) -> dict[str, Callable[[int], Any]]:
    machines, pages = (_after(doors.half, arabic_first=first) for first in (False, True))
    eight = "fields=name,phone,email,city,job_title,lifecycle,owner,created_at"
    return {
        "api list 50x8": _get(doors.machine, f"{API}?{eight}"),
        "api list 50x8, at the middle": _get(doors.machine, f"{API}?{eight}&after={machines}"),
        "list, first page": _get(doors.person, PAGE),
        "list, page at the middle": _get(doors.person, f"{PAGE}?after={pages}"),
        "list, filtered by city": _get(doors.person, f"{PAGE}?f=city:is:تبوك"),
        "list, sorted by a custom field": _get(doors.person, f"{PAGE}?sort=-{doors.loyalty}"),
        "list, filtered by a custom field": _get(doors.person, f"{PAGE}?f={doors.loyalty}:between:500|510"),
    }


def _searches(doors: Doors) -> dict[str, Callable[[int], Any]]:
    words = {
        "Arabic": "قحطان",
        "Arabic, two words": "الزهراني 77",
        "Latin": "petrov",
        "name in Latin": "Mohamed",
        "part of a phone": "0077123",
        "nothing found": "zzqqxx",
    }
    asked = {
        f"search, {name}": _get(doors.person, f"/w/large/palette?q={word}") for name, word in words.items()
    }
    return asked | {"search in the list": _get(doors.person, f"{PAGE}?q=السبيعي")}


def _get(client: Any, url: str) -> Callable[[int], Any]:
    return lambda number: client.get(url)


def _row_in_the_middle(workspace: Any) -> dict[str, Any]:
    from sila.parties.models import Party
    from sila.platform.tenancy.current import scope

    with scope(workspace):
        people = Party.objects.filter(kind="person", deleted_at=None)
        return people.order_by("name_fold", "id").values("id", "name_fold")[people.count() // 2]


def _after(row: dict[str, Any], *, arabic_first: bool) -> str:
    """The cursor at this row; an Arabic page has an order of its own."""
    from sila.platform.entities.order import Order, cursor_of

    order = Order("name_fold", descending=False, nullable=False, arabic_first=arabic_first)
    return cursor_of(row, order)


def measure(name: str, ask: Callable[[int], Any]) -> dict[str, Any]:
    """CPU of this process and of the database's (on PostgreSQL its backends are other processes: wall time shows them)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask(0)
    with CaptureQueriesContext(connection) as captured:
        response = ask(0)
        queries = [query["sql"] for query in captured.captured_queries]
    if response.status_code >= 400:
        raise SystemExit(f"{name}: status {response.status_code}: {response.content[:300]!r}")
    for number in range(WARM):
        ask(number)
    walls, cpu = [], time.process_time()
    for number in range(TIMES):
        started = time.perf_counter()
        ask(number)
        walls.append((time.perf_counter() - started) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / TIMES
    housekeeping = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "SELECT set_config")
    walls.sort()
    return {
        "name": name,
        "cpu_ms": round(cpu, 2),
        "queries": sum(not sql.startswith(housekeeping) for sql in queries),
        "p50_ms": round(statistics.median(walls), 2),
        "p95_ms": round(walls[int(TIMES * 0.95) - 1], 2),
        "bytes": len(response.content),
    }


if __name__ == "__main__":
    step, what = sys.argv[1:]
    fill(int(what)) if step == "fill" else main(Path(what))
