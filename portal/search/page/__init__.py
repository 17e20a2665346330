"""The search page: its form, results, facets, snippets, suggestions and feed."""
