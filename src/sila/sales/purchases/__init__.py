"""What a customer has bought, line by line, what came back, and the habits in it (R34)."""
