"""The formats in which artifacts are kept: one module per kind of artifact, one file per format."""
