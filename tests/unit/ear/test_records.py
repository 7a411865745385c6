"""Records on disk: read back whole, torn or damaged ones left out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from session.media.records import Kind, Record, decode, encode, merged

RECORDS = st.lists(
    st.builds(
        Record,
        st.sampled_from(Kind),
        st.integers(0, 2**62),
        st.integers(0, 2**62),
        st.binary(max_size=60),
    ),
    max_size=12,
)


def written(records: list[Record]) -> bytes:
    return b"".join(encode(record) for record in records)


@settings(max_examples=50)
@given(RECORDS, st.data())
def test_a_torn_end_costs_only_the_record_it_is_in(
    records: list[Record], data: st.DataObject
) -> None:
    content = written(records)
    cut = data.draw(st.integers(0, len(content)))
    whole = [place for place in range(len(records) + 1) if len(written(records[:place])) <= cut][-1]

    found = list(decode(content[:cut]))

    assert [record for record, _ in found] == records[:whole]
    assert (found[-1][1] if found else 0) == len(written(records[:whole]))


@settings(max_examples=50)
@given(RECORDS.filter(bool), st.data())
def test_a_damaged_byte_never_becomes_another_record(
    records: list[Record], data: st.DataObject
) -> None:
    content = bytearray(written(records))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))

    found = [record for record, _ in decode(bytes(content))]

    assert found == records[: len(found)]
    assert len(found) < len(records)


def test_touching_silence_becomes_one_and_mutes_stay_apart() -> None:
    quiet = [Record(Kind.SILENCE, 0, 960), Record(Kind.SILENCE, 960, 1920)]
    mute = Record(Kind.MUTE, 1920, 2880)

    assert list(merged(iter([*quiet, mute]))) == [Record(Kind.SILENCE, 0, 1920), mute]
