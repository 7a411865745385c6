"""Registers the fixtures every tier shares, and has logs written plainly."""

import structlog

pytest_plugins = [
    "tests.support.servers",
    "tests.support.services",
    "tests.support.speech",
    "tests.support.suite",
]

# The default draws every traceback with its variables, which takes longer than most tests.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.LogfmtRenderer(bool_as_flag=False),
    ]
)
