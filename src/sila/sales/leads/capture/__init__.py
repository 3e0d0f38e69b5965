"""Leads that come in by themselves: forms on web sites."""
