"""News: the list, articles, the archive, issues and the feed, as a visitor and a feed reader meet them."""
