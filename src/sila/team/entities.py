"""The nouns of this app, each declared beside its model."""

from sila.team.boards import entities as boards  # noqa: F401
from sila.team.commission import entities as commission  # noqa: F401
from sila.team.goals import entities as goals  # noqa: F401
