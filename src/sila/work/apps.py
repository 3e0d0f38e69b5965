from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "sila.work"
    label = "work"

    def ready(self) -> None:
        from sila.platform.entities.extensions import shifts
        from sila.work import asked, falling_due, panels, telling  # noqa: F401  (its parts join all records)
        from sila.work.actions import moves_along

        shifts.update(dict.fromkeys(("tasks", "calls", "meetings", "visits"), moves_along))
