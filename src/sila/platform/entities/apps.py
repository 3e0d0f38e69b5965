from sila.platform.kit import apps


class EntitiesConfig(apps.App):
    name = "sila.platform.entities"
    label = "entities"

    tables = ("quality.models",)
    nouns = ("entities",)
    joins = (
        "behind",
        "checks",
        "purge_jobs",
        "spelling",
        "importing.run",  # jobs, here and below
        "merging.verb",
        "operations.bulk",
        "operations.undo",
        "quality.work",
    )

    def ready(self) -> None:
        super().ready()
        from sila.platform.entities.registry import registry

        registry.discover()
