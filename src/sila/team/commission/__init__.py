"""What people earn by what they sold, of what was paid: plans, and the statements that follow from them."""
