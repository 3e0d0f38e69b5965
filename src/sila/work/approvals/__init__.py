"""Asking somebody for their approval: of anything, by rules that the apps above declare."""
