import argparse

help = "check the types: mypy, strict, on the platform and every actions.py"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> int:
    from sila.project import checking

    return checking.types()
