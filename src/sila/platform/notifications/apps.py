from sila.platform.kit import apps


class NotificationsConfig(apps.App):
    name = "sila.platform.notifications"
    label = "notifications"
    joins = (
        "api",
        "builtin",
        "joining",
        "keeping",
    )
