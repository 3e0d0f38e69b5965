"""What quotes, orders and invoices have in common: lines with prices, and what they come to."""
