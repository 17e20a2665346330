"""Lists with filters: reading a filter from an address, counts beside its options, paging."""
