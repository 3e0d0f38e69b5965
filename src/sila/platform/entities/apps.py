from django.apps import AppConfig


class EntitiesConfig(AppConfig):
    name = "sila.platform.entities"
    label = "entities"

    def ready(self) -> None:
        from sila.platform.entities import behind, checks, purge_jobs, spelling  # noqa: F401  (they register themselves)
        from sila.platform.entities.importing import run  # noqa: F401  (registers its job with every worker)
        from sila.platform.entities.merging import verb  # noqa: F401
        from sila.platform.entities.operations import bulk, undo  # noqa: F401  (so do these)
        from sila.platform.entities.quality import work  # noqa: F401
        from sila.platform.entities.registry import registry

        registry.discover()
