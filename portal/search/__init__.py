"""Full-text search: documents, the change feed, the index, the search page."""
