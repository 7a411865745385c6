"""Owns bots: kinds and runs, the audio pipelines, segments and insights as they happen."""
