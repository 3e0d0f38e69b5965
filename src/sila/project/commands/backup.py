"""A backup of everything, in one file."""

import argparse
from pathlib import Path

help = "write everything into one file: sila backup friday.tar"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="where to write it")


def run(options: argparse.Namespace) -> int:
    from sila.project.backups import back_up

    manifest = back_up(options.file)
    rows = sum(manifest["rows"].values())
    print(f"{options.file}: {rows:,} rows of {len(manifest['rows'])} tables, {manifest['files']} files")
    return 0
