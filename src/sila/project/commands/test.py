"""The tests."""

import argparse

help = "run the tests: on SQLite, and on PostgreSQL where it is installed"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    parser.add_argument("--browser", action="store_true", help="the browser tests too (Chromium is needed)")
    parser.add_argument("words", nargs="*", help="what pytest is to run (default: everything)")


def run(options: argparse.Namespace) -> int:
    from sila.project import checking

    return checking.tests(options.words, only=options.only, browser=options.browser)
