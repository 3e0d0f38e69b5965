"""Who gets the leads that come in: rules in order, and whose turn it is."""
