"""What fits a post: counterparts on the board, members' expertise, earlier successes, coming events, examples."""
