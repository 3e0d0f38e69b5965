from sila.platform.kit import apps


class InsightConfig(apps.App):
    name = "sila.insight"
    label = "insight"
    tables = (
        "fitting.models",
        "promotions.models",
    )
    nouns = ("promotions.entities",)
    joins = (
        "fitting.panels",  # its card on pages
        "fitting.working",  # its job
        "forecast.doors",  # its ways in, what managers are told, its jobs
        "forecast.telling",
        "forecast.working",
        "promotions.doors",
        "promotions.offering",  # what pages and prices ask it
    )
