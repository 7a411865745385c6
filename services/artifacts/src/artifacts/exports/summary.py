"""A summary as JSON."""

from artifacts.exports.objects import encoded
from convene.artifacts.v1.artifacts_pb2 import GetSummaryResponse


def as_json(summary: GetSummaryResponse) -> bytes:
    return encoded(
        {
            "meeting_id": summary.meeting_id,
            "session_id": summary.session_id,
            "text": summary.text,
            "segment_ids": list(summary.segment_ids),
            "decisions": [
                {"text": one.text, "segment_ids": list(one.segment_ids)}
                for one in summary.decisions
            ],
            "action_items": [
                {
                    "id": one.id,
                    "text": one.text,
                    "owner": one.owner,
                    "due": one.due,
                    "segment_ids": list(one.segment_ids),
                }
                for one in summary.action_items
            ],
            "questions": [
                {"text": one.text, "segment_ids": list(one.segment_ids)}
                for one in summary.questions
            ],
            "chapters": [
                {
                    "title": one.title,
                    "start_seconds": one.start_seconds,
                    "segment_ids": list(one.segment_ids),
                }
                for one in summary.chapters
            ],
            "provenance": {
                "engine": summary.provenance.engine,
                "model": summary.provenance.model,
                "version": summary.provenance.version,
                "dropped_claims": summary.provenance.dropped_claims,
                "remark": summary.provenance.remark,
            },
        }
    )
