"""People: who they are. Signing in comes with the writing side."""
