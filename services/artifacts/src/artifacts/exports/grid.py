"""The composite's picture: who stands in which tile when, as filters for ffmpeg."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WIDTH: Final = 1280
HEIGHT: Final = 720
RATE: Final = 15
BACKGROUND: Final = "0x14171c"
PLACEHOLDER: Final = "0x2a303a"

# From and until, in seconds of the file.
Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tenant:
    """Somebody, or a screen they share: when it is there, and when its pictures are.

    *video* is an IVF file whose first picture is at *video_start*.
    """

    label: str
    present: Sequence[Stretch]
    video: Path | None = None
    video_start: float = 0.0
    seen: Sequence[Stretch] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch in which a tenant has a tile."""

    tenant: int
    tile: int
    start: float
    end: float


def placed(tenants: Sequence[Tenant]) -> tuple[Sequence[Placed], int]:
    """Give everybody a tile for as long as they are there; answers how many tiles that takes.

    Whoever comes back gets their tile again where it is free.
    """
    coming = sorted(
        (start, end, number) for number, one in enumerate(tenants) for start, end in one.present
    )
    free_at: list[float] = []
    last_tile: dict[int, int] = {}
    found = []
    for start, end, number in coming:
        free = [tile for tile, until in enumerate(free_at) if until <= start]
        tile = last_tile.get(number, -1)
        if tile not in free:
            tile = free[0] if free else len(free_at)
        if tile == len(free_at):
            free_at.append(0.0)
        free_at[tile] = end
        last_tile[number] = tile
        found.append(Placed(number, tile, start, end))
    return found, max(len(free_at), 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """How the picture is cut into equal tiles."""

    columns: int
    width: int
    height: int

    @classmethod
    def of(cls, tiles: int) -> "Frame":
        columns = math.ceil(math.sqrt(tiles))
        rows = math.ceil(tiles / columns)
        return cls(columns, WIDTH // columns // 2 * 2, HEIGHT // rows // 2 * 2)

    def corner(self, tile: int) -> tuple[int, int]:
        return tile % self.columns * self.width, tile // self.columns * self.height


def filters(tenants: Sequence[Tenant], seconds: float, labels: Path | None) -> str:
    """The filter graph from the videos, as inputs 0, 1… in order, to ``[out]``.

    *labels* is a folder for the names' texts; without one there are none.
    """
    places, tiles = placed(tenants)
    frame = Frame.of(tiles)
    canvas = f"color=c={BACKGROUND}:s={WIDTH}x{HEIGHT}:r={RATE}:d={seconds:.3f}"
    boxes = [_box(frame, one) for one in places]
    chains = [f"{','.join([canvas, *boxes])}[c0]"]
    number = 0
    for tenant, one in enumerate(tenants):
        if one.video is None:
            continue
        chains.append(_video(number, one, frame))
        mine = [place for place in places if place.tenant == tenant]
        chains.append(_overlay(number, one, mine, frame))
        number += 1
    texts = [_text(frame, one, tenants[one.tenant], labels) for one in places] if labels else []
    chains.append(f"[c{number}]{','.join([*texts, 'format=yuv420p'])}[out]")
    return ";\n".join(chains)


def _box(frame: Frame, one: Placed) -> str:
    x, y = frame.corner(one.tile)
    size = f"w={frame.width - 4}:h={frame.height - 4}"
    return (
        f"drawbox=x={x + 2}:y={y + 2}:{size}:c={PLACEHOLDER}:t=fill:{_while((one.start, one.end))}"
    )


def _video(number: int, one: Tenant, frame: Frame) -> str:
    size = f"{frame.width - 4}:{frame.height - 4}"
    return (
        f"[{number}:v]setpts=PTS-STARTPTS+{one.video_start:.3f}/TB,fps={RATE},"
        f"scale={size}:force_original_aspect_ratio=decrease:force_divisible_by=2,"
        f"pad={size}:(ow-iw)/2:(oh-ih)/2:color={PLACEHOLDER},setsar=1[v{number}]"
    )


def _overlay(number: int, one: Tenant, places: Sequence[Placed], frame: Frame) -> str:
    x, y = "0", "0"
    for place in places:
        left, top = frame.corner(place.tile)
        within = f"between(t,{place.start:.3f},{place.end:.3f})"
        x, y = f"if({within},{left + 2},{x})", f"if({within},{top + 2},{y})"
    return (
        f"[c{number}][v{number}]overlay=x='{x}':y='{y}':eof_action=repeat:"
        f"{_while(*one.seen)}[c{number + 1}]"
    )


def _text(frame: Frame, one: Placed, tenant: Tenant, labels: Path) -> str:
    path = labels / f"{one.tenant}.txt"
    path.write_text(tenant.label or " ")
    x, y = frame.corner(one.tile)
    size = max(min(frame.height // 14, 28), 10)
    return (
        f"drawtext=textfile={path}:expansion=none:fontcolor=white:fontsize={size}:"
        f"box=1:boxcolor=black@0.5:boxborderw=6:x={x + 14}:y={y + frame.height - size - 18}:"
        f"{_while((one.start, one.end))}"
    )


def _while(*stretches: Stretch) -> str:
    """Only in these stretches, each without its end."""
    terms = [f"gte(t,{start:.3f})*lt(t,{end:.3f})" for start, end in stretches] or ["0"]
    return f"enable='{'+'.join(terms)}'"
