"""A backup comes back whole, or not at all: on the database that the tests run on, in processes of their own."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from sila.project import folder
from sila.project.throwaway import make_database

ROOT = Path(__file__).parents[4]
SERVER = os.environ.get("SILA_DATABASE_URL", "")
KEPT = {"PATH", "HOME", "LANG"}


class Installation:
    """A data folder, and on PostgreSQL a database of its own."""

    def __init__(self, data, name, like=None):
        self.data, self.name = data, name
        self.url = make_database(SERVER, name, like=like.name if like else "") if SERVER else ""
        if like:
            shutil.copytree(like.data, data, dirs_exist_ok=True)

    @property
    def environment(self):
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        return kept | {
            "SILA_DATA": str(self.data),
            "SILA_DATABASE_URL": self.url,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "sila.project.settings",
        }

    def python(self, code, *words):
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def sila(self, *words, check=True):
        done = subprocess.run(
            [sys.executable, "-m", "sila", *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def fill(self, name, file):
        """A workspace of this name, and a file that says it too."""
        self.sila("workspace", name, "--name", name, "--owner", f"boss@{name}.example")
        place = self.data / "files" / "a" / "عقد.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(file)

    def holds(self):
        """The workspaces, as a command meets them, and what the file says."""
        code = (
            "import sys; from sila.project.cli import main; import django\n"
            "from sila.project.commands import token\n"
            "def show(options):\n"
            "    from sila.platform.tenancy.models import Workspace\n"
            "    print(*Workspace.objects.order_by('slug').values_list('slug', flat=True))\n"
            "token.run = show\n"
            "sys.exit(main(['token', 'any', 'any@any.example']))\n"
        )
        done = self.python(code)
        assert done.returncode == 0, done.stderr
        file = self.data / "files" / "a" / "عقد.txt"
        return done.stdout.strip(), file.read_text() if file.exists() else ""


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    numbers = iter(range(100))

    def make(like=None):
        name = f"restore_{os.getpid()}_{next(numbers)}"
        return Installation(tmp_path_factory.mktemp("data"), name, like)

    return make


@pytest.fixture(scope="module")
def old(installation):
    """What was backed up on Friday."""
    here = installation()
    here.fill("friday", "الجمعة")
    here.sila("backup", here.data.parent / "friday.tar")
    return here


@pytest.fixture(scope="module")
def friday(old):
    return old.data.parent / "friday.tar"


@pytest.fixture(scope="module")
def monday(installation):
    here = installation()
    here.fill("monday", "الاثنين")
    return here


@pytest.fixture
def present(installation, monday):
    """What is here on Monday."""
    return installation(monday)


FRIDAY, MONDAY = ("friday", "الجمعة"), ("monday", "الاثنين")


def changed(source, target, change):
    """A copy of the backup in which `change(name, content)` has written other content, or None for nothing."""
    with tarfile.open(source) as archive, tarfile.open(target, "w") as copy:
        for member in archive:
            content = change(member.name, archive.extractfile(member).read())
            if content is not None:
                copy.addfile(_sized(member, content), _stream(content))
    return target


def _sized(member, content):
    member.size = len(content)
    return member


def _stream(content):
    import io

    return io.BytesIO(content)


def refused(here, file, said):
    """Restoring fails with these words, and all is as it was."""
    before = here.holds()
    done = here.sila("restore", file, "--replace", check=False)
    assert done.returncode == 1, done.stdout
    assert said in done.stderr
    assert here.holds() == before
    assert not [path for path in here.data.iterdir() if path.name.startswith(("restoring", "before-restore"))]


def test_it_replaces_what_is_here_when_told_to_and_keeps_that_aside(present, friday):
    assert "--replace" in present.sila("restore", friday, check=False).stderr
    assert present.holds() == MONDAY
    done = present.sila("restore", friday, "--replace")
    assert present.holds() == FRIDAY
    aside = next(path for path in present.data.iterdir() if path.name.startswith("before-restore"))
    assert str(aside) in done.stdout
    assert (aside / "files" / "a" / "عقد.txt").read_text() == "الاثنين"


def test_changed_content_of_any_part_is_noticed_before_anything_is_replaced(present, friday, tmp_path):
    """Also where the database still opens and every table has the right number of rows."""

    def other_letter(name, content):
        if name == "database.dump":  # compressed: there are no words in it
            return content[:-50] + bytes([content[-50] ^ 1]) + content[-49:]
        return content.replace(b"friday", b"fridax") if name == "database.sqlite3" else content

    def other_key(name, content):
        return b"x" * len(content) if name == "secret.key" else content

    def other_file(name, content):
        return content + b"." if name.startswith("files/") else content

    for change in (other_letter, other_key, other_file):
        refused(present, changed(friday, tmp_path / "changed.tar", change), "differs from its own list in")


def test_a_database_that_is_damaged_under_a_right_hash_is_refused(present, friday, tmp_path):
    with tarfile.open(friday) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))
        name = next(name for name in manifest["parts"] if name.startswith("database"))
        whole = archive.extractfile(name).read()
    damaged = whole[: len(whole) // 2] + b"\x55" * 40_000
    manifest["parts"][name] = hashlib.sha256(damaged).hexdigest()
    new = {name: damaged, "manifest.json": json.dumps(manifest).encode()}
    file = changed(friday, tmp_path / "damaged.tar", lambda name, content: new.get(name, content))
    refused(present, file, "damaged")


def test_rows_that_are_missing_under_a_right_hash_are_noticed(present, friday, tmp_path):
    def more_rows(name, content):
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        manifest["rows"]["tenancy_workspace"] += 1
        return json.dumps(manifest).encode()

    refused(present, changed(friday, tmp_path / "fewer.tar", more_rows), "tenancy_workspace")


def _text(path):
    path.write_text("Dear diary")


def _empty(path):
    path.touch()


def _no_manifest(path):
    with tarfile.open(path, "w") as archive:
        archive.addfile(_sized(tarfile.TarInfo("secret.key"), b"k"), _stream(b"k"))


def _bad_manifest(path):
    with tarfile.open(path, "w") as archive:
        archive.addfile(_sized(tarfile.TarInfo("manifest.json"), b"[[["), _stream(b"[[["))


def _link(path):
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("files/x")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)


def _elsewhere(path):
    with tarfile.open(path, "w") as archive:
        archive.addfile(_sized(tarfile.TarInfo("files/../../x"), b"k"), _stream(b"k"))


def _twice(path):
    with tarfile.open(path, "w") as archive:
        for content in (b"a", b"b"):
            archive.addfile(_sized(tarfile.TarInfo("files/x"), content), _stream(content))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_text, "is no backup of Sila: it is not a tar file"),
        (_empty, "is no backup of Sila: it is not a tar file"),
        (_no_manifest, "no list of its parts"),
        (_bad_manifest, "cannot be read"),
        (_link, "is a link or a device, not a file"),
        (_elsewhere, "does not belong into one"),
        (_twice, "is in it twice"),
    ],
)
def test_what_is_no_backup_is_refused_in_words(old, tmp_path, make, said):
    make(tmp_path / "wrong.tar")
    refused(old, tmp_path / "wrong.tar", said)


def test_a_backup_that_was_cut_short_says_so_wherever_it_was_cut(old, friday, tmp_path):
    whole = friday.read_bytes()
    cut = tmp_path / "cut.tar"
    for share, said in ((0.3, "cut short"), (0.7, "cut short")):
        cut.write_bytes(whole[: int(len(whole) * share)])
        refused(old, cut, said)
    (tmp_path / "folder").mkdir()
    assert "there is no file" in old.sila("restore", tmp_path / "folder", check=False).stderr


def test_it_is_refused_while_sila_runs_on_the_folder(present, friday):
    with folder._held(present.data, folder.UP, folder.fcntl.LOCK_EX, ""):
        done = present.sila("restore", friday, "--replace", check=False)
    assert done.returncode == 1
    assert "Sila runs on" in done.stderr
    with folder.shared(present.data):  # a server or a worker of its own
        done = present.sila("restore", friday, "--replace", check=False)
    assert done.returncode == 1
    assert "another command of Sila works on" in done.stderr
    assert present.holds() == MONDAY
    with folder.alone(present.data):
        assert "A backup is being brought back" in present.sila("backup", "x.tar", check=False).stderr


DYING = """
import os, sys
left = int(sys.argv[1])
def dying(real):
    def step(*words, **more):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
        return real(*words, **more)
    return step
