"""Every operation of the API, against what its own document says."""

import subprocess
import sys
from pathlib import Path

from tests.installing import ROOT, customers, installed, serving, sila


def test_the_api_keeps_what_its_openapi_document_promises(tmp_path):
    """schemathesis sends what the document allows and what it forbids, to every operation."""
    data = installed(tmp_path / "data")
    sila(data, "import", "people", customers(tmp_path, 30), "--workspace", "acme")
    token = sila(data, "token", "acme", "boss@acme.example").stdout.strip()
    with serving(data, SILA_API_PER_MINUTE="1000000") as address:
        done = subprocess.run(
            [
                str(Path(sys.executable).parent / "schemathesis"),
                "run",
                f"{address}/api/v1/openapi.json",
                "--header",
                f"Authorization: Bearer {token}",
                "--max-examples=2",
                "--continue-on-failure",
                "--generation-database=none",
                "--seed=7",
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=900,
        )
    begin = max(done.stdout.find("FAILURES"), 0)
    assert done.returncode == 0, done.stdout[begin : begin + 6000]
