from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "sila.work"
    label = "work"

    def ready(self) -> None:
        from sila.platform.entities.api import schema
        from sila.platform.entities.extensions import shifts
        from sila.work import asked, falling_due, panels, telling, whats_next  # noqa: F401  (its parts join all records)
        from sila.work.actions import moves_along
        from sila.work.approvals import api, showing
        from sila.work.approvals import telling as telling_of_approvals  # noqa: F401
        from sila.work.extensions import today_sections

        today_sections.append(showing.of_today)
        schema.additions.append(api.paths)
        shifts.update(dict.fromkeys(("tasks", "calls", "meetings", "visits"), moves_along))
