"""Leads that come in as e-mail messages."""
