"""Django's command, which renders fewer models on its way.

After each operation Django renders the changed model anew, and all that are related to it, to and fro, however far.
Here every table is related to every other, by its workspace: nine tenths of a first start went by on that. Only the
classes that hold the old one have to be made again: those of models that refer to it, and so on upwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState
from django.db.migrations.utils import resolve_relation

Key = tuple[str, str]  # of a model: its app and its name


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with rendering_what_refers():
            super().handle(*args, **options)


@contextmanager
def rendering_what_refers() -> Iterator[None]:
    usual = ProjectState._find_reload_model  # type: ignore[attr-defined]
    ProjectState._find_reload_model = _to_be_rendered  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._find_reload_model = usual  # type: ignore[attr-defined]


def _to_be_rendered(state: Any, app: str, model: str, delay: bool = False) -> set[Key]:
    state.is_delayed = True  # the functions of migrations, and signals, are given all models rendered anew
    referring = _referring(state)
    found = {(app, model)}
    waiting = [*found]
    for key in waiting:
        new = referring.get(key, set()) - found
        found |= new
        waiting += new
    return found


def _referring(state: Any) -> dict[Key, set[Key]]:
    """For each model those whose class holds its class: by a field, or as a base."""
    found: dict[Key, set[Key]] = {}
    for key, model in state.models.items():
        links = [field.remote_field for field in model.fields.values() if field.remote_field]
        through = [link.through for link in links if getattr(link, "through", None)]
        bases = [base for base in model.bases if isinstance(base, str)]
        for other in (*(link.model for link in links), *through, *bases):
            found.setdefault(resolve_relation(other, *key), set()).add(key)
    return found
