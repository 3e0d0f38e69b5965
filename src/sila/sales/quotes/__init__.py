"""Quotes: versions, what is sent to the customer, and what they sign."""
