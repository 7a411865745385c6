"""Serving and calling gRPC: what every call passes on its way in and out."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
import structlog
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message
from grpc import StatusCode, aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_status.rpc_status import to_status
from opentelemetry.trace import Span, SpanKind

from common import telemetry
from common.db import errand
from common.errors import DomainError, Forbidden, InvalidInput, Unauthenticated
from common.idempotency import OnceOnly, Replayed
from common.principal import EDGE, Kind, Principal, Signer, Verifier
from common.rules import Violation, rule_of, violations
from common.statuses import status_of
from convene.common.v1 import options_pb2

log = structlog.get_logger()

Context: TypeAlias = aio.ServicerContext[Any, Any]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable["Handler | None"]]

PRINCIPAL = "convene-principal"
IDEMPOTENCY_KEY = "idempotency-key"
TRACEPARENT = "traceparent"
LONGEST_IDEMPOTENCY_KEY = 255
# What a call costs on the wire: handed on, a deadline is that much shorter.
HOP_SECONDS = 0.05
DEFAULT_DEADLINE_SECONDS = 10.0
DRAIN_SECONDS = 5.0
# The health board's names: the empty one asks for database and broker, this one for nothing.
LIVE = "live"
LARGEST_MESSAGE = 48 * 1024 * 1024

_caller: ContextVar[Principal] = ContextVar("caller")
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class MissingPrincipal(Unauthenticated):
    def __init__(self) -> None:
        super().__init__(f"this call needs a signed principal in the metadata {PRINCIPAL}")


class MissingScope(Forbidden):
    def __init__(self, scope: str) -> None:
        super().__init__(f"this key lacks the scope {scope}", scope=scope)


class InternalOnly(Forbidden):
    def __init__(self) -> None:
        super().__init__("only services of the suite may call this")


class UndeclaredAccess(Exception):
    """An RPC does not say who may call it, so it is not served."""


class InvalidField(InvalidInput):
    """One or more fields break their rules; *found* has them all."""

    def __init__(self, found: Sequence[Violation]) -> None:
        first = found[0]
        super().__init__(f"{first.field}: {first.message}", field=first.field)
        self.found = found


class InvalidIdempotencyKey(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            f"Idempotency-Key takes 1 to {LONGEST_IDEMPOTENCY_KEY} visible ASCII characters",
            field="Idempotency-Key",
        )


def caller() -> Principal:
    """On whose behalf the current RPC is made."""
    return _caller.get()


@dataclass(frozen=True, slots=True)
class Servicer:
    """An implementation and how it is added: ``Servicer(add_XServicer_to_server, XRpc(...))``."""

    add: Callable[[Any, aio.Server], None]
    implementation: Any
    # The protobuf full name, say ``convene.scheduler.v1.SchedulerService``.
    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """What the contract says of an RPC."""

    access: options_pb2.Access
    answer: type[Message]


@asynccontextmanager
async def serving(
    address: str, servicers: Sequence[Servicer], *, key: bytes
) -> AsyncIterator[tuple[int, health.aio.HealthServicer]]:
    """Serve on *address* while the block runs, then drain; yields the port and the health board.

    *key* verifies principals. Raises ``UndeclaredAccess`` for an RPC without an access level.
    """
    methods = _methods_of(one.name for one in servicers)
    server = aio.server(
        interceptors=[Gate(methods, key)],
        options=[
            ("grpc.max_receive_message_length", LARGEST_MESSAGE),
            ("grpc.max_send_message_length", LARGEST_MESSAGE),
            ("grpc.so_reuseport", 0),
        ],
    )
    for one in servicers:
        one.add(one.implementation, server)
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    names = [one.name for one in servicers] + [health.SERVICE_NAME, reflection.SERVICE_NAME]
    reflection.enable_server_reflection(names, server)
    port = server.add_insecure_port(address)
    await server.start()
    await checks.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    await checks.set(LIVE, health_pb2.HealthCheckResponse.SERVING)
    try:
        yield port, checks
    finally:
        await checks.enter_graceful_shutdown()
        await server.stop(grace=DRAIN_SECONDS)


async def watch_health(
    checks: health.aio.HealthServicer, probe: Callable[[], Awaitable[None]]
) -> None:
    """Say SERVING while *probe* returns within 2 s, until cancelled."""
    while True:
        try:
            async with asyncio.timeout(2):
                await probe()
            ready = True
        except Exception as error:
            log.warning("not ready", error=str(error) or type(error).__name__)
            ready = False
        answer = health_pb2.HealthCheckResponse
        await checks.set("", answer.SERVING if ready else answer.NOT_SERVING)
        await asyncio.sleep(1 if ready else 0.1)


class Gate(aio.ServerInterceptor):
    """What every call passes: trace, caller, access, rules, deadline, idempotency, errors."""

    def __init__(self, methods: Mapping[str, Method], key: bytes) -> None:
        self._methods = methods
        self._verifier = Verifier(key)

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> "Handler | None":
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method not in self._methods:
            return handler
        if handler.unary_unary:
            return grpc.unary_unary_rpc_method_handler(
                self._guard_call(method, handler),
                handler.request_deserializer,
                handler.response_serializer,
            )
        if handler.stream_stream:
            return grpc.stream_stream_rpc_method_handler(
                self._guard_conversation(method, handler),
                handler.request_deserializer,
                handler.response_serializer,
            )
        if handler.stream_unary:
            return grpc.stream_unary_rpc_method_handler(
                self._guard_upload(method, handler),
                handler.request_deserializer,
                handler.response_serializer,
            )
        return grpc.unary_stream_rpc_method_handler(
            self._guard_stream(method, handler),
            handler.request_deserializer,
            handler.response_serializer,
        )

    def _guard_call(self, method: str, handler: Any) -> Any:
        async def guarded(request: Any, context: Context) -> Any:
            metadata = _metadata_of(context)
            with _server_span(method, metadata) as span:
                try:
                    self._admit(method, metadata, context)
                    _check_fields(request)
                    once = _once(method, request, metadata)
                    if once is None:
                        return await handler.unary_unary(request, context)
                    call = handler.unary_unary(request, context)
                    return await _run_once(once, call, self._methods[method].answer)
                except Exception as error:
                    await _abort(context, method, error, span)

        return guarded

    def _guard_stream(self, method: str, handler: Any) -> Any:
        async def guarded(request: Any, context: Context) -> AsyncIterator[Any]:
            metadata = _metadata_of(context)
            with _server_span(method, metadata) as span:
                try:
                    self._admit(method, metadata, context)
                    _check_fields(request)
                    async for response in handler.unary_stream(request, context):
                        yield response
                except Exception as error:
                    await _abort(context, method, error, span)

        return guarded

    def _guard_conversation(self, method: str, handler: Any) -> Any:
        async def guarded(requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
            metadata = _metadata_of(context)
            with _server_span(method, metadata) as span:
                try:
                    self._admit(method, metadata, context)
                    async for response in handler.stream_stream(_checked(requests), context):
                        yield response
                except Exception as error:
                    await _abort(context, method, error, span)

        return guarded

    def _guard_upload(self, method: str, handler: Any) -> Any:
        async def guarded(requests: AsyncIterator[Any], context: Context) -> Any:
            metadata = _metadata_of(context)
            with _server_span(method, metadata) as span:
                try:
                    self._admit(method, metadata, context)
                    return await handler.stream_unary(_checked(requests), context)
                except Exception as error:
                    await _abort(context, method, error, span)

        return guarded

    def _admit(self, method: str, metadata: Mapping[str, str], context: Context) -> None:
        access = self._methods[method].access
        token = metadata.get(PRINCIPAL, "")
        if token:
            principal = self._verifier.verify(token)
            _check(access, principal)
            _caller.set(principal)
        elif access.level != options_pb2.ACCESS_LEVEL_PUBLIC:
            raise MissingPrincipal
        else:
            _caller.set(Principal("", Kind.PARTICIPANT, ""))
        remaining = context.time_remaining()
        _deadline.set(
            asyncio.get_running_loop().time() + remaining if remaining is not None else None
        )


def _check_fields(request: Message) -> None:
    if found := violations(request):
        raise InvalidField(found)


async def _checked(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """*requests* up to the first that breaks a rule; raises ``InvalidField`` there."""
    async for request in requests:
        _check_fields(request)
        yield request


def _check(access: options_pb2.Access, principal: Principal) -> None:
    if access.level == options_pb2.ACCESS_LEVEL_INTERNAL and principal.via == EDGE:
        raise InternalOnly
    if access.level == options_pb2.ACCESS_LEVEL_SCOPED and not principal.may(access.scope):
        raise MissingScope(access.scope)


def _once(method: str, request: Message, metadata: Mapping[str, str]) -> OnceOnly | None:
    key = metadata.get(IDEMPOTENCY_KEY)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_IDEMPOTENCY_KEY or not key.isascii() or not key.isprintable():
        raise InvalidIdempotencyKey
    body = request.SerializeToString(deterministic=True)
    return OnceOnly(caller().id, method, key, hashlib.sha256(body).hexdigest())


async def _run_once(once: OnceOnly, call: Awaitable[Any], kind: type[Message]) -> Any:
    mark = errand.set(once)
    try:
        answer = await call
        await once.settle(_kept(answer))
        return answer
    except Replayed as replayed:
        return kind.FromString(replayed.answer)
    finally:
        await once.abandon()
        errand.reset(mark)


def _kept(answer: Message) -> bytes:
    """*answer* as it is kept for a retry: without what is shown only once."""
    kept = type(answer)()
    kept.CopyFrom(answer)
    fields: Sequence[Any] = answer.DESCRIPTOR.fields
    for field in fields:
        if rule_of(field).secret:
            kept.ClearField(field.name)
    return kept.SerializeToString()


async def _abort(context: Context, method: str, error: Exception, span: Span) -> None:
    if isinstance(error, aio.AbortError):
        raise error
    if isinstance(error, DomainError):
        span.set_attribute("convene.reason", error.reason)
        status = to_status(status_of(error))
        context.set_trailing_metadata(status.trailing_metadata or ())
        await context.abort(status.code, status.details or "")
    telemetry.fail(span, error)
    log.error("call failed", method=method, exc_info=error)
    await context.abort(StatusCode.INTERNAL, "an internal error; the trace id tells where")


class Caller:
    """Calls other services on somebody's behalf: *via* signs for the principal with *key*."""

    def __init__(self, key: bytes, via: str) -> None:
        self._signer = Signer(key, via)

    def metadata(
        self, principal: Principal | None, idempotency_key: str = ""
    ) -> tuple[tuple[str, str], ...]:
        """What a call carries: who asks, in which trace, under which key."""
        pairs = [(TRACEPARENT, telemetry.traceparent())]
        if principal is not None:
            pairs.append((PRINCIPAL, self._signer.sign(principal)))
        if idempotency_key:
            pairs.append((IDEMPOTENCY_KEY, idempotency_key))
        return tuple(pairs)


