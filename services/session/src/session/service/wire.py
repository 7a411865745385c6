"""Sessions as the contract shows them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

from common.links import LinkClaims, LinkSigner, is_personal
from common.principal import Principal
from convene.common.v1 import meeting_pb2 as meeting
from convene.common.v1 import principal_pb2 as principals
from convene.session.v1 import sandbox_pb2 as sandbox
from convene.session.v1 import session_pb2 as pb
from session.domain.checklists import ChecklistItem
from session.domain.commands import Command
from session.domain.links import JoinLink
from session.domain.metrics import Metrics
from session.domain.participants import Participant
from session.domain.policies import Policy, ScheduledEnd
from session.domain.prompts import Prompt
from session.domain.recordings import Layout, Recording
from session.domain.runs import ScenarioRun, StoredScenario
from session.domain.sessions import Actor, Session


def policy_from(wire: meeting.Policy) -> Policy:
    """The effective policy: what *wire* leaves open takes its default."""
    given = {
        field.name: getattr(wire, field.name)
        for field, _ in wire.ListFields()
        if field.name in Policy.__slots__ and field.name != "scheduled_end"
    }
    end = wire.scheduled_end or meeting.SCHEDULED_END_SOFT
    name = meeting.ScheduledEnd.Name(end).removeprefix("SCHEDULED_END_")
    return Policy(**given, scheduled_end=ScheduledEnd(name))


def policy_to(policy: Policy) -> meeting.Policy:
    end = f"SCHEDULED_END_{policy.scheduled_end.value}"
    plain = {name: getattr(policy, name) for name in Policy.__slots__ if name != "scheduled_end"}
    return meeting.Policy(**plain, scheduled_end=end)


def actor_of(principal: Principal) -> Actor:
    return Actor(principal.kind.name, principal.id)


def actor_to(actor: Actor) -> principals.Actor:
    kind = f"PRINCIPAL_KIND_{actor.kind}"
    return principals.Actor(kind=kind, id=actor.id)


def session_to(session: Session) -> pb.Session:
    return pb.Session(
        id=session.id,
        meeting_id=session.meeting_id,
        occurrence_id=session.occurrence_id,
        state=f"SESSION_STATE_{session.state.value}",
        end_reason=end_reason_to(session),
        end_text=session.end_text,
        ended_by=actor_to(session.ended_by) if session.ended_by else None,
        held=session.held,
        locked=session.locked,
        host_present=session.host_present,
        recording_state=session.recording_state,
        create_time=session.create_time,
        start_time=session.start_time,
        end_time=session.end_time,
        test=session.test,
        policy=policy_to(session.policy),
        planned_end_time=session.planned_end_time,
        recording_id=session.recording_id,
        transcribed=session.transcribed,
    )


def recording_to(recording: Recording, session: Session) -> pb.Recording:
    return pb.Recording(
        id=recording.id,
        meeting_id=recording.meeting_id,
        session_id=recording.session_id,
        state=f"RECORDING_STATE_{recording.state.value}",
        layout=f"RECORDING_LAYOUT_{recording.layout.value}",
        spans=[
            pb.Span(start_seconds=one.start, end_seconds=one.end or 0) for one in recording.spans
        ],
        create_time=recording.create_time,
        stop_time=recording.stop_time,
        room_open_time=session.room_open_time,
    )


def layout_from(wire: pb.RecordingLayout) -> Layout | None:
    """None where nothing is said."""
    if not wire:
        return None
    return Layout(pb.RecordingLayout.Name(wire).removeprefix("RECORDING_LAYOUT_"))


def end_reason_to(session: Session) -> str:
    if session.end_reason is None:
        return "END_REASON_UNSPECIFIED"
    return f"END_REASON_{session.end_reason.value}"


def participant_to(participant: Participant, now: datetime) -> pb.Participant:
    return pb.Participant(
        id=participant.id,
        session_id=participant.session_id,
        name=participant.name,
        role=f"ROLE_{participant.role.value}",
        kind=f"PARTICIPANT_KIND_{participant.kind.value}",
        state=f"PARTICIPANT_STATE_{participant.state.value}",
        epoch=participant.epoch,
        muted=participant.muted,
        camera=participant.camera,
        screen=participant.screen,
        video_paused=participant.video_paused,
        intervals=[pb.Interval(joined=one.joined, left=one.left) for one in participant.presences],
        present_seconds=round(participant.present_seconds(now), 3),
        speaking_seconds=round(participant.speaking_seconds, 3),
        consent_time=participant.consent_time,
        invitation_id=participant.link_id if is_personal(participant.link_id) else "",
    )


def participants_to(roster: Iterable[Participant], now: datetime) -> list[pb.Participant]:
    return [participant_to(one, now) for one in roster]


def command_to(command: Command) -> pb.Command:
    return pb.Command(
        id=command.id,
        session_id=command.session_id,
        verb=command.verb.value,
        target_id=command.target_id,
        state=f"COMMAND_STATE_{command.state.value}",
        reason=command.reason,
        actor=actor_to(command.actor),
        create_time=command.create_time,
        settle_time=command.settle_time,
        text=command.prompt.text if command.prompt else command.text,
    )


def prompt_to(prompt: Prompt) -> pb.Prompt:
    return pb.Prompt(
        id=prompt.id,
        kind=f"PROMPT_KIND_{prompt.kind.value}",
        text=prompt.text,
        from_participant_id=prompt.from_participant_id,
        from_name=prompt.from_name,
        to_role=f"ROLE_{prompt.to_role.value}" if prompt.to_role else None,
        to_participant_id=prompt.to_participant_id,
        create_time=prompt.create_time,
    )


def checklist_item_to(item: ChecklistItem) -> pb.ChecklistItem:
    return pb.ChecklistItem(
        id=item.id,
        text=item.text,
        completed=item.completed,
        actor=actor_to(item.actor) if item.actor else None,
        complete_time=item.complete_time,
    )


def metrics_to(metrics: Metrics) -> list[pb.ParticipantMetrics]:
    return [
        pb.ParticipantMetrics(**asdict(one) | {"role": f"ROLE_{one.role.value}"})
        for one in metrics.participants
    ]


def claims_of(link: JoinLink, workspace_id: str) -> LinkClaims:
    return LinkClaims(workspace_id, link.meeting_id, link.kind.value, link.role.value, link.id)


def link_to(link: JoinLink, workspace_id: str, signer: LinkSigner) -> pb.JoinLink:
    return pb.JoinLink(
        id=link.id,
        meeting_id=link.meeting_id,
        kind=f"PARTICIPANT_KIND_{link.kind.value}",
        role=f"ROLE_{link.role.value}",
        name=link.name,
        url=signer.url(claims_of(link, workspace_id)),
        single_use=link.single_use,
        expire_time=link.expire_time,
        revoked=link.revoked,
        uses=link.uses,
    )


def scenario_to(scenario: StoredScenario) -> sandbox.Scenario:
    return sandbox.Scenario(
        name=scenario.name,
        title=scenario.title,
        engine=f"SCENARIO_ENGINE_{scenario.engine}",
        people=len(scenario.people),
        duration_seconds=scenario.duration_seconds,
        create_time=scenario.create_time,
    )


def run_to(run: ScenarioRun) -> sandbox.ScenarioRun:
    return sandbox.ScenarioRun(
        id=run.id,
        scenario=run.scenario,
        meeting_id=run.meeting_id,
        session_id=run.session_id,
        state=run.state.value,
        reason=run.reason,
    )


def planned_end_of(snapshot: meeting.MeetingSnapshot) -> datetime | None:
    """The planned end, if there is one."""
    if not snapshot.HasField("planned_end_time"):
        return None
    return snapshot.planned_end_time.ToDatetime(UTC)
