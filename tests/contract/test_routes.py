"""The table against the contracts: every public rpc is reachable, no internal one is."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import MethodDescriptor
from openapi_spec_validator import validate

from convene.artifacts.v1 import artifacts_pb2, recordings_pb2
from convene.bots.v1 import bots_pb2, policies_pb2
from convene.common.v1 import options_pb2, service_pb2
from convene.gateway.v1 import access_pb2, webhooks_pb2
from convene.scheduler.v1 import (
    availability_pb2,
    channels_pb2,
    custom_fields_pb2,
    invitations_pb2,
    scheduler_pb2,
    templates_pb2,
)
from convene.session.v1 import ear_pb2, sandbox_pb2, session_pb2, signal_pb2
from gateway.edge.routes import DOWNLOADS, LIVE_FEED, ROUTES, Route
from gateway.edge.shapes import public_events
from scripts.openapi import PROTOS, TARGET, rendered

FILES = [
    artifacts_pb2,
    recordings_pb2,
    bots_pb2,
    policies_pb2,
    service_pb2,
    access_pb2,
    webhooks_pb2,
    invitations_pb2,
    scheduler_pb2,
    templates_pb2,
    channels_pb2,
    custom_fields_pb2,
    availability_pb2,
    ear_pb2,
    sandbox_pb2,
    session_pb2,
    signal_pb2,
]
METHODS: list[MethodDescriptor] = [
    method
    for file in FILES
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
]
# What the join page speaks by WebSocket, which is no row of the table.
SIGNAL = signal_pb2.DESCRIPTOR.services_by_name["SignalService"].methods_by_name["Signal"].full_name
PUBLIC_SEVEN = {
    ("POST", "/meetings/create"),
    ("POST", "/meetings/schedule"),
    ("POST", "/meetings/start"),
    ("POST", "/meetings/{meeting_id}/start"),
    ("POST", "/meetings/{meeting_id}/end"),
    ("GET", "/meetings/{meeting_id}/summary"),
    ("GET", "/meetings/{meeting_id}/transcript"),
}


def level_of(method: MethodDescriptor) -> options_pb2.AccessLevel:
    options: Any = method.GetOptions()
    access: options_pb2.Access = options.Extensions[options_pb2.access]
    return access.level


def test_no_file_with_a_service_is_forgotten_here() -> None:
    with_services = {
        str(path.relative_to(PROTOS))
        for path in Path(PROTOS).glob("convene/**/*.proto")
        if "\nservice " in path.read_text()
    }

    assert {file.DESCRIPTOR.name for file in FILES} == with_services


def test_every_rpc_says_who_may_call_it() -> None:
    assert [m.full_name for m in METHODS if not level_of(m)] == []


def test_every_public_rpc_is_routed_and_no_internal_one() -> None:
    routed = Counter(route.descriptor.full_name for route in [*ROUTES, LIVE_FEED, *DOWNLOADS])
    public = {m.full_name for m in METHODS if level_of(m) != options_pb2.ACCESS_LEVEL_INTERNAL}

    assert set(routed) | {SIGNAL} == public
    # A start has two paths: the meeting is in the path or in the body. A provider of mail wants
    # an address that ends in mime.
    assert [name for name, count in routed.items() if count > 1] == [
        "convene.scheduler.v1.InvitationService.ReceiveMail",
        "convene.scheduler.v1.SchedulerService.StartMeeting",
    ]


def test_no_two_rows_share_a_method_and_a_path() -> None:
    assert max(Counter((route.method, route.path) for route in ROUTES).values()) == 1


def test_the_seven_short_paths_are_the_public_contract() -> None:
    assert {(route.method, route.path) for route in ROUTES if route.short} == PUBLIC_SEVEN


@pytest.mark.parametrize(
    "route", [*ROUTES, LIVE_FEED, *DOWNLOADS], ids=lambda r: f"{r.method} {r.path}"
)
def test_a_row_names_only_fields_that_exist(route: Route) -> None:
    request = route.descriptor.input_type.fields_by_name
    answer = route.descriptor.output_type.fields_by_name
    in_path = {part[1:-1] for part in route.path.split("/") if part.startswith("{")}

    assert in_path | set(route.without) | {route.body, route.raw} - {""} <= set(request)
    shown = {route.unwrap, route.text, route.list_of_meeting, *route.beside}
    assert shown - {""} <= set(answer)


def test_the_committed_document_is_what_the_contracts_say() -> None:
    assert TARGET.read_text() == rendered(), "run `python -m scripts.openapi`"


def test_the_document_is_valid_openapi() -> None:
    validate(json.loads(TARGET.read_text()))


def test_the_document_has_every_path_and_every_event() -> None:
    document = json.loads(TARGET.read_text())
    operations = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }

    for route in [*ROUTES, LIVE_FEED, *DOWNLOADS]:
        assert (route.method, "/v1" + route.path) in operations
    assert operations >= PUBLIC_SEVEN
    assert set(document["components"]["schemas"]["Event"]["discriminator"]["mapping"]) == {
        kind for kind, _ in public_events()
    }


@pytest.mark.parametrize(
    "route", [one for one in [*ROUTES, LIVE_FEED] if "{meeting_id}" in one.path],
    ids=lambda r: f"{r.method} {r.path}",
)  # fmt: skip
def test_the_document_says_that_a_meeting_may_not_be_found(route: Route) -> None:
    operation = json.loads(TARGET.read_text())["paths"]["/v1" + route.path][route.method.lower()]

    assert operation["responses"]["404"] == {"$ref": "#/components/responses/NotFound"}


def test_operations_have_names_of_their_own_and_say_what_they_do() -> None:
    document = json.loads(TARGET.read_text())
    operations = [one for item in document["paths"].values() for one in item.values()]

    assert max(Counter(one["operationId"] for one in operations).values()) == 1
    assert [one["operationId"] for one in operations if not one["summary"]] == []


def test_no_two_operations_of_the_document_have_the_same_title() -> None:
    operations = [
        operation
        for item in json.loads(rendered())["paths"].values()
        for operation in item.values()
    ]

    titles = Counter(operation["summary"] for operation in operations)

    assert [title for title, times in titles.items() if times > 1] == []


def test_no_two_routes_answer_the_same_path() -> None:
    shapes = Counter((one.method, re.sub(r"{[^}]*}", "{}", one.path)) for one in ROUTES)

    assert [shape for shape, times in shapes.items() if times > 1] == []
