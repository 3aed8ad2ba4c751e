"""Delivery of answers, with injected faults."""

import asyncio
import enum
from dataclasses import dataclass

from starfoundry.game.transport.transport import Request, Response
from starfoundry.sandbox.api.game_api import Api, refusal_of
from starfoundry.sandbox.api.injected_faults import Fault, FaultKind
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.rejection import ApiRejection


class Reach(enum.Enum):
    """The part of an answer that arrives."""

    WHOLE = "WHOLE"
    HALF = "HALF"
    NOTHING = "NOTHING"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer and the part of it that arrives."""

    response: Response
    reach: Reach = Reach.WHOLE


async def deliver(api: Api, request: Request, *, address: str = "local") -> Delivery:
    """Answer a request, with the fault that applies to it, if any. Seconds are those of the event loop."""
    fault = api.faults.pick(request)
    if fault is None:
        return Delivery(api.handle(request, address=address))
    match fault.kind:
        case FaultKind.LATENCY:
            await asyncio.sleep(fault.seconds)
            return Delivery(api.handle(request, address=address))
        case FaultKind.LATE:
            asyncio.get_running_loop().call_later(fault.seconds, api.handle, request)
            return Delivery(_failure(fault), Reach.NOTHING)
        case FaultKind.RESET:
            api.reset()
            return Delivery(api.handle(request, address=address))
        case FaultKind.ERROR_BEFORE | FaultKind.BROKEN_SHIP:
            return Delivery(_failure(fault))
        case FaultKind.RATE_LIMITED:
            return Delivery(api.over_limit(request))
        case FaultKind.ERROR_AFTER:
            api.handle(request, address=address)
            return Delivery(_failure(fault))
        case FaultKind.LOST:
            return Delivery(api.handle(request, address=address), Reach.NOTHING)
        case FaultKind.TRUNCATED:
            return Delivery(api.handle(request, address=address), Reach.HALF)


def _failure(fault: Fault) -> Response:
    answer = refusal_of(ApiRejection(Code.SERVER_ERROR, "Something unexpected went wrong."), {})
    headers = {"content-type": "application/json; charset=utf-8"}
    return Response(status=fault.status, headers=headers, body=answer.body)
