"""How suppliers do: criteria with weights, a rating of each by quarter, and the score that follows."""
