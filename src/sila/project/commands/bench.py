"""The published measurements."""

import argparse
from pathlib import Path

help = "measure requests over a million people, on SQLite and PostgreSQL"
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


def run(options: argparse.Namespace) -> int:
    from sila.project.benchmark import driver

    return driver.run(rows=options.rows, only=options.only, target=options.json, keep=options.keep)
