"""What an ear says of everybody's talk, as a plane gives it on."""

from convene.session.v1 import ear_pb2 as pb
from session.domain.rooms import Heard, Talk


def talk_of(answer: pb.GetTalkResponse) -> Talk:
    """What was heard, by participant."""
    heard = {
        one.participant_id: Heard(
            speaking_seconds=one.speaking_seconds,
            present_seconds=one.present_seconds,
            turns=one.turns,
            longest_turn_seconds=one.longest_turn_seconds,
            overlaps=one.overlaps,
            overlap_seconds=one.overlap_seconds,
        )
        for one in answer.talks
    }
    return Talk(answer.count, heard)
