"""The Janus plane on a real Janus: people who hear each other, and what moderators do."""

from session.domain.rooms import Connection
from tests.media.conftest import Stage
from tests.support.eventually import eventually


async def test_two_people_hear_each_other_and_the_ear_hears_both(stage: Stage) -> None:
    async with stage.page("prt_ann") as ann, stage.page("prt_bob") as bob:
        await eventually(lambda: ann.loud.get("prt_bob", 0) > 10)
        await eventually(lambda: bob.loud.get("prt_ann", 0) > 10)
        await eventually(lambda: stage.ear.heard("prt_ann") > 10)
        await eventually(lambda: stage.ear.heard("prt_bob") > 10)
        here = await stage.here()

    assert here == {
        "prt_ann": Connection("prt_ann", 1, offset_seconds=1.0),
        "prt_bob": Connection("prt_bob", 1, offset_seconds=1.0),
    }
