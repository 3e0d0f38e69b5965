"""The partners' portal: people of a partner sign in by mail, and see and do what is theirs. They are nobody's member."""
