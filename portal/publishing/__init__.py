"""The life cycle, drafts and writing forms shared by posts, events, articles and issues."""
