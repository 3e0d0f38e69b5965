from django.apps import AppConfig


class CustomFieldsConfig(AppConfig):
    name = "sila.platform.customfields"
    label = "customfields"
