"""What a person did, what came of it and how well it is kept, with what one must know beside it. For themselves and those
who lead them."""
