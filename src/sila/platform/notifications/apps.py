from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "sila.platform.notifications"
    label = "notifications"

    def ready(self) -> None:
        from sila.platform.notifications import api, builtin, joining, keeping  # noqa: F401  (they register themselves)
