"""Standing pages, written by editors, and the ways to take part."""
