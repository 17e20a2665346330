"""The judged set of matching: posts and their real counterparts; see README.md."""
