from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "sila.project"
    label = "project"
