"""A forecast from what was sold before. Pure functions of numbers and days: no database, no clock, no chance.

docs/models/forecast.md is the card of the model: data, formulas, assumptions, error and limits.
"""
