from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "sila.platform.activity"
    label = "activity"
