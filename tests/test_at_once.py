"""What several people do at the same moment, on a real database with a connection for each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sila.project.throwaway import make_database, remove_database

ROOT = Path(__file__).parents[1]
BEGIN = "import sys, django; django.setup(); from tests.at_once import main; sys.exit(main())"


@pytest.fixture
def database():
    """The address of an empty database; "" for a file of SQLite."""
    url = os.environ.get("SILA_DATABASE_URL", "")
    if not url:
        yield ""
        return
    name = f"at_once_{os.getpid()}"
    yield make_database(url, name)
    remove_database(url, name)


def test_what_is_asked_for_at_once_is_done_once_and_goes_to_different_people(tmp_path, database):
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "sila.project.settings",
        "SILA_DATA": str(tmp_path),
        "SILA_DATABASE_URL": database,
    }
    done = subprocess.run(
        [sys.executable, "-c", BEGIN],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["captured"] == [201] * 4
    assert said["owners"] == [2, 2]
    assert said["sent"] == [303] * 4
    assert (said["leads"], said["submissions"]) == (1, 1)
    assert said["looked"] == said["asked"] == [200] * 4
    assert (said["renewals"], said["planned"]) == (1, [1, 1])
    assert said["held"] == [4, 4]
    assert said["added"] == [201] * 4
    assert said["worth"] == [800_00, 4, 5]
    assert (said["pressed"], said["ordered"]) == ([200, 422, 422, 422], [800_00])
    assert (said["entered"], said["sessions"]) == ([302, 410, 410, 410], 1)
    assert (said["registered"], said["registrations"]) == ([302] * 4, 1)
