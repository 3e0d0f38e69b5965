"""Who sells with us: partners, the deals they register, the leads they are given, what they earn, how they do."""
