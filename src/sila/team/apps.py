from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "sila.team"
    label = "team"

    def ready(self) -> None:
        from sila.team import doors  # noqa: F401  (its ways in)
