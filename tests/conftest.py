"""Where pytest finds the fixtures of all tests."""

pytest_plugins = ["tests.tools", "tests.servers", "tests.databases", "tests.fixtures", "tests.people"]
