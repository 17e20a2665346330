"""Notices: what happened to one's own posts, answers and organisations, in the portal and in one mail a day."""
