"""Leads: who may become a customer, from the first word until they are one, or are not."""
