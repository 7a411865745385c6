"""A sandbox scenario as its author writes it: who joins when, what they say and do."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from session.domain.archives import SCRIPT, InvalidArchive, check_name, pack_files, unpack
from session.domain.cues import length_seconds
from session.domain.parts import RECOGNISE, SCRIPTED, ChatLine, Line, Person, Scenario, Stretch
from session.domain.script import InvalidScenario, Node, read_yaml
from session.domain.sounds import UnreadableSound, seconds_of

ROLES = ("host", "co_host", "participant", "observer")
MOST_PEOPLE = 50
# Of one person; a line a second for the longest scenario is more than anybody says.
MOST_LINES = 2000
LONGEST_SECONDS = 4 * 3600.0
LARGEST_SEED = 2**63 - 1


def parse(content: bytes) -> Scenario:
    """The scenario in the zip *content*.

    Raises ``InvalidArchive`` or ``InvalidScenario``: both name what is wrong and the remedy.
    """
    files = unpack(content)
    if SCRIPT not in files:
        raise InvalidArchive(f"the zip has no {SCRIPT} at its top; zip the folder's content")
    return read(files)


def read(files: Mapping[str, bytes]) -> Scenario:
    """The scenario that ``scenario.yaml`` among *files* writes; raises ``InvalidScenario``."""
    top = Node("", read_yaml(files[SCRIPT])).mapping("title seed engine people chat")
    engine = top.word("engine", (RECOGNISE, SCRIPTED), RECOGNISE)
    people = tuple(
        _person(node.mapping("name role joins says mutes drops leaves"), engine, files)
        for node in top.items("people", MOST_PEOPLE)
    )
    if not people:
        raise InvalidScenario("people", "needs at least one person")
    names = [person.name for person in people]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InvalidScenario(f"people[{index}].name", f"{name!r} is there twice; rename one")
    scenario = Scenario(
        title=top.text("title", 200, ""),
        seed=top.whole("seed", LARGEST_SEED, 0),
        engine=engine,
        people=people,
        chat=_chat(top, names),
    )
    return replace(scenario, duration_seconds=length_seconds(scenario))


def pack(folder: Path) -> bytes:
    """The zip of the scenario in *folder*: its script and the audio this names, nothing else.

    The same files give the same bytes. Raises ``InvalidScenario`` as ``parse`` does.
    """
    script = folder / SCRIPT
    if not script.is_file():
        raise InvalidArchive(f"{folder} has no {SCRIPT}")
    files = {SCRIPT: script.read_bytes()}
    for name in _audio_named(Node("", read_yaml(files[SCRIPT]))):
        check_name(name)
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise InvalidArchive(f"{name} lies outside the scenario's folder; copy it there")
        if path.is_file():
            files[name] = path.read_bytes()
    read(files)
    return pack_files(files)


def _audio_named(top: Node) -> list[str]:
    known = top.mapping("title seed engine people chat")
    people = [
        node.mapping("name role joins says mutes drops leaves")
        for node in known.items("people", MOST_PEOPLE)
    ]
    lines = [
        line.mapping("at audio text") for one in people for line in one.items("says", MOST_LINES)
    ]
    return sorted({line.text("audio", 200, "") for line in lines} - {""})


def _person(node: Node, engine: str, files: Mapping[str, bytes]) -> Person:
    person = Person(
        name=node.text("name", 200),
        role=node.word("role", ROLES, "participant"),
        joins=node.duration("joins", LONGEST_SECONDS, 0.0),
        says=tuple(
            sorted(
                (
                    _line(line.mapping("at audio text"), engine, files)
                    for line in node.items("says", MOST_LINES)
                ),
                key=lambda line: line.at,
            )
        ),
        mutes=_stretches(node, "mutes", "until"),
        drops=_stretches(node, "drops", "for"),
        leaves=node.duration("leaves", LONGEST_SECONDS) if node.has("leaves") else None,
    )
    if person.leaves is not None and person.leaves <= person.joins:
        raise InvalidScenario(f"{node.path}.leaves", "is not after joins; make it later")
    _check_presence(node, person)
    return person


def _check_presence(node: Node, person: Person) -> None:
    moments = {
        "says": [line.at for line in person.says],
        "mutes": [stretch.at for stretch in person.mutes],
        "drops": [stretch.at for stretch in person.drops],
    }
    until = LONGEST_SECONDS if person.leaves is None else person.leaves
    for what, times in moments.items():
        for at in times:
            if not person.joins <= at < until:
                raise InvalidScenario(
                    f"{node.path}.{what}",
                    f"one is at {at:g}s, when {person.name} is not there; "
                    "move it between joins and leaves",
                )


def _line(node: Node, engine: str, files: Mapping[str, bytes]) -> Line:
    at = node.duration("at", LONGEST_SECONDS)
    audio = node.text("audio", 200, "")
    text = node.text("text", 5000, "")
    if audio and audio not in files:
        raise InvalidScenario(f"{node.path}.audio", f"the file {audio} is missing; add it")
    if not audio and engine == RECOGNISE:
        raise InvalidScenario(f"{node.path}.audio", "is needed: what is recognised must be heard")
    if not text and engine == SCRIPTED:
        raise InvalidScenario(f"{node.path}.text", "is needed by engine: script")
    try:
        seconds = seconds_of(files[audio]) if audio else 0.0
    except UnreadableSound as error:
        raise InvalidScenario(f"{node.path}.audio", f"{audio} cannot be read: {error}") from None
    if at + seconds > LONGEST_SECONDS:
        raise InvalidScenario(f"{node.path}.at", "ends after 4 hours; a scenario is no longer")
    return Line(at, audio, text, seconds)


def _stretches(node: Node, name: str, end: str) -> tuple[Stretch, ...]:
    found = []
    for one in node.items(name, MOST_LINES):
        fields = one.mapping(f"at {end}")
        at = fields.duration("at", LONGEST_SECONDS)
        until = fields.duration(end, LONGEST_SECONDS) + (at if end == "for" else 0.0)
        if until <= at:
            raise InvalidScenario(f"{one.path}.{end}", "has no length; make it longer")
        found.append(Stretch(at, until))
    found.sort(key=lambda stretch: stretch.at)
    for earlier, later in pairwise(found):
        if later.at < earlier.until:
            raise InvalidScenario(
                f"{node.path}.{name}", f"two overlap at {later.at:g}s; make them one"
            )
    return tuple(found)


def _chat(top: Node, names: list[str]) -> tuple[ChatLine, ...]:
    lines = []
    for one in top.items("chat", MOST_LINES):
        node = one.mapping("at from text")
        name = node.text("from", 200)
        if name not in names:
            raise InvalidScenario(f"{node.path}.from", f"nobody is called {name!r} in people")
        at = node.duration("at", LONGEST_SECONDS)
        lines.append(ChatLine(at, names.index(name), node.text("text", 2000)))
    return tuple(sorted(lines, key=lambda line: line.at))
