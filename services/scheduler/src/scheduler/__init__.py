"""Owns meetings: what is planned, for whom, and the firing of due things."""

# Before gRPC is imported by anything else.
import common as common
