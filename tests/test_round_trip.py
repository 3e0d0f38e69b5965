"""What leaves as a file comes back as it was, into another workspace, as CSV and as a workbook."""

import csv
import io
from typing import Any

import pytest
from django.utils import translation

from sila.platform.access.reader import Reader
from sila.platform.entities import actions
from sila.platform.entities.exporting import formats
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from tests.people import OWN
from tests.samples import new_record, values_for

pytestmark = pytest.mark.django_db
NOUNS = ["people", "organizations", "opportunities", "leads", "products", "tasks", "notes", OWN]
AT_HOME = {"owner", "org_unit", "source"}  # members and units are each company's own


def exported(by: Any, slug: str, path: Any, language: str) -> Any:
    with translation.override(language), scope(by.workspace):
        entity = registry[slug]
        names = tuple(
            name for name, f in entity.readable(by).items() if not f.read_only and name not in AT_HOME
        )
        table = Table.of(
            entity,
            ListState(columns=names),
            Context(by, Reader.of(by.workspace)),
            every_field=False,
        )
        formats.write(table, path.suffix[1:], path)
    return path


def imported(by: Any, slug: str, path: Any) -> Any:
    with scope(by.workspace):
        run = finish(prepare(registry[slug], path, path.name, Mapping(), by=by), by=by)
        refusals = [f"{each.column}: {each.reason}" for each in run.refusals.all()]
    assert not run.error and not refusals, (run.error, refusals)
    return run


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("slug", NOUNS)
def test_out_in_and_out_again_gives_the_same_file(slug, ending, language, company, elsewhere, tmp_path):
    here, there = company.actor("admin"), elsewhere.actor("admin")
    with scope(company.workspace):
        for number in range(3):
            record = new_record(registry[slug], here, **beginnings(slug, number))
            actions.update(registry[slug], record.id, extras(slug, here), by=here)
        needed = linked_to(slug)
    first = exported(here, slug, tmp_path / f"first.{ending}", language)
    for other in needed:  # what the rows link to has to be there
        imported(there, other, exported(here, other, tmp_path / f"{other}.csv", language))
    run = imported(there, slug, first)
    assert run.created + run.updated + run.unchanged >= 3
    before = exported(here, slug, tmp_path / "before.csv", language).read_bytes()
    after = exported(there, slug, tmp_path / "after.csv", language).read_bytes()
    assert as_rows(after) == as_rows(before)
    again = imported(there, slug, first)
    assert (again.created, again.updated) == (0, 0)


def beginnings(slug: str, number: int) -> dict[str, Any]:
    name = ("برج الياسمين", "=SUM(1)", 'Quote "and" comma, newline')[number]
    return {"subject" if slug in ("tasks", "notes") else "name": name} if slug != "opportunities" else {}


def extras(slug: str, by: Any) -> dict[str, Any]:
    """Every field that does not lead elsewhere."""
    return {
        name: value
        for name, value in values_for(registry[slug], by, full=True).items()
        if registry[slug].fields[name].kind.name not in ("link", "member", "text")
    }


def linked_to(slug: str) -> list[str]:
    return {"opportunities": ["organizations", "people"]}.get(slug, [])


def as_rows(content: bytes) -> list[list[str]]:
    header, *rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [header, *sorted(rows)]
