"""Uploaded pictures and documents: checking, re-encoding, storing, and serving with access control."""
