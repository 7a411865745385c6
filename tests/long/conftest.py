"""What the long runs take over from the browsers' tests."""

from tests.browser.conftest import api

__all__ = ["api"]
