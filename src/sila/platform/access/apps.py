from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "sila.platform.access"
    label = "access"
