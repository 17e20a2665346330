"""Saved items ("Bewaren"): posts, events and articles that somebody keeps to look at later."""
