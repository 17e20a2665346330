"""One life cycle for everything people publish: posts, events, articles, newsflash issues."""
