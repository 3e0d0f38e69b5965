from sila.platform.kit import apps


class PartiesConfig(apps.App):
    name = "sila.parties"
    label = "parties"
    tables = ("suppliers.models",)
    nouns = (
        "territories.entities",
        "entities",
        "suppliers.entities",
    )
    joins = (
        "asked",
        "cards",
        "duplicate_queue",
        "duplicate_search",
        "telling",
        "territories.reassigning",
        "territories.views",
        "suppliers.panels",
        "suppliers.views",
    )
