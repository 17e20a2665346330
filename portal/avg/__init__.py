"""One's own data: what is kept, taking it home, having it erased, and what the clock forgets."""
