from sila.platform.kit import apps


class CatalogConfig(apps.App):
    name = "sila.catalog"
    label = "catalog"
    nouns = ("entities",)
