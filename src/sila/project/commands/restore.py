"""Bring a backup back."""

import argparse
from pathlib import Path

help = "bring a backup back, after comparing it with its own list: sila restore friday.tar"
alone = True  # nobody else works on the data folder meanwhile


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="what ./sila backup wrote")
    parser.add_argument("--replace", action="store_true", help="replace what is there now")


def run(options: argparse.Namespace) -> int:
    from django.db import connection

    from sila.project.restoring import restore

    manifest, before = restore(options.file, replace=options.replace)
    rows = sum(manifest["rows"].values())
    print(f"restored and compared: {rows:,} rows, {manifest['files']} files, all as in the backup")
    if before:
        what = (
            "What was here before is"
            if connection.vendor == "sqlite"
            else "The files that were here before are"
        )
        print(f"{what} in {before}. Remove it when you need it no more.")
    return 0
