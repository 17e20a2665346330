"""Vraag & Aanbod: the board of offers and requests."""
