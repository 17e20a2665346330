"""Standing pages kept by editors."""
