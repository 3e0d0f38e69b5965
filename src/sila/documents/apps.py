from sila.platform.kit import apps


class DocumentsConfig(apps.App):
    name = "sila.documents"
    label = "documents"
    joins = (
        "jobs",
        "panels",  # files join the pages of records, and search
        "searching",
    )
