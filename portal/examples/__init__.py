"""The examples library: initiatives elsewhere, and ten conditions for success."""
