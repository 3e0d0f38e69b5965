from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "sila.platform.activity"
    label = "activity"

    def ready(self) -> None:
        from sila.platform.activity import mail  # noqa: F401  (registers its job with every worker)
