"""Registers the fixtures every tier shares."""

pytest_plugins = [
    "tests.support.servers",
    "tests.support.services",
    "tests.support.speech",
    "tests.support.suite",
]
