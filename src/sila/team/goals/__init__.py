"""What people, teams and units want to reach in a period, and how far they are."""
