from sila.platform.kit import apps


class TeamConfig(apps.App):
    name = "sila.team"
    label = "team"
    tables = (
        "boards.models",
        "commission.models",
        "goals.models",
    )
    nouns = (
        "boards.entities",
        "commission.entities",
        "goals.entities",
    )
    joins = (
        "goals.counting",  # what goals can count
        "doors",  # its ways in
    )
