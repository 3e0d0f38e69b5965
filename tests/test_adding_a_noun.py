"""The example of docs/entities.md, word for word: one model, one declaration, one migration, and a noun lives."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sila.platform.entities.checks import problems
from sila.platform.entities.registry import registry

ROOT = Path(__file__).parents[1]
SETTINGS = """
import sila

sila.__path__.append({folder!r})  # the app is called sila.fleet, but it lies elsewhere
from sila.project.settings import *

INSTALLED_APPS = ["sila.fleet", *INSTALLED_APPS]
"""


def example() -> list[str]:
    """The Python of the page: the model, then the declaration."""
    return re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/entities.md").read_text(encoding="utf-8"), re.DOTALL
    )


@pytest.fixture
def installation(tmp_path):
    """A folder with the app in it, and how to run Python there."""
    app = tmp_path / "sila" / "fleet"
    app.mkdir(parents=True)
    model, declaration = example()
    (app / "models.py").write_text(model, encoding="utf-8")
    (app / "entities.py").write_text(declaration, encoding="utf-8")
    (app / "__init__.py").touch()
    (tmp_path / "fleet_settings.py").write_text(
        SETTINGS.format(folder=str(tmp_path / "sila")), encoding="utf-8"
    )
    return tmp_path


def run(folder: Path, *words: str) -> str:
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "fleet_settings",
        "SILA_DATA": str(folder / "data"),
        "SILA_DATABASE_URL": "",
    }
    surroundings.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout


def test_a_noun_is_one_model_one_declaration_and_one_migration(installation):
    (installation / "data").mkdir()
    run(installation, "django", "makemigrations", "fleet")
    written = {path.name for path in (installation / "sila" / "fleet").rglob("*.py")}
    assert written == {"__init__.py", "models.py", "entities.py", "0001_initial.py"}
    run(installation, "pytest", "-n", "0", "--maxfail=3", "tests/noun_checks.py")


def test_a_misspelt_field_stops_the_start():
    assert problems(registry["products"]) == []
    wrong = replace(registry["products"], quick=("nmae",))
    assert [problem.id for problem in problems(wrong)] == ["sila.E002"]


def test_a_tone_for_what_is_no_choice_stops_the_start():
    for tones in ({"nothing": {"a": "ok"}}, {"lifecycle": {"leed": "ok"}}, {"lifecycle": {"lead": "red"}}):
        wrong = replace(registry["people"], tones=tones)
        assert [problem.id for problem in problems(wrong)] == ["sila.E008"]
