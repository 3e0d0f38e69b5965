"""Days of visits: who is worth one, in which order, and what came of each on the spot."""
