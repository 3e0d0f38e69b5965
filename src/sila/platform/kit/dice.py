"""Chance that can be thrown again: for samples and measurements, never for secrets."""

from random import Random


class Dice(Random):
    """Of the same seed they throw the same."""
