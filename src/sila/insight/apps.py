from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "sila.insight"
    label = "insight"

    def ready(self) -> None:
        from sila.insight.fitting import panels  # noqa: F401  (its card on pages)
        from sila.insight.fitting import working as fitting  # noqa: F401  (its job)
        from sila.insight.forecast import doors, telling, working  # noqa: F401  (its jobs, kinds and ways in)
        from sila.insight.promotions import doors as ways  # noqa: F401
        from sila.insight.promotions import offering  # noqa: F401  (what pages and prices ask it)
