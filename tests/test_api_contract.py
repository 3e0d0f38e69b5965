"""Every operation of the API, against what its own document says."""

import re
import subprocess
import sys
from pathlib import Path

from sila.platform.entities.registry import Entity, registry
from tests.installing import ROOT, customers, installed, serving, sila


def test_the_api_keeps_what_its_openapi_document_promises(tmp_path):
    """schemathesis sends a few drawn requests to every operation, and each boundary and each breach of what the document
    allows to those of nouns that together have every part that nouns are made of."""
    data = installed(tmp_path / "data")
    sila(data, "import", "people", customers(tmp_path, 30), "--workspace", "acme")
    token = sila(data, "token", "acme", "boss@acme.example").stdout.strip()
    others = {entity.slug for entity in registry} - representatives()
    beside = f"^/api/v1/({'|'.join(map(re.escape, sorted(others)))})(/|$)"
    with serving(data, SILA_API_PER_MINUTE="1000000") as address:
        tried(address, token, "--phases=examples,fuzzing,stateful", "--max-examples=2")
        tried(address, token, "--phases=coverage", f"--exclude-path-regex={beside}")


def tried(address: str, token: str, *options: str) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            "run",
            f"{address}/api/v1/openapi.json",
            "--header",
            f"Authorization: Bearer {token}",
            "--continue-on-failure",
            "--generation-database=none",
            "--seed=7",
            *options,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    begin = max(done.stdout.find("FAILURES"), 0)
    assert done.returncode == 0, done.stdout[begin : begin + 6000]


def parts_of(entity: Entity) -> set[object]:
    """What the doors of a noun are made of."""
    fields = {(f.kind.name, f.required, f.read_only) for f in entity.model_fields.values()}
    asked = {("verb", f.kind.name) for action in entity.actions for f in action.fields}
    ways = {"creatable": entity.creatable, "trashable": entity.trashable, "details": bool(entity.details)}
    return fields | asked | set(ways.items())


def representatives() -> set[str]:
    """Few nouns that together have every part: at each step that with most of what is missing."""
    parts = {entity.slug: parts_of(entity) for entity in registry}
    left = set().union(*parts.values())
    chosen = set()
    while left:
        best = max(sorted(parts), key=lambda slug: len(parts[slug] & left))
        chosen.add(best)
        left -= parts[best]
    return chosen
