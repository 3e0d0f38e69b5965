"""Friendly comparison: a board for those who want one, contests, badges, thanks; and rules against farming points."""
