import argparse

help = "bring the installation up to date: front end, translations, database, static files"


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> None:
    from sila.project.installation import bring_up_to_date

    bring_up_to_date()
