"""News articles and the nieuwsflits that gathers them."""
