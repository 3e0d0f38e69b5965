import argparse

help = "run the background jobs and the schedule alone"


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> None:
    from sila.project import worker
    from sila.project.family import follow_parent

    follow_parent()
    worker.run()
