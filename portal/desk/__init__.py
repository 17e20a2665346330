"""The editors' desk: what waits for a decision, what people report, and the log of what was decided."""
