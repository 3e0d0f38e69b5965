"""Chance that can be thrown again: for samples and measurements, never for secrets."""

from random import Random


def dice(seed: int) -> Random:
    """The same seed throws the same."""
    return Random(seed)  # noqa: S311  (it draws stories, not secrets)
