"""The embedded engine: Whoosh's index files in the data folder, for one machine."""
