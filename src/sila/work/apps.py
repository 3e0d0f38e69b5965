from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "sila.work"
    label = "work"

    def ready(self) -> None:
        from sila.work import falling_due, panels, telling  # noqa: F401  (its parts join all records)
