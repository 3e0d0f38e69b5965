from sila.platform.kit import apps


class WorkConfig(apps.App):
    name = "sila.work"
    label = "work"

    tables = ("approvals.models", "visits.models")
    nouns = ("approvals.entities", "entities")
    joins = (  # its parts join all records
        "asked",
        "falling_due",
        "panels",
        "telling",
        "whats_next",
        "approvals.telling",
        "visits.panels",
    )

    def ready(self) -> None:
        super().ready()
        from sila.platform.entities.api import schema
        from sila.platform.entities.extensions import shifts
        from sila.work.actions import moves_along
        from sila.work.approvals import api, showing
        from sila.work.extensions import today_sections

        today_sections.append(showing.of_today)
        schema.additions.append(api.paths)
        shifts.update(dict.fromkeys(("tasks", "calls", "meetings", "visits"), moves_along))