def channel(address: str) -> aio.Channel:
    """A channel that spreads calls over all replicas behind *address*."""
    return aio.insecure_channel(
        address,
        options=[
            ("grpc.lb_policy_name", "round_robin"),
            ("grpc.max_receive_message_length", LARGEST_MESSAGE),
            ("grpc.max_send_message_length", LARGEST_MESSAGE),
            ("grpc.initial_reconnect_backoff_ms", 100),
            ("grpc.max_reconnect_backoff_ms", 2000),
            ("grpc.keepalive_time_ms", 20_000),
        ],
    )


def budget(most: float = DEFAULT_DEADLINE_SECONDS) -> float:
    """The seconds that a call made now may take: the caller's deadline less one hop."""
    deadline = _deadline.get()
    if deadline is None:
        return most
    left = deadline - asyncio.get_running_loop().time() - HOP_SECONDS
    return max(min(most, left), 0.001)


def _server_span(method: str, metadata: Mapping[str, str]) -> Any:
    return telemetry.span(
        method.lstrip("/"), parent=metadata.get(TRACEPARENT, ""), kind=SpanKind.SERVER
    )


def _metadata_of(context: Context) -> dict[str, str]:
    return {
        key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)
    }


def _methods_of(services: Iterable[str]) -> dict[str, Method]:
    pool = descriptor_pool.Default()
    methods = {}
    for name in services:
        for method in pool.FindServiceByName(name).methods:
            # The stubs of generated extensions and of protobuf's own options do not agree.
            access: options_pb2.Access = method.GetOptions().Extensions[options_pb2.access]  # type: ignore[index]
            if access.level == options_pb2.ACCESS_LEVEL_UNSPECIFIED:
                raise UndeclaredAccess(f"{method.full_name} does not say who may call it")
            answer = message_factory.GetMessageClass(method.output_type)
            methods[f"/{name}/{method.name}"] = Method(access, answer)
    return methods
