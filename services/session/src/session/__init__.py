"""Owns live sessions: participants, join links, the media plane, live control, auto-end."""
