"""A gRPC service for tests of what every call passes: one method for each level of access."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message
from grpc import aio

from common import rpc
from convene.common.v1 import options_pb2

PACKAGE = "convene.tests.v1"
PROBE = f"{PACKAGE}.ProbeService"
# Its one method does not say who may call it.
SILENT = f"{PACKAGE}.SilentService"
SCOPE = "probe:write"
LONGEST_TEXT = 20

_TEXT = descriptor_pb2.FieldDescriptorProto.TYPE_STRING

Answer = Callable[[str], Awaitable[str]]

_LEVELS = {
    "Write": options_pb2.Access(level=options_pb2.ACCESS_LEVEL_SCOPED, scope=SCOPE),
    "Also": options_pb2.Access(level=options_pb2.ACCESS_LEVEL_SCOPED),
    "Inside": options_pb2.Access(level=options_pb2.ACCESS_LEVEL_INTERNAL),
    "Open": options_pb2.Access(level=options_pb2.ACCESS_LEVEL_PUBLIC),
}
# The one method that is a conversation: a stream of words each way.
CONVERSE = "Converse"
# The one method that takes a stream of words and answers once.
DICTATE = "Dictate"


def _described() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="convene/tests/v1/probe.proto", package=PACKAGE, syntax="proto3"
    )
    file.dependency.append("convene/common/v1/options.proto")
    text = descriptor_pb2.FieldDescriptorProto(name="text", number=1, type=_TEXT)
    rule = options_pb2.FieldRule(required=True, max_length=LONGEST_TEXT)
    text.options.Extensions[options_pb2.rule].CopyFrom(rule)  # type: ignore[index]
    file.message_type.add(name="Words", field=[text])
    words = f".{PACKAGE}.Words"
    probe = file.service.add(name="ProbeService")
    for name, access in _LEVELS.items():
        method = probe.method.add(name=name, input_type=words, output_type=words)
        method.options.Extensions[options_pb2.access].CopyFrom(access)  # type: ignore[index]
    talk = probe.method.add(
        name=CONVERSE,
        input_type=words,
        output_type=words,
        client_streaming=True,
        server_streaming=True,
    )
    talk.options.Extensions[options_pb2.access].CopyFrom(_LEVELS["Also"])  # type: ignore[index]
    dictation = probe.method.add(
        name=DICTATE, input_type=words, output_type=words, client_streaming=True
    )
    dictation.options.Extensions[options_pb2.access].CopyFrom(_LEVELS["Also"])  # type: ignore[index]
    file.service.add(name="SilentService").method.add(
        name="Say", input_type=words, output_type=words
    )
    return file


descriptor_pool.Default().AddSerializedFile(_described().SerializeToString())
_WORDS: Any = message_factory.GetMessageClass(
    descriptor_pool.Default().FindMessageTypeByName(f"{PACKAGE}.Words")
)


def a_probe(answers: Mapping[str, Answer] | Answer) -> rpc.Servicer:
    """A servicer whose methods answer a text with what *answers* makes of it."""
    table = answers if isinstance(answers, Mapping) else dict.fromkeys(_LEVELS, answers)

    def add(_: object, server: aio.Server) -> None:
        handlers = {name: _handler(answer) for name, answer in table.items()}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(PROBE, handlers),))

    return rpc.Servicer(add, None, PROBE)


def a_conversation(answer: Answer) -> rpc.Servicer:
    """A servicer that answers each text of a conversation with what *answer* makes of it."""

    async def conversing(requests: Any, _: rpc.Context) -> Any:
        async for request in requests:
            yield _WORDS(text=await answer(request.text))

    def add(_: object, server: aio.Server) -> None:
        handler = grpc.stream_stream_rpc_method_handler(
            conversing, request_deserializer=_WORDS.FromString, response_serializer=_serialized
        )
        handlers = {CONVERSE: handler}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(PROBE, handlers),))

    return rpc.Servicer(add, None, PROBE)


def a_dictation(answer: Answer) -> rpc.Servicer:
    """A servicer that answers all texts together with what *answer* makes of them."""

    async def taking(requests: Any, _: rpc.Context) -> Any:
        texts = [request.text async for request in requests]
        return _WORDS(text=await answer(" ".join(texts)))

    def add(_: object, server: aio.Server) -> None:
        handler = grpc.stream_unary_rpc_method_handler(
            taking, request_deserializer=_WORDS.FromString, response_serializer=_serialized
        )
        handlers = {DICTATE: handler}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(PROBE, handlers),))

    return rpc.Servicer(add, None, PROBE)


async def dictate(channel: aio.Channel, *texts: str, **call: Any) -> str:
    """What the dictation answers to *texts*."""
    stub = channel.stream_unary(
        f"/{PROBE}/{DICTATE}",
        request_serializer=_serialized,
        response_deserializer=_WORDS.FromString,
    )
    answer: str = (await stub(iter([_WORDS(text=text) for text in texts]), **call)).text
    return answer


async def converse(channel: aio.Channel, *texts: str, **call: Any) -> AsyncIterator[str]:
    """What the conversation answers to each of *texts*, said one after the other's answer."""
    talk = channel.stream_stream(
        f"/{PROBE}/{CONVERSE}",
        request_serializer=_serialized,
        response_deserializer=_WORDS.FromString,
    )(**call)
    for text in texts:
        await talk.write(_WORDS(text=text))
        answer: Any = await talk.read()
        yield answer.text
    await talk.done_writing()
    assert await talk.read() is aio.EOF


def a_silent_servicer() -> rpc.Servicer:
    return rpc.Servicer(lambda _, __: None, None, SILENT)


async def ask(channel: aio.Channel, method: str, text: str = "hello", **call: Any) -> str:
    """What *method* answers to *text*."""
    stub = channel.unary_unary(
        f"/{PROBE}/{method}",
        request_serializer=_serialized,
        response_deserializer=_WORDS.FromString,
    )
    answer: str = (await stub(_WORDS(text=text), **call)).text
    return answer


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()


def _handler(answer: Answer) -> Any:
    async def answered(request: Any, _: rpc.Context) -> Any:
        return _WORDS(text=await answer(request.text))

    return grpc.unary_unary_rpc_method_handler(
        answered, request_deserializer=_WORDS.FromString, response_serializer=_serialized
    )
