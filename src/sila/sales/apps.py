from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "sila.sales"
    label = "sales"
