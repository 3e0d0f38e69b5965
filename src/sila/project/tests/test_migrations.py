"""Migrations are written so that a first start is quick."""

from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel

from sila.platform.tenancy.fields import LinkConstraint
from sila.project.management.commands.makemigrations import folded
from sila.project.management.commands.migrate import rendering_what_refers

KEY = ("id", models.UUIDField())


def index(name, field):
    return AddIndex(name, models.Index(fields=[field], name=f"by_{field}"))


def link(name, column, table):
    return AddConstraint(name, LinkConstraint(column=column, to_table=table, name=f"{column}_link"))


def test_indexes_and_links_of_a_new_table_are_part_of_it():
    created = CreateModel("Quote", [KEY, ("day", models.DateField())])
    kept = folded("sales", [created, index("quote", "day"), link("quote", "party_id", "parties_party")])
    assert kept == [created]
    assert [each.name for each in created.options["indexes"]] == ["by_day"]
    assert [each.name for each in created.options["constraints"]] == ["party_id_link"]


def test_what_needs_a_later_field_or_table_stays_by_itself():
    line, quote = CreateModel("Line", [KEY]), CreateModel("Quote", [KEY])
    later = AddField("line", "total", models.IntegerField())
    alone = [index("line", "total"), link("line", "quote_id", "sales_quote"), index("party", "name")]
    assert folded("sales", [line, quote, later, *alone]) == [line, quote, later, *alone]
    assert not line.options


def test_no_migration_of_ours_leaves_out_what_could_be_folded():
    ours = [m for key, m in MigrationLoader(None).disk_migrations.items() if m.__module__.startswith("sila.")]
    assert ours
    for migration in ours:
        operations = list(migration.operations)
        before = {id(op): dict(op.options) for op in operations if isinstance(op, CreateModel)}
        assert len(folded(migration.app_label, operations)) == len(operations), migration
        for op in operations:
            if isinstance(op, CreateModel):
                op.options = before[id(op)]


def test_a_changed_model_takes_along_those_alone_that_refer_to_it():
    state = MigrationLoader(None).project_state()
    before = {key: state.apps.get_model(*key) for key in state.models}
    with rendering_what_refers():
        state.add_field("sales", "quote", "mood", models.TextField(default=""), preserve_default=False)
    changed = {key for key, model in before.items() if state.apps.get_model(*key) is not model}
    assert {("sales", "quote"), ("sales", "quoteline")} <= changed
    assert not {("tenancy", "workspace"), ("parties", "party"), ("access", "member")} & changed
    for model in state.apps.get_models():
        for link in (f for f in model._meta.get_fields() if f.is_relation and f.related_model):
            assert link.related_model is state.apps.get_model(link.related_model._meta.label), link
