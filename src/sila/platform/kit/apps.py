"""An app says which of its modules are imported for being there, and in which order."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig


class App(AppConfig):
    """`tables` are modules with models beside `models`; `nouns` declare entities, in the order of the menu; `joins`
    register something: jobs, panels, links over lists. Each is a name below the app. (Import the module, not the class:
    of two classes in an `apps.py` Django takes neither.)"""

    tables: ClassVar[tuple[str, ...]] = ()
    nouns: ClassVar[tuple[str, ...]] = ()
    joins: ClassVar[tuple[str, ...]] = ()

    def import_models(self) -> None:
        super().import_models()
        self.bring_in(self.tables)

    def ready(self) -> None:
        self.bring_in(self.joins)

    def bring_in(self, modules: tuple[str, ...]) -> None:
        for module in modules:
            import_module(f"{self.name}.{module}")
