"""Registers the plug-ins with the fixtures of all tests."""

pytest_plugins = [
    "tests.tools",
    "tests.servers",
    "tests.databases",
    "tests.quick",
    "tests.seeds",
    "tests.fixtures",
    "tests.people",
    "tests.world",
]
