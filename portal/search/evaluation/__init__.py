"""Measuring search quality: scores over judged queries, and the `portal search-eval` command."""
