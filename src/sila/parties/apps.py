from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "sila.parties"
    label = "parties"

    def ready(self) -> None:
        from sila.parties import (  # noqa: F401  (they register things)
            asked,
            cards,
            duplicate_queue,
            duplicate_search,
            telling,
        )
