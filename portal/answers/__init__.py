"""Answers to posts: private threads between who placed a post and who answers it."""
