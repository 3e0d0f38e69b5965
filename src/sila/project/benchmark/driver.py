"""Starts the databases, one after the other, and a process that loads and measures in each."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sila.project import checking, throwaway

AIMS = {  # CPU milliseconds a request
    "api list 50x8": 5,
    "list, first page": 20,
    "list, page at the middle": 20,
    "list, sorted by a custom field": 20,
    "list, filtered by city": 20,
    "list, filtered by a custom field": 20,
    "record page": 25,
    "exact e-mail": 8,
    "exact phone": 8,
    "create with duplicate check": 20,
    "search, Arabic": 50,
    "search, Latin": 50,
}
MOST_QUERIES = 12  # of one request
REQUESTS = {"create with duplicate check": 2}  # the hint while typing, then the record


def run(*, rows: int, only: str | None, target: Path | None, keep: Path | None) -> int:
    results: dict[str, Any] = {}
    if checking.build():  # the pages that are measured need it
        return 1
    if only != "postgresql":
        results["sqlite"] = _measure("", rows, keep)
    if only != "sqlite":
        if throwaway.binaries():
            with throwaway.cluster() as address:
                results["postgresql"] = _measure(address, rows, None)
        else:
            print("PostgreSQL is not installed here; its figures are left out.")
    if target:
        target.write_text(json.dumps({"rows": rows, "results": results}, indent=1))
    missed = [name for name, figures in results.items() if not _show(name, figures)]
    return 1 if missed else 0


def _measure(address: str, rows: int, keep: Path | None) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="sila-bench-") as folder:
        answer = Path(folder) / "figures.json"
        environment = {
            **os.environ,
            "SILA_DATA": str(keep.resolve() if keep else folder),
            "SILA_DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "sila.project.settings",
            "SILA_LOG_LEVEL": "ERROR",
        }
        for step in (["fill", str(rows)], ["measure", str(answer)]):
            command = [sys.executable, "-m", "sila.project.benchmark.measure", *step]
            subprocess.run(command, env=environment, check=True)  # noqa: S603  (our own words)
        figures: list[dict[str, Any]] = json.loads(answer.read_text())
        return figures


def _show(name: str, figures: list[dict[str, Any]]) -> bool:
    """The table of one database. False if a figure misses its aim."""
    print(f"\n{name}: CPU ms a request, queries, wall ms p50 / p95")
    met = True
    for figure in figures:
        aim = AIMS.get(figure["name"])
        most = MOST_QUERIES * REQUESTS.get(figure["name"], 1)
        late = (aim is not None and figure["cpu_ms"] > aim) or figure["queries"] > most
        met = met and not late
        print(
            f"  {figure['name']:<34} {figure['cpu_ms']:7.1f}  {figure['queries']:3}"
            f"  {figure['p50_ms']:7.1f} / {figure['p95_ms']:7.1f}"
            + (f"   aim {aim}" if aim else "")
            + ("   MISSED" if late else "")
        )
    return met
