from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "sila.parties"
    label = "parties"

    def ready(self) -> None:
        from sila.parties import cards, duplicate_queue, duplicate_search  # noqa: F401  (exports, jobs, links over lists)
