"""Whether every visible word is in the Arabic catalogue, in all its plural forms. Needs gettext's tools (CI has them)."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[2]
CATALOGUE = Path("sila/locale/ar/LC_MESSAGES/django.po")


def main() -> int:
    """Gather the words anew in a copy, and print those that have no Arabic. The number of them, at most 1."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "src"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("static", "tests", "__pycache__", "*.mo"))
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "-l",
            "ar",
            "--no-location",
            "--no-obsolete",
        ]
        environment = {
            **os.environ,
            "PYTHONPATH": str(copy),
            "DJANGO_SETTINGS_MODULE": "sila.project.settings",
        }
        subprocess.run(  # noqa: S603  (our own words)
            command, cwd=copy / "sila", env=environment, check=True, stdout=subprocess.DEVNULL
        )
        with (copy / CATALOGUE).open("rb") as file:
            lacking = [
                message.id for message in read_po(file, locale="ar") if message.id and not spoken(message)
            ]
    for words in lacking:
        print(f"no Arabic for: {words}")
    return int(bool(lacking))


def spoken(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    complete = len(forms) == 6 if isinstance(message.id, tuple) else True
    return complete and all(forms) and not message.fuzzy


if __name__ == "__main__":
    sys.exit(main())
