"""Sales on the phone: the day that can be read without a network, and what is logged on the way and sent once."""
