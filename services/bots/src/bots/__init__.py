"""Owns bots: kinds and runs, the audio pipelines, segments and insights as they happen."""

# Before gRPC is imported by anything else.
import common as common
