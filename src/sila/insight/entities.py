"""The nouns of this app."""

from sila.insight.promotions import entities as promotions  # noqa: F401
