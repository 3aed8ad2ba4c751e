"""The caller of the current call."""

from contextvars import ContextVar

from starfoundry.daemon.access.model import PROCESS, Principal
from starfoundry.kernel.errors import Unauthenticated
from starfoundry.wire.status import InProcessContext

CALLER: ContextVar[Principal | None] = ContextVar("caller", default=None)


def caller_of(context: object) -> Principal:
    """The caller, as identified by the interceptor. Raises Unauthenticated if there is none."""
    if isinstance(context, InProcessContext):
        return PROCESS
    principal = CALLER.get()
    if principal is None:
        raise Unauthenticated("the caller is not identified")
    return principal
