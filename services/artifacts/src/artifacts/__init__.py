"""Owns what remains after a session: transcripts, attendance, summaries, action items."""

# Before gRPC is imported by anything else.
import common as common
