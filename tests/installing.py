"""An installation of its own, run as a person runs one: by commands in processes of their own, on a data folder."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def environment(data):
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SILA_", "DJANGO_", "PYTEST_"))
    }
    return {**kept, "SILA_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}


def sila(data, *words, check=True):
    done = subprocess.run(
        [sys.executable, "-m", "sila", *map(str, words)],
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def installed(data):
    """An installation with one workspace and nothing in it."""
    migrate = "import django; django.setup(); from sila.project.installation import migrate; migrate()"
    subprocess.run(
        [sys.executable, "-c", migrate],
        env={**environment(data), "DJANGO_SETTINGS_MODULE": "sila.project.settings"},
        check=True,
        timeout=300,
    )
    sila(data, "workspace", "acme", "--name", "Acme", "--owner", "boss@acme.example")
    return data


def customers(folder, count=700):
    file = folder / "customers.csv"
    rows = [f"عميل {n},c{n % (count - 20)}@example.com,05012{n:05},الرياض" for n in range(count)]
    file.write_text("الاسم,البريد الإلكتروني,الجوال,المدينة\n" + "\n".join(rows) + "\n")
    return file


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(data, **more):
    """A running server; its address. It says when it answers."""
    server = subprocess.Popen(
        [sys.executable, "-m", "sila", "serve", "--port", str(free_port())],
        env={**environment(data), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        said = server.stdout.readline()
        assert said.startswith("Sila answers: "), said
        yield said.removeprefix("Sila answers: ").strip()
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()
