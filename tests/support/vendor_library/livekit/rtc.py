"""Sound as plugins take it."""

from dataclasses import dataclass


@dataclass
class AudioFrame:
    data: bytes
    sample_rate: int
    num_channels: int
    samples_per_channel: int
