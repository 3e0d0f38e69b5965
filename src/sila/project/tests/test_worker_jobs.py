"""A worker loads no page, and still knows every job that a page can hand to it."""

import subprocess
import sys
from pathlib import Path

import sila


def test_a_process_without_pages_knows_every_job():
    code = (
        "import django; django.setup();"
        "from sila.platform.activity.jobs import handlers; print(len(handlers), *sorted(handlers))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    written = sum(
        path.read_text(encoding="utf-8").count("@jobs.handles(")
        for path in Path(sila.__file__).parent.rglob("*.py")
        if "tests" not in path.parts
    )
    assert int(done.stdout.split()[0]) == written, done.stdout
