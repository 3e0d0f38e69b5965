"""The commands, run as a person runs them: in processes of their own, on a data folder of their own."""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.installing import customers, environment, installed, serving, sila


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return installed(tmp_path_factory.mktemp("data"))


@pytest.fixture
def data(empty, tmp_path):
    return Path(shutil.copytree(empty, tmp_path / "data"))


def people(data):
    with sqlite3.connect(data / "sila.sqlite3") as db:
        return sorted(db.execute("SELECT name, email, phone, city FROM parties_party").fetchall())


def test_an_import_that_is_killed_and_started_again_ends_like_one_that_was_not(data, empty, tmp_path):
    calm = Path(shutil.copytree(empty, tmp_path / "calm"))
    file, chance = customers(tmp_path), random.Random(11)
    words = ["import", "people", file, "--workspace", "acme", "--json"]
    undisturbed = json.loads(sila(calm, *words, "--refused", tmp_path / "calm.csv").stdout)
    assert (undisturbed["created"], undisturbed["refused"]) == (680, 20)
    for _ in range(5):
        running = subprocess.Popen(
            [sys.executable, "-m", "sila", *map(str, words)], env=environment(data), stdout=subprocess.DEVNULL
        )
        try:
            running.wait(1.2 + chance.random() * 1.5)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
    last = json.loads(sila(data, *words, "--refused", tmp_path / "killed.csv").stdout)
    assert last["created"] + last["unchanged"] == 680
    assert people(data) == people(calm)
    assert (tmp_path / "killed.csv").read_bytes() == (tmp_path / "calm.csv").read_bytes()


def test_an_older_installation_is_brought_up_to_date(tmp_path):
    """History is locked by triggers that name other tables; those tables are rebuilt all the same."""
    data = tmp_path / "data"
    data.mkdir()
    older = "from django.core.management import call_command as c; [c('migrate', *each) for each in {}]"
    steps = [("activity",), ("sales", "0001"), ("work", "0002"), ("entities", "0011"), ("documents", "0003")]
    for code in (older.format(steps), "from sila.project.installation import migrate; migrate()"):
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup(); {code}"],
            env={**environment(data), "DJANGO_SETTINGS_MODULE": "sila.project.settings"},
            check=True,
            timeout=170,
        )
        with sqlite3.connect(data / "sila.sqlite3") as db:
            locks = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        assert {"activity_event_update", "sales_stagetransition_delete"} <= locks
    sila(data, "workspace", "acme", "--name", "Acme", "--owner", "boss@acme.example")
    sila(data, "import", "people", customers(tmp_path, 40), "--workspace", "acme")
    assert people(data)


def test_a_backup_comes_back_whole_and_a_damaged_one_says_so(data, tmp_path):
    sila(data, "import", "people", customers(tmp_path, 50), "--workspace", "acme")
    (data / "files" / "x").mkdir(parents=True)
    (data / "files" / "x" / "عقد.txt").write_text("نص")
    sila(data, "backup", tmp_path / "friday.tar")
    fresh = tmp_path / "fresh"
    sila(fresh, "restore", tmp_path / "friday.tar")
    assert people(fresh) == people(data)
    assert (fresh / "files" / "x" / "عقد.txt").read_text() == "نص"
    again = sila(fresh, "restore", tmp_path / "friday.tar", check=False)
    assert again.returncode == 1
    assert "--replace" in again.stderr
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(damaged, "w") as archive, tarfile.open(tmp_path / "friday.tar") as good:
        for member in good:
            if "files/" not in member.name:
                archive.addfile(member, good.extractfile(member))
    refused = sila(tmp_path / "other", "restore", damaged, check=False)
    assert refused.returncode == 1
    assert "differs" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "people", "nothere.csv", "-w", "acme"], "no file"),
        (["import", "cats", __file__, "-w", "acme"], "no entity"),
        (["import", "people", "x.csv", "-w", "nobody"], "no workspace"),
        (["token", "acme", "stranger@x.example"], "no active member"),
        (["workspace", "acme", "--name", "Again", "--owner", "a@b.example"], "already"),
        (["workspace", "Bad Slug", "--name", "x", "--owner", "a@b.example"], "cannot be used"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(words, said, data):
    done = sila(data, *words, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_token_from_the_terminal_opens_the_api_of_a_running_server(data):
    token = sila(data, "token", "acme", "boss@acme.example").stdout.strip()
    with serving(data) as address:
        asked = urllib.request.Request(
            f"{address}/api/v1/people/summary", headers={"Authorization": f"Bearer {token}"}
        )
        told = {"count": 0, "sum": None, "groups": [], "more": False}
        assert json.load(urllib.request.urlopen(asked)) == told


def status(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def test_a_running_server_says_that_it_is_not_ready_when_its_database_is_exchanged(data):
    database, kept = data / "sila.sqlite3", data / "kept.sqlite3"
    with serving(data) as address:
        database.rename(kept)
        sqlite3.connect(database).close()
        assert status(f"{address}/readyz") == (503, b"")
        assert status(f"{address}/livez") == (200, b"ok")
        shutil.copy2(kept, database)
        with closing(sqlite3.connect(database)) as db, db:
            db.execute("DELETE FROM django_migrations WHERE id IN (SELECT max(id) FROM django_migrations)")
        assert status(f"{address}/readyz") == (503, b"")
        kept.replace(database)
        assert status(f"{address}/readyz") == (200, b"ok")
