"""A portal on several machines: what its processes share, and what happens when one of them is gone."""
