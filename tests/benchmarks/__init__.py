"""Benchmarks: `make bench`. Never part of the tests, because machines are noisy."""
