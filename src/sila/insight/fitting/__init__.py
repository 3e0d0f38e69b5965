"""Products that fit a customer: what is bought together, and what customers like them buy."""
