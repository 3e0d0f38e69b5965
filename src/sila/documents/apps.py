from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "sila.documents"
    label = "documents"

    def ready(self) -> None:
        from sila.documents import jobs, panels, searching  # noqa: F401  (files join the pages of records, search, the queue)
