from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "sila.catalog"
    label = "catalog"
