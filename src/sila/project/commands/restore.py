"""Bring a backup back."""

import argparse
from pathlib import Path

help = "bring a backup back into an empty installation, and compare what is there: sila restore friday.tar"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="what ./sila backup wrote")
    parser.add_argument("--replace", action="store_true", help="replace what is there now")


def run(options: argparse.Namespace) -> int:
    from sila.project.backups import restore

    manifest = restore(options.file, replace=options.replace)
    print(
        f"restored and compared: {sum(manifest['rows'].values()):,} rows, {manifest['files']} files, all as in the backup"
    )
    return 0
