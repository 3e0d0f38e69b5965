"""Business cards: from a file, or from the code that is printed on one."""
