import argparse

help = "build the front end and the translations if they are stale"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> None:
    from sila.project.frontend import build_if_stale
    from sila.project.messages import compile_if_stale

    build_if_stale()
    compile_if_stale()
