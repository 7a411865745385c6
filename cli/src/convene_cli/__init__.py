"""The `convene` command: runs the suite on one machine and plays meetings through it."""
