"""What a scenario may say, and how a mistake in it is told."""

from pathlib import Path

import pytest

from session.domain.archives import InvalidArchive
from session.domain.parts import Line, Person, Scenario, Stretch
from session.domain.scenarios import pack, parse
from session.domain.script import InvalidScenario, seconds
from tests.support.scenarios import SCENARIOS, a_person, a_script, a_tone, a_zip, zipped

LINE = {"at": "2s", "audio": "ada.wav", "text": "Hello."}


def parsed(*people: dict[str, object], **changes: object) -> Scenario:
    return parse(a_zip(a_script(*people, **changes), ada=a_tone(1.5)))


def test_everything_an_author_can_write_is_read() -> None:
    ada = a_person(
        says=[LINE],
        mutes=[{"at": "20s", "until": "25s"}],
        drops=[{"at": "30s", "for": "5s"}],
        leaves="60s",
    )
    chat = [{"at": "12s", "from": "Ada", "text": "hello"}]

    scenario = parsed(ada, a_person(name="Bo", role="participant", joins="500ms"), chat=chat)

    assert scenario.people[0] == Person(
        "Ada",
        "host",
        0.0,
        (Line(2.0, "ada.wav", "Hello.", 1.5),),
        (Stretch(20.0, 25.0),),
        (Stretch(30.0, 35.0),),
        60.0,
    )
    assert scenario.duration_seconds == 60
    assert (scenario.people[1].joins, scenario.people[1].leaves) == (0.5, None)
    assert [(line.at, line.person, line.text) for line in scenario.chat] == [(12.0, 0, "hello")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2s", 2.0),
        ("1m30s", 90.0),
        ("500ms", 0.5),
        ("1h", 3600.0),
        ("1.5s", 1.5),
        ("2m500ms", 120.5),
        ("1s500ms", 1.5),
    ],
)
def test_a_length_of_time_is_read(written: str, meant: float) -> None:
    assert seconds(written) == pytest.approx(meant)


@pytest.mark.parametrize("written", ["", "2", "-2s", "2 s", "s", "1s1m", "two", 2, 1.5, None])
def test_what_is_no_length_of_time_is_none(written: object) -> None:
    assert seconds(written) is None


@pytest.mark.parametrize(
    ("script", "field"),
    [
        (a_script(mood="good"), "mood"),
        (a_script(a_person(joined="0s")), "people[0].joined"),
        (a_script(a_person(says=[LINE | {"loud": True}])), "people[0].says[0].loud"),
        (a_script(a_person(says=[LINE | {"at": 2}])), "people[0].says[0].at"),
        (a_script(a_person(says=[LINE | {"audio": "bo.wav"}])), "people[0].says[0].audio"),
        (a_script(a_person(says=[{"at": "2s", "text": "Hello."}])), "people[0].says[0].audio"),
        (
            a_script(a_person(says=[{"at": "2s", "audio": "ada.wav"}]), engine="script"),
            "people[0].says[0].text",
        ),
        (a_script(a_person(says=LINE)), "people[0].says"),
        (a_script(a_person(), a_person(name="")), "people[1].name"),
        (a_script(a_person(), a_person()), "people[1].name"),
        (a_script(a_person(name=7)), "people[0].name"),
        (a_script(a_person(role="king")), "people[0].role"),
        (a_script(a_person(joins="5h")), "people[0].joins"),
        (a_script(a_person(joins="5s", leaves="5s")), "people[0].leaves"),
        (a_script(a_person(says=[LINE], leaves="1s")), "people[0].says"),
        (a_script(a_person(mutes=[{"at": "5s", "until": "5s"}])), "people[0].mutes[0].until"),
        (
            a_script(a_person(mutes=[{"at": "1s", "until": "5s"}, {"at": "4s", "until": "6s"}])),
            "people[0].mutes",
        ),
        (a_script(chat=[{"at": "1s", "from": "Cy", "text": "hi"}]), "chat[0].from"),
        (a_script(engine="guess"), "engine"),
        (a_script(seed=True), "seed"),
        (a_script(seed=2**64), "seed"),
        ({"title": "Nobody"}, "people"),
        (a_script(*(a_person(name=f"P{number}") for number in range(51))), "people"),
        (["not", "a", "mapping"], ""),
        (b"title: [", ""),
        (b"\xff\xfe", ""),
        (b"[" * 1_000_000, ""),
        (b"title: !!timestamp 2020", ""),
        (b"a: " + b"x" * 2_000_000, ""),
    ],
)
def test_a_mistake_is_told_with_its_path(script: object, field: str) -> None:
    with pytest.raises(InvalidScenario) as refused:
        parse(a_zip(script, ada=a_tone(1)))

    assert refused.value.field == field


def test_audio_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidScenario, match=r"ada\.wav cannot be read"):
        parse(a_zip(a_script(a_person(says=[LINE])), ada=b"no sound at all"))


def test_a_zip_without_a_script_says_what_to_do() -> None:
    with pytest.raises(InvalidArchive, match="zip the folder's content"):
        parse(zipped({"ada.wav": b""}))


@pytest.mark.parametrize("name", ["kick-off", "planning"])
def test_the_scenarios_that_come_with_the_suite_can_be_packed_and_read(name: str) -> None:
    packed = pack(SCENARIOS / name)

    scenario = parse(packed)

    assert [person.name for person in scenario.people] == ["Ada", "Bo", "Cy"]
    assert packed == pack(SCENARIOS / name)


def test_packing_takes_nothing_from_outside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "scenario"
    folder.mkdir()
    (tmp_path / "secret.wav").write_bytes(a_tone(1))
    (folder / "ada.wav").symlink_to(tmp_path / "secret.wav")
    (folder / "scenario.yaml").write_text("people: [{name: Ada, says: [{at: 1s, audio: ada.wav}]}]")

    with pytest.raises(InvalidArchive, match="outside"):
        pack(folder)
