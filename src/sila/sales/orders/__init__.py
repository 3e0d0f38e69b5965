"""Orders: what a customer has ordered, billed in one go or in parts."""
