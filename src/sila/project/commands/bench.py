"""The published measurements."""

import argparse
import os
from pathlib import Path
from types import SimpleNamespace

from sila.project.commands import CommandFailed

help = "measure requests over a million people, on SQLite and PostgreSQL; or what BENCHMARK names"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file too")
    parser.add_argument(
        "--rows", type=int, default=1_000_000, help="people in the large workspace (default: %(default)s)"
    )
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep SQLite's loaded database here and use it again"
    )
    others = parser.add_subparsers(metavar="BENCHMARK")
    _arguments_of_duplicates(others)
    _arguments_of_imports(others)
    _arguments_of_kills(others)
    _arguments_of_forecasts(others)


def run(options: argparse.Namespace) -> int:
    from sila.project.benchmark import driver

    return driver.run(rows=options.rows, only=options.only, target=options.json, keep=options.keep)


def _arguments_of_duplicates(others: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "precision and recall of the matcher over labelled records"
    parser = others.add_parser("duplicates", help=text, description=text)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="one or two, .csv or .csv.gz")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file too")
    parser.add_argument(
        "--country", default="SA", help="where phone numbers without a code are from (default: %(default)s)"
    )
    parser.set_defaults(command=SimpleNamespace(run=_duplicates))


def _duplicates(options: argparse.Namespace) -> int:
    from sila.project.benchmark import duplicates

    try:
        return duplicates.run(options.files, country=options.country, target=options.json)
    except duplicates.UnreadableFile as error:
        raise CommandFailed(str(error)) from error


def _arguments_of_imports(others: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "an import of people with their companies, and its undo"
    parser = others.add_parser("import", help=text, description=text)
    parser.add_argument("--rows", type=int, default=100_000, help="people (default: %(default)s)")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file too")
    parser.set_defaults(command=SimpleNamespace(run=_imports))


def _imports(options: argparse.Namespace) -> int:
    from sila.project.benchmark import imports

    return imports.run(rows=options.rows, only=options.only, target=options.json)


def _arguments_of_kills(others: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "imports, bulk changes and their undo, killed again and again: the same must come of them"
    parser = others.add_parser("kills", help=text, description=text)
    parser.add_argument("--rows", type=int, default=5_000, help="people (default: %(default)s)")
    parser.add_argument("--invoices", action="store_true", help="of all acts only the numbering of invoices")
    parser.add_argument("--kills", type=int, default=50, help="on each database (default: %(default)s)")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    parser.set_defaults(command=SimpleNamespace(run=_kills))


def _kills(options: argparse.Namespace) -> int:
    from sila.project.benchmark import kills

    return kills.run(rows=options.rows, kills=options.kills, only=options.only, invoices=options.invoices)


def _arguments_of_forecasts(others: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "the forecast from history on the Maven sales data, beside simpler ones"
    parser = others.add_parser("forecast", help=text, description=text)
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where its files lie (default: maven_crm below SILA_TEST_DATA, else below shared/data beside Sila)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file too")
    parser.set_defaults(command=SimpleNamespace(run=_forecasts))


def _forecasts(options: argparse.Namespace) -> int:
    from sila.project.benchmark import forecasts

    beside = Path(__file__).parents[5] / "shared" / "data"
    folder = options.data or Path(os.environ.get("SILA_TEST_DATA", beside)) / "maven_crm"
    try:
        return forecasts.run(folder, target=options.json)
    except forecasts.UnreadableData as error:
        raise CommandFailed(str(error)) from error
