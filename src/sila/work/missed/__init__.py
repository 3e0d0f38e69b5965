"""Missed follow-ups: what was planned for days that are over and is still open, and records with nothing planned."""
