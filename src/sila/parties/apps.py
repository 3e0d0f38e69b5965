from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "sila.parties"
    label = "parties"
