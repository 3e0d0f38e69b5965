from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "sila.documents"
    label = "documents"
