"""What a browser offers to send: each track once, and labelled as what it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from session.domain.rooms import InvalidDescription, Source

KINDS = {Source.MICROPHONE: "audio", Source.CAMERA: "video", Source.SCREEN: "video"}
SILENT = ("a=inactive", "a=recvonly")
REJECTED_PORT = "0"


@dataclass(frozen=True, slots=True)
class Section:
    """One media section of a description."""

    kind: str
    mid: str
    sends: bool


def check_offer(sdp: str, sources: Mapping[str, Source]) -> None:
    """Raise ``InvalidDescription`` for what would be heard or seen and not be kept as what it is.

    Janus passes every track on; of each source, the ear hears one.
    """
    seen: set[Source] = set()
    for section in _sections(sdp):
        if not section.sends:
            continue
        source = sources.get(section.mid)
        if source is None:
            raise _invalid(f"the track {section.mid!r} is sent without its source")
        if KINDS[source] != section.kind:
            raise _invalid(
                f"the track {section.mid!r} is {section.kind}, which no {source.value} is"
            )
        if source in seen:
            raise _invalid(f"only one track is the {source.value}")
        seen.add(source)


def _sections(sdp: str) -> Iterator[Section]:
    for part in sdp.replace("\r\n", "\n").split("\nm=")[1:]:
        lines = part.split("\n")
        kind, port, *_ = [*lines[0].split(" "), "", ""]
        mids = [one.removeprefix("a=mid:") for one in lines if one.startswith("a=mid:")]
        sends = port != REJECTED_PORT and not any(one in lines for one in SILENT)
        yield Section(kind, mids[0] if mids else "", sends and kind != "application")


def _invalid(why: str) -> InvalidDescription:
    return InvalidDescription(why, field="tracks")
