"""An import of many people, each with a company: how long it takes, what memory it needs, and taking it back."""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

from sila.platform.kit.dice import Dice
from sila.project import throwaway

PEOPLE_OF_A_COMPANY = 20
AIM = 40  # seconds for 100,000 people
HEADER = ("الاسم", "الجوال", "البريد الإلكتروني", "الشركة", "المسمى الوظيفي", "المدينة")


def run(*, rows: int, only: str | None, target: Path | None) -> int:
    """Measure on each database and show the figures. 1 if the aim was missed."""
    results: dict[str, Any] = {}
    if only != "postgresql":
        results["sqlite"] = _measure("", rows)
    if only != "sqlite" and throwaway.binaries():
        with throwaway.cluster() as address:
            results["postgresql"] = _measure(address, rows)
    elif only != "sqlite":
        print("PostgreSQL is not installed here; its figures are left out.")
    if target:
        target.write_text(json.dumps({"rows": rows, "results": results}, indent=1))
    for name, figures in results.items():
        print(f"\n{name}:")
        for figure in figures:
            speed = figure["rows"] / figure["seconds"]
            print(
                f"  {figure['name']:<34} {figure['seconds']:7.1f} s  {speed:9,.0f} rows a second"
                f"  memory + {figure['grown_mb']:.0f} MB   {figure['counts']}"
            )
    late = [
        figure
        for figures in results.values()
        for figure in figures
        if figure["name"] == "people, all new" and figure["seconds"] > AIM * rows / 100_000
    ]
    return 1 if late else 0


def _measure(address: str, rows: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="sila-bench-") as folder:
        answer = Path(folder) / "figures.json"
        environment = {
            **os.environ,
            "SILA_DATA": folder,
            "SILA_DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "sila.project.settings",
            "SILA_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "sila.project.benchmark.imports", str(rows), folder, str(answer)]
        subprocess.run(command, env=environment, check=True)  # noqa: S603  (our own words)
        figures: list[dict[str, Any]] = json.loads(answer.read_text())
        return figures


# ---- in a process of its own -------------------------------------------------------------------------
def main(rows: int, folder: Path, answer: Path) -> None:
    django.setup()
    from sila.platform.access.actor import Actor
    from sila.project.installation import migrate
    from sila.project.workspaces import create_workspace

    migrate()
    workspace = create_workspace("bench", "Bench", owner_email="owner@example.com")
    by = Actor.system(workspace, "import")
    firms, people = folder / "companies.csv", folder / "people.csv"
    write(firms, ["الاسم", "المدينة"], ([company(n), "الرياض"] for n in range(companies(rows))))
    write(people, HEADER, people_rows(rows))
    imports = (
        ("companies", "organizations", firms),
        ("people, all new", "people", people),
        ("people, the same file again", "people", people),
    )
    figures, run = [], None
    for name, slug, path in imports:
        figure, done = _timed(lambda slug=slug, path=path: _import(slug, path, by))  # type: ignore[misc]
        figures.append({"name": name, **figure})
        run = done if name == "people, all new" else run
    figures.append({"name": "undo of the people", **_timed(lambda: _undo(run, by))[0]})
    answer.write_text(json.dumps(figures))


def _timed(act: Callable[[], Any]) -> tuple[dict[str, Any], Any]:
    before, begun = _peak(), time.perf_counter()
    rows, counts, done = act()
    seconds = time.perf_counter() - begun
    return {"rows": rows, "seconds": seconds, "grown_mb": _peak() - before, "counts": counts}, done


def _peak() -> float:
    """The most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _import(slug: str, path: Path, by: Any) -> tuple[int, str, Any]:
    from sila.platform.entities.importing.mapping import Mapping
    from sila.platform.entities.importing.run import finish, prepare
    from sila.platform.entities.registry import registry
    from sila.platform.tenancy.current import scope

    with scope(by.workspace):
        run = prepare(registry[slug], path, path.name, Mapping(), by=by)
    finish(run, by=by)
    counts = f"{run.created} created, {run.updated} updated, {run.unchanged} unchanged, {run.refused} refused"
    return run.created + run.updated + run.unchanged + run.refused, counts, run


def _undo(run: Any, by: Any) -> tuple[int, str, Any]:
    from sila.platform.entities.models import Operation
    from sila.platform.entities.operations.undo import take_back

    done = max(take_back(run.operation, by=by), default=0)
    assert run.operation.status == Operation.Status.UNDONE
    return done, f"{done} taken back", run


# ---- the files ---------------------------------------------------------------------------------------
def write(path: Path, header: Any, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(header), *rows])


def people_rows(rows: int) -> Iterator[list[str]]:
    """Names of a usual spread, each phone and e-mail once, so that every row is somebody."""
    from sila.project.benchmark.load import FAMILY, GIVEN

    chance = Dice(7)
    for number in range(rows):
        name = f"{chance.choice(GIVEN)} {chance.choice(GIVEN)} {chance.choice(FAMILY)}"
        employer = company(chance.randrange(companies(rows)))
        phone = f"05{number % 100_000_000:08d}"
        yield [name, phone, f"p{number}@example.com", employer, "مدير المبيعات", "جدة"]


def companies(rows: int) -> int:
    return max(1, rows // PEOPLE_OF_A_COMPANY)


def company(number: int) -> str:
    return f"مؤسسة النور رقم {number}"


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
