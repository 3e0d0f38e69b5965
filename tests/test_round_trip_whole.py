"""A whole workspace leaves as files, noun by noun, and comes into an empty one without a difference.

What does not come along (docs/import.md): ids, the roles and teams of members, who of them is gone, the small rows of
records, and the quality of their data, which follows from the rules of the workspace.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions
from sila.platform.entities.exporting import formats
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.nouns_order import order_of_nouns
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.quality.verbs import confirm
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project import demo, demo_contracts, demo_fields
from sila.project.workspaces import create_workspace
from tests.people import OWN, Company, make_estates
from tests.samples import value_for
from tests.standing import beneath_tests

pytestmark = pytest.mark.django_db
WORKED_OUT = {"quality", "score", "active", "base"}  # by the rules of the workspace; by verbs; its currency
KEPT = {("measures", "base")}  # that of a unit is no currency
COMPUTED = ("formula", "rollup")
STATES = [{"value": "a", "label": "أول", "label_en": "First"}, {"value": "b", "label": "ثانٍ; وثالث"}]
KINDS = (
    "text", "longtext", "number", "money", "date", "datetime", "time", "choice", "choices", "bool", "link", "member",
    "phone", "email", "url",
)  # fmt: skip


def furnish(workspace: Any) -> None:
    """A noun of the workspace's own, and a field of each kind for it and for people."""
    workspace.refresh_from_db()
    with scope(workspace):
        admin = Member.objects.order_by("id").first()
        make_estates(Company(workspace, {"admin": admin}))  # type: ignore[dict-item]
        by = Actor.of(workspace, admin)
        for slug in (OWN, "people"):
            for kind in KINDS:
                more: dict[str, Any] = {"choices": STATES} if kind.startswith("choice") else {}
                more |= {"to": "organizations"} if kind == "link" else {}
                add_field(slug, f"حقل {kind}", kind=kind, by=by, label_en=f"Own {kind}", **more)
    workspace.refresh_from_db()


def fill(workspace: Any) -> None:
    with scope(workspace):
        by = Actor.of(workspace, Member.objects.order_by("id").first())
        entity = registry[OWN]
        for number in range(3):
            values = {name: value_for(f, by) for name, f in entity.own_fields.items() if number < 2}
            actions.create(entity, values | {"name": f"عقار {number}; «شمال»"}, by=by)
        people = registry["people"]
        first, second = people.visible_to(by).order_by("id")[:2]  # two of one name
        actions.update(people, second.id, {"name": first.name}, by=by)
        confirm(people, first.id, by=by)
        for record in people.visible_to(by)[:5]:
            values = {
                name: value_for(f, by) for name, f in people.own_fields.items() if f.kind.name not in COMPUTED
            }
            actions.update(people, record.id, values, by=by)


def taken_out(workspace: Any, slug: str, path: Path, language: str) -> Path:
    by = Actor.system(workspace)
    with translation.override(language), scope(workspace):
        entity, context = registry[slug], Context(by, Reader.of(workspace))
        table = Table.of(entity, ListState(sort="created_at"), context, every_field=True)
        kept = tuple(f for f in table.fields if f.name not in WORKED_OUT or (slug, f.name) in KEPT)
        formats.write(replace(table, fields=kept), path.suffix[1:], path)
    return path


def brought_in(workspace: Any, slug: str, path: Path) -> None:
    by = Actor.system(workspace)
    with scope(workspace):
        run = finish(prepare(registry[slug], path, path.name, Mapping(), by=by), by=by)
        assert not run.error, run.error
        assert not run.refused, (slug, [(note.column, note.reason) for note in run.refusals.all()[:5]])


def rows_of(path: Path, ending: str = "csv") -> list[list[str]]:
    """A workbook keeps moments to the second."""
    text = path.read_text("utf-8-sig")
    header, *rows = csv.reader(
        io.StringIO(re.sub(r"(:\d\d)\.\d+", r"\1", text) if ending == "xlsx" else text)
    )
    return [header, *sorted(rows)]


def difference(before: list[list[str]], after: list[list[str]]) -> dict[str, Any]:
    """Column -> what stands in it before and after, of the rows that are not the same."""
    if before == after:
        return {}
    if before[0] != after[0] or len(before) != len(after):
        return {"": (before[0], after[0], len(before), len(after))}
    columns = zip(before[0], zip(*before[1:], strict=True), zip(*after[1:], strict=True), strict=True)
    return {name: (old, new) for name, old, new in columns if old != new}


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    with beneath_tests(django_db_blocker):
        made = demo.make_sample("little", companies=12, people=24, deals=14)
        furnish(made)
        fill(made)
        yield made


@pytest.mark.parametrize(("language", "ending"), [("ar", "csv"), ("en", "xlsx")])
def test_a_whole_workspace_comes_back_without_a_difference(
    here: Any, language: str, ending: str, tmp_path: Path
) -> None:
    there = create_workspace(
        "empty", demo.NAME, owner_email=demo.OWNER.replace(demo.SLUG, "little"), owner_name="نورة الدوسري"
    )
    with scope(there):
        demo_contracts.add_noun(Actor.system(there))
        demo_fields.add_computed_fields(Actor.system(there))
    furnish(there)
    with scope(here):
        slugs = [entity.slug for entity in order_of_nouns(Actor.system(here))]
        every = {entity.slug for entity in registry if entity.creatable}
    assert set(slugs) == every
    assert OWN in slugs
    for slug in slugs:
        path = taken_out(here, slug, tmp_path / f"{slug}.{ending}", language)
        brought_in(there, slug, path)
    for slug in slugs:
        before = taken_out(here, slug, tmp_path / "before.csv", language)
        after = taken_out(there, slug, tmp_path / "after.csv", language)
        assert difference(rows_of(before, ending), rows_of(after, ending)) == {}, slug
    assert len(rows_of(taken_out(here, OWN, tmp_path / "own.csv", language))) == 4
