"""Imports, merges, bulk changes and their undo, and numbers of invoices, in processes that are killed again and again, or
do the same at once.

Two workspaces do the same acts, one of them in peace; what each of them holds at the end must not differ.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import batched
from pathlib import Path
from typing import Any

import django

from sila.platform.kit.dice import Dice
from sila.project import throwaway
from sila.project.benchmark import imports

WHOLE, KILLED = "whole", "killed"
ACTS = (
    "import of people",
    "import of deals, people and companies",
    "merges",
    "invoices",
    "edit",
    "trash",
    "undo of the edit",
    "undo",
)
COMPANIES = "import of companies"
AT_ONCE = ("merges", "invoices")  # by two processes
READY = "ready"
INVOICES = 120
PAIRS = 40
DEALS = ("Person", "Phone", "Company", "Deal", "Amount")


def run(*, rows: int, kills: int, only: str | None, invoices: bool = False) -> int:
    """1 if the kills left a trace. `invoices`: of all acts this one alone."""
    good, acts = True, ("invoices",) if invoices else ACTS
    if only != "postgresql":
        good = _on("SQLite", "", rows, kills, acts) and good
    if only != "sqlite" and throwaway.binaries():
        with throwaway.cluster() as address:
            good = _on("PostgreSQL", address, rows, kills, acts) and good
    return 0 if good else 1


def _on(name: str, address: str, rows: int, kills: int, acts: tuple[str, ...]) -> bool:
    print(f"\n{name}:")
    with tempfile.TemporaryDirectory(prefix="sila-kills-") as folder:
        environment = {
            **os.environ,
            "SILA_DATA": folder,
            "SILA_DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "sila.project.settings",
            "SILA_LOG_LEVEL": "CRITICAL",
        }
        say = _Child(environment)
        say("begin", str(rows), folder)
        total = 0
        for act in acts:
            begun = time.perf_counter()
            say("act", WHOLE, act, folder)
            needed = time.perf_counter() - begun
            words = ("act", KILLED, act, folder)
            died = say.under_fire(words, needed, kills // len(acts) + 1, at_once=act in AT_ONCE)
            total += died
            print(f"  {act:<40} {needed:5.1f} s, killed {died} times")
        different: list[str] = json.loads(say("compare"))
    print(f"  {total} kills; " + ("nothing differs" if not different else "differs: " + "; ".join(different)))
    return not different


class _Child:
    """A process that does one thing and says when it begins."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.chance = Dice(7)

    def __call__(self, *words: str) -> str:
        child = self._start(words)
        said, _none = child.communicate()
        if child.returncode:
            raise RuntimeError(f"{words[0]} failed")
        return said.split("\n", 1)[1]

    def under_fire(self, words: tuple[str, ...], needed: float, most: int, *, at_once: bool) -> int:
        """Start it until it comes to its end, and kill it at random moments; how often. `at_once`: two processes do it,
        one from either end, and die together."""
        for died in range(most):
            children = [self._start(words), *([self._start((*words, "backwards"))] if at_once else [])]
            for child in children:
                assert child.stdout is not None
                child.stdout.readline()
            try:
                children[0].wait(timeout=self.chance.uniform(0, 2 * needed / (most + 1)))
            except subprocess.TimeoutExpired:
                for child in children:
                    child.send_signal(signal.SIGKILL)
                    child.communicate()
                continue
            for child in children:
                child.communicate()
                if child.returncode:
                    raise RuntimeError(f"{words[0]} failed beside another")
            return died
        self(*words)
        return most

    def _start(self, words: tuple[str, ...]) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "sila.project.benchmark.kills", *words]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)  # noqa: S603


