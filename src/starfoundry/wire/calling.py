"""Single methods of the daemon's service on a channel, without the generated stub: that has all of them, made anew."""

from typing import TYPE_CHECKING, Any

from google.protobuf.message_factory import GetMessageClass

from starfoundry.wire import daemon_pb2

if TYPE_CHECKING:
    import grpc
    from google.protobuf.descriptor import MethodDescriptor

_SERVICE = daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"]


def unary(channel: "grpc.Channel", method: str) -> Any:  # noqa: ANN401  (each method has messages of its own)
    """The method that answers once, to be called with its request."""
    told = _SERVICE.methods_by_name[method]
    return channel.unary_unary(_path(told), *_messages(told))


def stream(channel: "grpc.Channel", method: str) -> Any:  # noqa: ANN401
    """The method that answers again and again, to be called with its request."""
    told = _SERVICE.methods_by_name[method]
    return channel.unary_stream(_path(told), *_messages(told))


def _path(method: "MethodDescriptor") -> str:
    return f"/{_SERVICE.full_name}/{method.name}"


def _messages(method: "MethodDescriptor") -> tuple[Any, Any]:
    """What writes the request, and what reads the answer."""
    return GetMessageClass(method.input_type).SerializeToString, GetMessageClass(method.output_type).FromString
