from sila.platform.kit import apps


class ActivityConfig(apps.App):
    name = "sila.platform.activity"
    label = "activity"
    joins = (
        "mail",  # its job
    )
