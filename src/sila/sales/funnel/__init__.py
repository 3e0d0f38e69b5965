"""How deals get on from stage to stage, and what came of those that ended: read from the history of their moves."""
