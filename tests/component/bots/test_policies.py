"""Policies in a session: kept, brought by themselves, fired, audited, tried on what was said."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode, aio
from sqlalchemy import text

from bots.domain.act import Act, ActId, ActRefused
from bots.domain.bot import BotId, BotState
from bots.domain.reading import Do, Engines
from bots.domain.sound import Mark, MarkKind
from bots.rpc.policies import PolicyRpc
from bots.service.hands import AllHands
from bots.service.policies import Policies
from bots.service.trying import Trying
from bots.store import Store
from common import rpc
from common.principal import service_principal
from convene.bots.v1 import bots_pb2
from convene.bots.v1 import events_pb2 as facts
from convene.bots.v1 import policies_pb2 as pb
from convene.bots.v1.policies_pb2_grpc import (
    PolicyServiceStub,
    add_PolicyServiceServicer_to_server,
)
from tests.support.crews import KEY, MEETING, SESSION, WORKSPACE, Replica, Stage, a_caller
from tests.support.eventually import eventually
from tests.support.readers import insights
from tests.support.speech import opus_packets
from tests.support.tones import pause, said, tone

PROMISE: dict[str, Any] = {
    "id": "promise",
    "when": {"phrases": ["guaranteed returns"]},
    "then": [{"do": "alert"}, {"do": "mute"}],
}


class Desk:
    """Somebody of a workspace who keeps policies."""

    def __init__(self, stub: PolicyServiceStub, workspace: str = WORKSPACE) -> None:
        self.stub = stub
        principal = service_principal("session", workspace)
        self.mine = rpc.Caller(KEY, "session").metadata(principal)

    async def make(self, *rules: dict[str, Any], **fields: Any) -> pb.CompliancePolicy:
        draft = {"name": "Sales", "rules": list(rules or (PROMISE,))} | fields
        request = pb.CreatePolicyRequest(policy=draft)
        return (await self.stub.CreatePolicy(request, metadata=self.mine)).policy

    async def change(
        self, policy: pb.CompliancePolicy, *, etag: str = "", **fields: Any
    ) -> pb.CompliancePolicy:
        request = pb.UpdatePolicyRequest(
            policy_id=policy.id,
            policy=fields,
            update_mask=FieldMask(paths=list(fields)),
            etag=etag,
        )
        return (await self.stub.UpdatePolicy(request, metadata=self.mine)).policy

    async def page(self, size: int = 0, token: str = "") -> pb.ListPoliciesResponse:
        request = pb.ListPoliciesRequest(page_size=size, page_token=token)
        return await self.stub.ListPolicies(request, metadata=self.mine)

    async def drop(self, policy_id: str) -> None:
        request = pb.DeletePolicyRequest(policy_id=policy_id)
        await self.stub.DeletePolicy(request, metadata=self.mine)

    async def firings(self, policy_id: str) -> Sequence[pb.PolicyFiring]:
        request = pb.ListPolicyFiringsRequest(policy_id=policy_id)
        return (await self.stub.ListPolicyFirings(request, metadata=self.mine)).items

    async def tries(self, *rules: dict[str, Any], language: str = "") -> pb.TryRulesResponse:
        request = pb.TryRulesRequest(rules=list(rules), meeting_id=MEETING, language=language)
        return await self.stub.TryRules(request, metadata=self.mine)


@pytest.fixture
async def stub(stage: Stage) -> AsyncIterator[PolicyServiceStub]:
    store = Store(stage.database)
    servicer = rpc.Servicer(
        add_PolicyServiceServicer_to_server,
        PolicyRpc(Policies(store), Trying(store, Engines())),
        "convene.bots.v1.PolicyService",
    )
    async with (
        rpc.serving("127.0.0.1:0", [servicer], key=KEY) as (port, _),
        rpc.channel(f"127.0.0.1:{port}") as channel,
    ):
        yield PolicyServiceStub(channel)


@pytest.fixture
def desk(stub: PolicyServiceStub) -> Desk:
    return Desk(stub)


async def says(stage: Stage, text: str, second: int = 1, who: str = "ada") -> None:
    """Somebody says *text* from a *second* of their track on, as a script has it."""
    mark = Mark(MarkKind.SCRIPT, second * 48_000, (second + 1) * 48_000, text)
    await stage.ear.mark(who, mark)


async def over(stage: Stage, *people: str) -> None:
    for who in people or ("ada",):
        await stage.ear.end(who)
    await stage.ends()
    await eventually(lambda: stage.facts(facts.CrewFlushed))


async def is_due(stage: Stage) -> bool:
    """Whether the only bot wants to be woken by now."""
    async with stage.database.begin_system() as connection:
        found = await connection.execute(
            text("select cast(state ->> 'wake_at' as timestamptz) < clock_timestamp() from readers")
        )
        return bool(found.scalar_one())


async def _place_is(stage: Stage, position: int) -> bool:
    async with stage.database.begin_system() as connection:
        found = await connection.execute(text("select position from readers"))
        return bool(found.scalar_one() == position)


async def code_of(call: Any) -> tuple[StatusCode, str]:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value.code(), refused.value.details() or ""


async def test_a_policy_is_made_changed_listed_and_removed(desk: Desk) -> None:
    first, second = await desk.make(), await desk.make(name="Support")

    assert (first.version, first.etag) == (1, "v1")
    assert first.state == pb.COMPLIANCE_POLICY_STATE_ENABLED
    assert first.rules[0]["id"] == "promise"
    changed = await desk.change(
        first, etag="v1", name="Sales calls", state=pb.COMPLIANCE_POLICY_STATE_DISABLED
    )
    assert (changed.name, changed.version) == ("Sales calls", 2)
    assert changed.state == pb.COMPLIANCE_POLICY_STATE_DISABLED
    assert changed.rules == first.rules
    newest = await desk.page(1)
    rest = await desk.page(1, newest.next_page_token)
    assert [one.id for one in (*newest.items, *rest.items)] == [second.id, first.id]
    await desk.drop(second.id)
    assert [one.id for one in (await desk.page()).items] == [first.id]


async def test_what_is_wrong_with_a_policy_is_refused_and_nothing_is_kept(desk: Desk) -> None:
    policy = await desk.make()

    stale = desk.change(await desk.change(policy, name="Other"), etag="v1", name="Third")
    assert (await code_of(stale))[0] is StatusCode.ABORTED
    code, text = await code_of(desk.make(PROMISE | {"when": {"silence_seconds": 1}}))
    assert code is StatusCode.INVALID_ARGUMENT
    assert text.startswith("rules[0].when.silence_seconds takes a number from 20")
    brings = PROMISE | {"then": [{"do": "attach", "bot": {"kind": "recorder"}}]}
    assert (await code_of(desk.make(brings)))[1].startswith("rules[0].then[0].bot cannot come")
    assert (await code_of(desk.change(policy, rules=[{"id": "x"}])))[0] is (
        StatusCode.INVALID_ARGUMENT
    )
    assert [one.version for one in (await desk.page()).items] == [2]


async def test_so_many_policies_come_by_themselves_and_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.service.policies.MOST_COMING", 1)
    coming = await desk.make(applies_to=pb.AppliesTo(all=True))
    quiet = await desk.make()

    another = desk.make(applies_to=pb.AppliesTo(tags=["sales"]))
    assert (await code_of(another))[0] is StatusCode.RESOURCE_EXHAUSTED
    woken = desk.change(quiet, applies_to=pb.AppliesTo(all=True))
    assert (await code_of(woken))[0] is StatusCode.RESOURCE_EXHAUSTED
    await desk.change(coming, state=pb.COMPLIANCE_POLICY_STATE_DISABLED)
    assert (await desk.change(quiet, applies_to=pb.AppliesTo(all=True))).version == 2


async def test_a_bot_listens_for_so_many_phrases_and_no_more(
    desk: Desk, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.service.briefing.MOST_LISTENED_TOGETHER", 1)
    policies = [await desk.make(), await desk.make()]
    await stage.begins("compliance", policy_ids=[policy.id for policy in policies])

    (failed,) = await stage.facts(facts.BotFailed)
    assert "has 2 phrases and patterns to listen for" in failed.bot.reason


async def test_another_workspace_sees_no_policy(desk: Desk, stub: PolicyServiceStub) -> None:
    policy = await desk.make()
    other = Desk(stub, "wsp_2")

    assert list((await other.page()).items) == []
    assert (await code_of(other.drop(policy.id)))[0] is StatusCode.NOT_FOUND
    assert (await code_of(other.firings(policy.id)))[0] is StatusCode.NOT_FOUND


async def test_a_policy_brings_its_bot_and_its_firing_is_audited_with_evidence(
    desk: Desk, stage: Stage, replica: Replica
) -> None:
    policy = await desk.make(applies_to=pb.AppliesTo(tags=["sales"]))
    await desk.make(PROMISE | {"id": "support"}, applies_to=pb.AppliesTo(tags=["support"]))
    await stage.begins("transcriber", tags=["sales"])
    await stage.joins("ada")
    await says(stage, "these are guaranteed returns")
    await eventually(lambda: stage.facts(facts.BotActionCompleted))
    await over(stage)

    (violated,) = await stage.facts(facts.PolicyViolated)
    (segment,) = [fact.segment for fact in await stage.facts(facts.TranscriptSegment)]
    (firing,) = await desk.firings(policy.id)
    assert firing.insight == violated.insight
    assert firing.insight.text == "guaranteed returns"
    assert list(firing.insight.segment_ids) == [segment.id]
    assert firing.insight.details["policy_version"] == 1
    assert 1.0 < firing.insight.start_seconds < firing.insight.end_seconds <= 2.0
    assert [(one.verb, one.state) for one in firing.actions] == [("mute", "DONE")]
    assert [(one.do, one.arguments["participant_id"]) for one in replica.hands.done] == [
        (Do.MUTE, "ada")
    ]
    await desk.drop(policy.id)
    assert len(await desk.firings(policy.id)) == 1


async def test_a_meetings_own_compliance_bot_watches_what_applies_to_it_too(
    desk: Desk, stage: Stage, replica: Replica
) -> None:
    everywhere = await desk.make(applies_to=pb.AppliesTo(all=True))
    named = await desk.make(PROMISE | {"id": "other", "then": [{"do": "flag"}]})
    await stage.begins("compliance", policy_ids=[named.id])
    await stage.joins("ada")
    await says(stage, "guaranteed returns")
    await eventually(lambda: stage.facts(facts.BotActionCompleted))
    await over(stage)

    (bot,) = (await replica.bots.page(a_caller(), MEETING, 0, ""))[0]
    assert bot.config["policy_ids"] == [named.id, everywhere.id]
    assert {one.kind for one in await insights(stage)} == {"violation", "flag"}


async def test_a_session_keeps_the_version_it_began_with_until_its_bot_is_told(
    desk: Desk, stage: Stage, replica: Replica
) -> None:
    policy = await desk.make(PROMISE | {"then": [{"do": "alert"}], "cooldown_seconds": 0})
    await stage.begins("compliance", policy_ids=[policy.id])
    await stage.joins("ada")
    await says(stage, "guaranteed returns")
    await eventually(lambda: stage.facts(facts.PolicyViolated))
    await desk.change(policy, state=pb.COMPLIANCE_POLICY_STATE_DISABLED)
    await says(stage, "guaranteed returns", 5)
    await eventually(lambda: _violations(stage, 2))
    (bot,) = (await replica.bots.page(a_caller(), MEETING, 0, ""))[0]
    await replica.commands.give(
        a_caller(), MEETING, bot.id, "configure", {"policy_ids": [policy.id]}
    )
    await eventually(lambda: stage.facts(facts.BotActionCompleted))
    await says(stage, "guaranteed returns", 10)
    await over(stage)

    assert len(await stage.facts(facts.PolicyViolated)) == 2


async def test_a_bot_whose_policy_is_gone_fails_and_says_which(
    desk: Desk, stage: Stage, replica: Replica
) -> None:
    await stage.begins("compliance", policy_ids=["pol_gone"])

    (failed,) = await stage.facts(facts.BotFailed)
    assert failed.bot.reason == (
        "INVALID_CONFIG: config.policy_ids names pol_gone, which is no policy"
    )


async def test_a_violation_is_told_while_it_is_said_and_acted_on_when_it_is_final(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("compliance", rules=[PROMISE | {"when": {"phrases": ["alpha"]}}])
    await stage.joins("ada")
    await stage.ear.say("ada", opus_packets(pause(0.5) + tone("alpha", 3.0)))
    (seen,) = await eventually(lambda: stage.facts(facts.PolicyViolated))
    assert await stage.kept("acts") == 0
    await stage.ear.say("ada", opus_packets(pause(2.0)))
    await eventually(lambda: stage.facts(facts.BotActionCompleted))

    _, confirmed = await stage.facts(facts.PolicyViolated)
    assert seen.insight.state == bots_pb2.INSIGHT_STATE_PROVISIONAL
    assert confirmed.insight.state == bots_pb2.INSIGHT_STATE_CONFIRMED
    assert seen.insight.id == confirmed.insight.id
    assert [act.do for act in replica.hands.done] == [Do.MUTE]


async def test_each_act_cites_the_firing_it_is_for(stage: Stage, replica: Replica) -> None:
    rules = [
        PROMISE,
        {
            "id": "stop",
            "when": {"phrases": ["stop the meeting"]},
            "then": [{"do": "end"}],
            "as": "trigger",
        },
    ]
    await stage.begins("compliance", rules=rules)
    await stage.joins("ada")
    await says(stage, "guaranteed returns so stop the meeting")
    await eventually(lambda: _acts(replica, 2))

    kinds = {one.id: one.kind for one in await insights(stage)}
    mute, end = replica.hands.done
    assert [kinds[one] for one in mute.insight_ids] == ["violation"]
    assert [kinds[one] for one in end.insight_ids] == ["trigger"]
    assert end.arguments == {"reason": "rule 'stop'", "by_policy": False}


async def test_a_crew_killed_between_a_firing_and_its_acts_has_each_done_once(
    stage: Stage, replica: Replica
) -> None:
    then = [{"do": "mute"}, {"do": "attach", "bot": {"kind": "keywords"}}, {"do": "end"}]
    replica.hands.free.clear()
    await stage.begins("compliance", rules=[PROMISE | {"then": then}])
    await stage.joins("ada")
    await says(stage, "guaranteed returns")
    await eventually(lambda: stage.facts(facts.PolicyViolated))
    await replica.die()
    second = stage.new_replica("second")
    second.start()
    await stage.expire_leases()
    await eventually(lambda: _completed(stage, 3))

    bots = (await second.bots.page(a_caller(), MEETING, 0, ""))[0]
    assert [act.do for act in second.hands.done] == [Do.MUTE, Do.END]
    assert [bot.kind for bot in bots] == ["keywords", "compliance"]
    assert len(await stage.facts(facts.PolicyViolated)) == 1


async def test_a_bot_that_was_brought_and_has_left_is_not_brought_again_for_the_same_act(
    stage: Stage, replica: Replica
) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    act = Act(
        ActId("act_1"),
        SESSION,
        MEETING,
        BotId("bot_1"),
        Do.ATTACH,
        {"kind": "keywords", "config": {}},
    )
    hands = AllHands(replica.bots, replica.hands)

    await hands.do(a_caller(), act)
    brought = (await replica.bots.page(a_caller(), MEETING, 0, ""))[0][0]
    await replica.bots.leave(a_caller(), MEETING, brought.id)
    await eventually(lambda: stage.facts(facts.BotLeft))
    await hands.do(a_caller(), act)

    bots = (await replica.bots.page(a_caller(), MEETING, 0, ""))[0]
    assert [bot.kind for bot in bots] == ["keywords", "transcriber"]


async def test_a_bot_that_a_rule_brings_joins_and_one_too_many_is_told(
    stage: Stage, replica: Replica
) -> None:
    kinds = ["keywords", "checklist", "transcriber"]
    then = [{"do": "attach", "bot": {"kind": kind}} for kind in kinds]
    await stage.begins("compliance", rules=[PROMISE | {"then": then}])
    await stage.joins("ada")
    await says(stage, "guaranteed returns")
    await eventually(lambda: _completed(stage, 3))

    told = [one.error for one in await stage.facts(facts.BotActionCompleted)]
    assert told[:2] == ["", ""]
    assert told[2].startswith(f"{ActRefused('').reason}: a session takes 3 bots")
    bots = (await replica.bots.page(a_caller(), MEETING, 0, ""))[0]
    assert {bot.kind for bot in bots if bot.state is not BotState.FAILED} == {
        "compliance", "keywords", "checklist",
    }  # fmt: skip


async def test_a_bot_is_woken_when_a_disclosure_is_due_though_nothing_happens(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.kinds.policies.conditions.GRACE_SECONDS", 0.2)
    when = {"must_say": ["this call is recorded"], "within_seconds": 1}
    await stage.begins("compliance", rules=[{**PROMISE, "when": when, "then": [{"do": "alert"}]}])
    await stage.joins("ada", offset=2.0)
    (violated,) = await eventually(lambda: stage.facts(facts.PolicyViolated))
    await says(stage, "hello")
    await over(stage)

    assert violated.insight.text == "not said within 1 s: “this call is recorded”"
    assert (violated.insight.start_seconds, violated.insight.end_seconds) == (2.0, 3.0)
    assert len(await stage.facts(facts.PolicyViolated)) == 1


@pytest.mark.parametrize("taken_over", [False, True])
async def test_a_disclosure_whose_words_are_late_is_not_taken_for_missed(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch, *, taken_over: bool
) -> None:
    monkeypatch.setattr("bots.kinds.policies.conditions.GRACE_SECONDS", 0.2)
    when = {"must_say": ["alpha"], "within_seconds": 3}
    await stage.begins("compliance", rules=[{**PROMISE, "when": when, "then": [{"do": "end"}]}])
    await stage.joins("ada")
    await stage.ear.say("ada", said("bravo"))
    await eventually(lambda: _place_is(stage, 2))
    replica.recogniser.free.clear()
    await stage.ear.say("ada", said("alpha"))
    await eventually(lambda: replica.recogniser.waiting)
    if taken_over:
        await replica.die()
    # The disclosure is due now, and was made; its words are still to come.
    await eventually(lambda: is_due(stage))
    if taken_over:
        stage.new_replica("second").start()
        await stage.expire_leases()
    replica.recogniser.free.set()
    await over(stage)

    assert await stage.facts(facts.PolicyViolated) == []
    assert replica.hands.done == []


async def test_a_disclosure_that_was_made_in_one_long_breath_is_taken_back(
    stage: Stage, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.kinds.policies.conditions.GRACE_SECONDS", 0.2)
    when = {"must_say": ["this call is recorded"], "within_seconds": 1}
    await stage.begins("compliance", rules=[{**PROMISE, "when": when, "then": [{"do": "alert"}]}])
    await stage.joins("ada")
    (violated,) = await eventually(lambda: stage.facts(facts.PolicyViolated))
    await says(stage, "this call is recorded", 0)
    (withdrawn,) = await eventually(lambda: stage.facts(facts.InsightWithdrawn))

    assert withdrawn.insight.id == violated.insight.id
    assert len(await stage.facts(facts.PolicyViolated)) == 1


async def test_a_dry_run_says_what_would_have_fired_and_does_nothing(
    desk: Desk, stage: Stage, replica: Replica
) -> None:
    await stage.begins("transcriber")
    await stage.joins("ada")
    await says(stage, "these are guaranteed returns", 3)
    await says(stage, "nothing to see", 40)
    await says(stage, "guaranteed returns again", 80)
    await over(stage)
    before = await stage.told()

    quiet = {"id": "quiet", "when": {"silence_seconds": 30}, "then": [{"do": "flag"}]}
    tried = await desk.tries(PROMISE, quiet)
    policy = await desk.make()
    kept = await desk.stub.TryPolicy(
        pb.TryPolicyRequest(policy_id=policy.id, meeting_id=MEETING), metadata=desk.mine
    )

    told = [(one.rule, round(one.start_seconds), one.participant_name) for one in tried.items]
    assert told == [
        ("promise", 3, "Ada"),
        ("quiet", 4, ""),
        ("quiet", 41, ""),
        ("promise", 80, "Ada"),
    ]
    assert (tried.segments, tried.truncated) == (3, False)
    assert list(tried.items[0].actions) == ["alert", "mute"]
    assert tried.items[0].text == "guaranteed returns"
    assert len(tried.items[0].segment_ids) == 1
    assert [one.policy_id for one in kept.items] == [policy.id] * 2
    assert await stage.told() == before
    assert await stage.kept("insights") == await stage.kept("acts") == 0


async def test_a_dry_run_of_a_meeting_without_a_transcript_says_so(
    desk: Desk, stage: Stage
) -> None:
    code, text = await code_of(desk.tries(PROMISE))

    assert code is StatusCode.NOT_FOUND
    assert "no transcript is kept" in text
    assert (await code_of(desk.tries()))[0] is StatusCode.INVALID_ARGUMENT


async def test_a_dry_run_names_a_language_that_there_is_not_by_its_own_field(desk: Desk) -> None:
    code, text = await code_of(desk.tries(PROMISE, language="xyz"))

    assert code is StatusCode.INVALID_ARGUMENT
    assert text.startswith("language is 'xyz'")


async def _violations(stage: Stage, count: int) -> bool:
    return len(await stage.facts(facts.PolicyViolated)) == count


async def _completed(stage: Stage, count: int) -> bool:
    return len(await stage.facts(facts.BotActionCompleted)) == count


async def _acts(replica: Replica, count: int) -> bool:
    return len(replica.hands.done) == count
