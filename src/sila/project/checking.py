"""What proves that Sila works: tests on both databases, and checks of the code, one named step after the other."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sila.project import throwaway

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src"
STRICT = ["src/sila/platform"]


def tests(words: list[str], *, only: str | None = None, browser: bool = False, both: bool = False) -> int:
    """pytest on SQLite, then on a throw-away PostgreSQL. `both`: a missing PostgreSQL is a failure."""
    words = words or ["src", "tests"]
    if not_built := build():
        return not_built
    failed = 0
    if only != "postgresql":
        failed += step("tests on SQLite", pytest(["--ignore=tests/browser", *words]), SILA_DATABASE_URL="")
    if only != "sqlite":
        failed += _on_postgresql(words, needed=both or only == "postgresql")
    if browser:  # in a process of its own: Playwright's event loop and Django's tests do not share one
        failed += step("tests in the browser", pytest(["tests/browser"]), SILA_DATABASE_URL="")
    return failed


def build() -> int:
    return step("front end and translations", [sys.executable, "-m", "sila", "assets"])


def _on_postgresql(words: list[str], *, needed: bool) -> int:
    if throwaway.binaries() is None:
        print(
            "PostgreSQL is not installed here: "
            + ("that is a failure." if needed else "its tests did not run.")
        )
        return int(needed)
    # What meets no database, or brings its own, is enough once.
    once = (
        "tests/browser",
        "tests/test_api_contract.py",
        "tests/test_installation.py",
        "tests/test_docs.py",
        "tests/test_adding_a_noun.py",
    )
    ignored = [f"--ignore={path}" for path in (*once, "src/sila/platform/kit")]
    with throwaway.cluster() as address:
        return step("tests on PostgreSQL", pytest([*ignored, *words]), SILA_DATABASE_URL=address)


def pytest(words: list[str]) -> list[str]:
    return [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        str(min(4, os.cpu_count() or 2)),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",  # conftest.py says what begins first: of one test a file may take minutes
        *words,
    ]


def lint(*, fix: bool = False) -> int:
    python = [sys.executable, "-m"]
    bin_folder = Path(sys.executable).parent
    templates = [str(path) for path in SOURCE.rglob("templates/**/*.html")]
    return sum(
        (
            step(
                "ruff", [*python, "ruff", "check", *(["--fix"] if fix else []), "src", "tests", "conftest.py"]
            ),
            step(
                "djhtml",
                [str(bin_folder / "djhtml"), "--tabwidth", "2", *([] if fix else ["--check"]), *templates],
            ),
            step("layers", [str(bin_folder / "lint-imports"), "--no-cache"]),
        )
    )


def types() -> int:
    verbs = [str(path.relative_to(ROOT)) for path in SOURCE.glob("sila/*/actions.py")]
    return step("mypy", [sys.executable, "-m", "mypy", *STRICT, *verbs])


def everything() -> int:
    """What CI runs. Every step runs, also after a failure, so that one run shows all that is wrong."""
    django = [sys.executable, "-m", "django"]
    return sum(
        (
            build(),
            lint(),
            types(),
            step("system checks", [*django, "check", "--fail-level", "WARNING"]),
            step("translations complete", [sys.executable, "-m", "sila.project.translations"]),
            step("migrations complete", [*django, "makemigrations", "--check", "--dry-run"]),
            tests([], both=True, browser=True),
        )
    )


def step(name: str, command: list[str], **environment: str) -> int:
    """Run one step and say how it went. 1 if it failed."""
    print(f"── {name}", flush=True)
    started = time.monotonic()
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(SOURCE),
        "DJANGO_SETTINGS_MODULE": "sila.project.settings",
        "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
        # Compiled once, beside the sources or not: many tests start processes, and each would compile all anew.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bytecode"),
        **environment,
    }
    done = subprocess.run(command, cwd=ROOT, env=surroundings, check=False)  # noqa: S603  (our own words)
    print(
        f"── {name}: {'done' if done.returncode == 0 else 'FAILED'}, {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return int(done.returncode != 0)
