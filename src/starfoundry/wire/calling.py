"""Single methods of the daemon's service on a channel. The generated stub would create all of them each time."""

from typing import TYPE_CHECKING, Any

from google.protobuf.message_factory import GetMessageClass

from starfoundry.wire import daemon_pb2

if TYPE_CHECKING:
    import grpc
    from google.protobuf.descriptor import MethodDescriptor

AUTHOR_KEY = "starfoundry-author"
"""The metadata key in which a client names the person it acts for; it is recorded, and grants nothing."""

TRACE_KEY = "traceparent"
"""The metadata key in which a client names the trace that a call belongs to, as W3C Trace Context has it."""

_SERVICE = daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"]


def unary(channel: "grpc.Channel", method: str) -> Any:  # noqa: ANN401  (each method has messages of its own)
    """A method with one answer, to be called with its request."""
    descriptor = _SERVICE.methods_by_name[method]
    return channel.unary_unary(_path(descriptor), *_messages(descriptor))


def stream(channel: "grpc.Channel", method: str) -> Any:  # noqa: ANN401
    """A method with a stream of answers, to be called with its request."""
    descriptor = _SERVICE.methods_by_name[method]
    return channel.unary_stream(_path(descriptor), *_messages(descriptor))


def _path(method: "MethodDescriptor") -> str:
    return f"/{_SERVICE.full_name}/{method.name}"


def _messages(method: "MethodDescriptor") -> tuple[Any, Any]:
    """The serializer of the request and the parser of the answer."""
    return GetMessageClass(method.input_type).SerializeToString, GetMessageClass(method.output_type).FromString