# ---- in a process of its own -------------------------------------------------------------------------
def begin(rows: str, folder: str) -> None:
    from sila.project.installation import migrate
    from sila.project.workspaces import create_workspace

    migrate()
    for slug in (WHOLE, KILLED):
        create_workspace(slug, slug.title(), owner_email="owner@example.com")
    number = int(rows)
    companies = ([imports.company(each), "الرياض"] for each in range(imports.companies(number)))
    imports.write(Path(folder) / "companies.csv", ["الاسم", "المدينة"], companies)
    for slug in (WHOLE, KILLED):
        act(slug, COMPANIES, folder)
    imports.write(Path(folder) / "people.csv", imports.HEADER, imports.people_rows(number))
    imports.write(Path(folder) / "deals.csv", DEALS, _deals(number // 5))


def _deals(number: int) -> Iterator[list[str]]:
    for each in range(number):
        phone = "12" if each % 50 == 7 else f"0544{each // 2:06d}"  # some rows are refused
        yield [f"هند السالم {each // 2}", phone, f"شركة الواحة {each // 9}", f"عقد {each}", str(each)]


def act(slug: str, name: str, folder: str, order: str = "") -> None:
    """Begin it, or go on where a killed one was. `order`: of two at once, one begins at the end."""
    from sila.platform.access.actor import Actor
    from sila.platform.tenancy.current import scope
    from sila.platform.tenancy.models import Workspace

    by = Actor.system(Workspace.objects.get(slug=slug), "import")
    with scope(by.workspace):
        step = dict(zip((COMPANIES, *ACTS), _acts(Path(folder), order), strict=True))[name](by)
    for _done in step:
        pass


def _acts(folder: Path, order: str) -> list[Callable[[Any], Iterator[Any]]]:
    return [
        lambda by: _import("organizations", folder / "companies.csv", {}, by),
        lambda by: _import("people", folder / "people.csv", {}, by),
        lambda by: _import("opportunities", folder / "deals.csv", _columns(), by),
        lambda by: _merges(by, order),
        lambda by: _invoices(by, order),
        lambda by: _many("edit", {"city": "الدمام"}, by),
        lambda by: _many("trash", {}, by),
        lambda by: _back("edit", by),
        lambda by: _back("import", by),
    ]


def _columns() -> dict[str, str]:
    nouns = ("people.name", "people.phone", "organizations.name", "name", "amount")
    return dict(zip(DEALS, nouns, strict=True))


def _import(noun: str, path: Path, columns: dict[str, str], by: Any) -> Iterator[Any]:
    from sila.platform.entities.importing.mapping import Mapping
    from sila.platform.entities.importing.run import carry_on, prepare
    from sila.platform.entities.models import ImportRun
    from sila.platform.entities.registry import registry

    run = ImportRun.objects.filter(file_name=path.name).first()
    run = run or prepare(registry[noun], path, path.name, Mapping(columns=columns), by=by)
    return carry_on(run, by=by)


def _merges(by: Any, order: str) -> Iterator[Any]:
    """Each two of the first people of the file become one, whoever of two comes first to it."""
    from sila.parties.models import Party

    known = Party.objects.filter(email__startswith="p").order_by("email")
    pairs = list(batched(known.values_list("id", flat=True)[: 2 * PAIRS], 2, strict=True))
    return _merged(pairs[::-1] if order else pairs, by)


def _merged(pairs: list[tuple[Any, ...]], by: Any) -> Iterator[Any]:
    from sila.platform.entities.errors import Refusal
    from sila.platform.entities.merging.verb import merge
    from sila.platform.entities.registry import registry
    from sila.platform.tenancy.current import scope

    for first, second in pairs:
        with suppress(Refusal), scope(by.workspace):  # the other one has merged them
            merge(registry["people"], first, [second], by=by)
        yield first


def _invoices(by: Any, order: str) -> Iterator[Any]:
    """Drafts, then each of them issued, whoever of two comes first to it."""
    from sila.platform.entities.errors import Refusal
    from sila.platform.tenancy.current import scope
    from sila.sales.invoices.actions import issue
    from sila.sales.invoices.models import Invoice

    for number in range(INVOICES):
        _draft(f"فاتورة {number:03d}", by)
        yield number
    with scope(by.workspace):
        drafts = list(Invoice.objects.filter(status="draft").order_by("name").values_list("id", flat=True))
    for invoice_id in drafts[::-1] if order else drafts:
        with suppress(Refusal), scope(by.workspace):  # the other one has issued it
            issue(Invoice.objects.get(id=invoice_id), by=by)
        yield invoice_id


def _draft(name: str, by: Any) -> None:
    """Made once, with its line, by whoever comes first."""
    from django.db import transaction

    from sila.parties.models import Party
    from sila.platform.entities import actions as records
    from sila.platform.entities.registry import registry
    from sila.platform.tenancy.current import scope, take_turns
    from sila.sales.invoices.models import Invoice

    with scope(by.workspace), transaction.atomic():
        take_turns("drafts")
        if not Invoice.objects.filter(name=name).exists():
            party = Party.objects.order_by("id").first()
            invoice = records.create(registry["invoices"], {"name": name}, by=by, party_id=party.id)
            values = {"invoice": str(invoice.id), "name": name, "price": "10.01"}
            records.create(registry["invoice-lines"], values, by=by)


def _many(kind: str, values: dict[str, str], by: Any) -> Iterator[Any]:
    from sila.platform.access.reader import Reader
    from sila.platform.entities.kinds import Context
    from sila.platform.entities.models import Operation
    from sila.platform.entities.operations import bulk
    from sila.platform.entities.registry import registry

    operation = Operation.objects.filter(kind=kind).first()
    if operation is None:
        everyone = bulk.Selection(whole=True, query="" if kind == "edit" else "q=محمد")
        context = Context(by, Reader.of(by.workspace))
        operation = bulk.begin(registry["people"], kind, everyone, values, context=context)
    return bulk.carry_on(operation, by=by)


def _back(kind: str, by: Any) -> Iterator[Any]:
    from sila.platform.entities.models import Operation
    from sila.platform.entities.operations import undo

    operation = Operation.objects.get(kind=kind, entity="people")
    if operation.status == Operation.Status.UNDONE:
        return iter(())
    if operation.status != Operation.Status.UNDOING:
        undo.undo(operation, by=by)
    return undo.take_back(operation, by=by)


# ---- what is there in the end ------------------------------------------------------------------------
def compare() -> None:
    from sila.platform.tenancy.current import scope
    from sila.platform.tenancy.models import Workspace

    held = []
    for slug in (WHOLE, KILLED):
        with scope(Workspace.objects.get(slug=slug)):
            held.append({name: Counter(rows) for name, rows in _held()})
    print(json.dumps([name for name, rows in held[0].items() if rows != held[1][name]]))


def _held() -> Iterator[tuple[str, list[Any]]]:
    from sila.parties.models import ContactPoint, Party
    from sila.platform.activity.models import Event
    from sila.platform.entities.models import (
        ExternalId,
        ImportRefusal,
        ImportRun,
        Operation,
        OperationChange,
        SearchEntry,
    )
    from sila.sales.invoices.models import Invoice, InvoiceLine
    from sila.sales.models import Opportunity

    told = {
        InvoiceLine: ("name", "net", "tax"),
        Party: (
            "name",
            "phone",
            "email",
            "city",
            "organization__name",
            "kind",
            "version",
        ),
        ContactPoint: ("party__name", "party__phone", "kind", "norm", "primary"),
        Opportunity: ("name", "amount", "party__name", "contact__name", "version"),
        SearchEntry: ("entity", "title", "text"),
        ExternalId: ("entity", "source", "value"),
        Event: ("kind", "entity"),
        ImportRun: ("file_name", "row", "created", "updated", "unchanged", "refused", "error"),
        ImportRefusal: ("row", "column", "reason", "taken"),
        Operation: ("kind", "entity", "status", "done", "refused", "total"),
        OperationChange: ("entity", "action", "outcome", "reason", "version"),
    }
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    yield "Invoice numbers", [*numbers, [number[-5:] for number in numbers] == _all_numbers()]
    yield "Invoices", list(Invoice.objects.order_by().values_list("name", "status", "total", "version"))
    for model, names in told.items():
        rows = model._default_manager.order_by()
        if model is SearchEntry:  # the head office has its workspace's name
            rows = rows.exclude(entity="units")
        yield str(model._meta.verbose_name), list(rows.values_list(*names))


def _all_numbers() -> list[str]:
    """Without a gap and without a double."""
    return [f"{number:05d}" for number in range(1, INVOICES + 1)]


if __name__ == "__main__":
    print(READY, flush=True)
    django.setup()
    {"begin": begin, "act": act, "compare": compare}[sys.argv[1]](*sys.argv[2:])
