import argparse

help = "all that continuous integration runs: tests on both databases and in the browser, lint, types, translations"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> int:
    from sila.project import checking

    return checking.everything()
