"""Facts on their way into the outbox: several are numbered and written by one statement."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from google.protobuf.message import Message

from common import telemetry
from common.foundation import PARTITIONS
from common.ids import new_id
from common.principal import Principal
from convene.common.v1.envelope_pb2 import Envelope

ANNOUNCE_ONE = """
    with next as (
        insert into aggregates (workspace_id, aggregate_id, sequence) values (:w, :a, 1)
        on conflict (workspace_id, aggregate_id)
        do update set sequence = aggregates.sequence + 1 returning sequence)
    insert into outbox (workspace_id, event_id, aggregate_id, aggregate_sequence,
                        partition, message, envelope)
    select :w, :e, :a, sequence, :p, :m, :body from next"""
# Aggregates are locked in one order by all; each one's facts keep theirs.
ANNOUNCE_SEVERAL = """
    with told as (
        select * from unnest(cast(:e as text[]), cast(:a as text[]), cast(:p as smallint[]),
                             cast(:m as text[]), cast(:body as bytea[]))
            with ordinality as one (event_id, aggregate_id, partition, message, envelope, place)),
    counted as (
        select aggregate_id, count(*) as several from told group by 1 order by 1),
    next as (
        insert into aggregates (workspace_id, aggregate_id, sequence)
        select :w, aggregate_id, several from counted
        on conflict (workspace_id, aggregate_id)
        do update set sequence = aggregates.sequence + excluded.sequence
        returning aggregate_id, sequence)
    insert into outbox (workspace_id, event_id, aggregate_id, aggregate_sequence,
                        partition, message, envelope)
    select :w, event_id, aggregate_id, sequence - several
        + row_number() over (partition by aggregate_id order by place),
        partition, message, envelope
    from told join counted using (aggregate_id) join next using (aggregate_id)
    order by place"""


class Told(NamedTuple):
    """A *fact* of an *aggregate*, which is numbered among the others of that."""

    fact: Message
    aggregate: str
    meeting: str
    session: str = ""


def partition_of(aggregate_id: str) -> int:
    return zlib.crc32(aggregate_id.encode()) % PARTITIONS


def rows_of(
    several: Sequence[Told], caller: Principal, now: datetime, cause: str
) -> dict[str, list[Any]]:
    """The columns that ``ANNOUNCE_SEVERAL`` writes, one entry for each fact."""
    trace = telemetry.traceparent()
    envelopes = [
        Envelope(
            id=new_id("evt"),
            message=one.fact.DESCRIPTOR.full_name,
            schema_version=1,
            workspace_id=caller.workspace_id,
            aggregate_id=one.aggregate,
            meeting_id=one.meeting,
            session_id=one.session,
            actor=caller.actor,
            causation_id=cause,
            test=caller.test,
            time=now,
            traceparent=trace,
            payload=one.fact.SerializeToString(deterministic=True),
        )
        for one in several
    ]
    return {
        "e": [one.id for one in envelopes],
        "a": [one.aggregate_id for one in envelopes],
        "p": [partition_of(one.aggregate_id) for one in envelopes],
        "m": [one.message for one in envelopes],
        "body": [one.SerializeToString() for one in envelopes],
    }
