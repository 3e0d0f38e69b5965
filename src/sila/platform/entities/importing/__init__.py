"""Bringing files in: which column is which field, which row is which record, and why a row was refused."""
