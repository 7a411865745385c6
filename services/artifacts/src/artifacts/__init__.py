"""Owns what remains after a session: transcripts, attendance, summaries, action items."""
