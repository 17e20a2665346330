"""Filtered lists: parsing a filter from the query string, counts beside its options, paging."""
