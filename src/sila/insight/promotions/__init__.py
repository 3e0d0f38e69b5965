"""Promotions with a control group, and what they brought."""
