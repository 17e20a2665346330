"""The examples library: initiatives elsewhere, and the ten conditions for success."""
