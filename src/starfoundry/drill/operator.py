"""An operator without a socket: calls the daemon's servicer directly, with messages serialised as on the wire."""

from typing import Any

from google.protobuf.message import Message

from starfoundry.wire.status import InProcessContext


class Operator:
    """Calls the methods of one servicer by name, as the command line does through the socket."""

    def __init__(self, servicer: object) -> None:
        self._servicer = servicer

    async def call(self, method: str, request: Message) -> Any:  # noqa: ANN401  (each method has its own answer)
        """The method's answer. Raises the error family the servicer ended with."""
        received = type(request).FromString(request.SerializeToString())
        answer: Message = await getattr(self._servicer, method)(received, InProcessContext())
        return type(answer).FromString(answer.SerializeToString())