os.replace, os.link = dying(os.replace), dying(os.link)
from sila.project.cli import main
sys.exit(main(["restore", sys.argv[2], "--replace"]))
"""


def test_killed_between_any_two_steps_the_data_is_the_old_or_the_new_and_whole(installation, monday, friday):
    """Path.replace is os.replace: each change of places is such a step."""
    ends = []
    for step in range(20):
        here = installation(monday)
        done = here.python(DYING, step, friday)
        ends.append(here.holds())
        assert ends[-1] in (FRIDAY, MONDAY), f"killed before step {step}: {ends[-1]}"
        assert not (here.data / "restoring.json").exists()
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert ends[0] == MONDAY
    assert ends[-1] == FRIDAY
    assert len(ends) > 4


def test_killed_at_any_moment_the_data_is_the_old_or_the_new(present, friday):
    """By the clock this time: while it unpacks, verifies, or changes the data."""
    for tenth in range(3, 16, 3):
        running = subprocess.Popen(
            [sys.executable, "-m", "sila", "restore", str(friday), "--replace"], env=present.environment
        )
        killer = threading.Timer(tenth / 10, running.kill)
        killer.start()
        running.wait()
        killer.cancel()
        assert present.holds() in (FRIDAY, MONDAY)
    present.sila("restore", friday, "--replace")
    assert present.holds() == FRIDAY


def test_what_cannot_be_moved_in_is_moved_back(present, friday):
    """A full or stubborn disk in the middle: what was here is here again."""
    stubborn = DYING.replace("os.kill(os.getpid(), 9)", 'raise OSError(28, "No space left on device")')
    done = present.python(stubborn.replace("left < 0", "left == -1"), 4, friday)
    assert "Traceback" not in done.stderr
    if SERVER:  # the database is committed; the next command goes on with the files
        assert "the next command goes on" in done.stderr
        assert present.holds() == FRIDAY
    else:
        assert "No space left on device. It is as it was" in done.stderr
        assert present.holds() == MONDAY


def test_a_database_that_somebody_else_has_open_is_not_taken_from_them(present, friday):
    if SERVER:
        return  # PostgreSQL itself lets the restore wait for them
    with closing(sqlite3.connect(present.data / "sila.sqlite3")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM tenancy_workspace").fetchone()
        done = present.sila("restore", friday, "--replace", check=False)
    assert done.returncode == 1
    assert "open" in done.stderr
    assert present.holds() == MONDAY


def test_a_backup_that_cannot_be_written_says_why(old, tmp_path):
    done = old.sila("backup", tmp_path / "nowhere" / "x.tar", check=False)
    assert done.returncode == 1
    assert "could not be written: No such file or directory" in done.stderr
