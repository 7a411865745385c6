"""Finds phrases and patterns in what was said, however it was written down."""
