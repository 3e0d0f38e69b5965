from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "sila.work"
    label = "work"
