"""How hot a lead is: points by rules, with their reasons."""
