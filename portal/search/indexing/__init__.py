"""What goes into the index: documents, their terms, and the loop that follows changes."""
