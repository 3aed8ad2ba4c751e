"""The caller of the call that is being answered."""

from contextvars import ContextVar

from starfoundry.daemon.access.model import PROCESS, Principal
from starfoundry.kernel.errors import Unauthenticated
from starfoundry.wire.status import InProcessContext

CALLER: ContextVar[Principal | None] = ContextVar("caller", default=None)


def caller_of(context: object) -> Principal:
    """Who calls, as the entrance has found out; raises Unauthenticated where nobody has."""
    if isinstance(context, InProcessContext):
        return PROCESS
    principal = CALLER.get()
    if principal is None:
        raise Unauthenticated("nobody knows who calls")
    return principal
