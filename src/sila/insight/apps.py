from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "sila.insight"
    label = "insight"

    def ready(self) -> None:
        from sila.insight.forecast import doors, telling, working  # noqa: F401  (its jobs, kinds and ways in)
