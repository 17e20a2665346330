"""Requests and answers: access, forms, pages, caching, errors and the WSGI layers."""
