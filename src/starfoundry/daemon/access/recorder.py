"""Writer of the audit trail: each call and its caller, for every listener of the daemon."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from starfoundry.daemon.access import audit_trail
from starfoundry.daemon.access.model import Principal, Role
from starfoundry.daemon.access.rate_limit import RateLimit
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database

UNAUTHENTICATED = "UNAUTHENTICATED"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedCall:
    """One call as the trail names it; both of its entries have the time at which it arrived."""

    at: str
    method: str
    principal: Principal
    request: object

    def entry(self, outcome: str, answer: object) -> audit_trail.AuditEntry:
        """The entry of an outcome."""
        return audit_trail.AuditEntry(
            at=self.at,
            caller=self.principal.name,
            role=self.principal.role.name if self.principal.name else "",
            origin=self.principal.origin,
            method=self.method,
            outcome=outcome,
            request_id=str(getattr(getattr(self.request, "terms", None), "request_id", "")),
            request=audit_trail.written(self.request),
            result=audit_trail.written(answer),
        )


class Recorder:
    """Adds entries to the trail. What it cannot write it tells the log; a call never fails for it."""

    def __init__(self, database: Database, clock: Clock, pace: RateLimit) -> None:
        self._database = database
        self._clock = clock
        self._pace = pace

    def call(self, method: str, principal: Principal, request: object) -> AuditedCall:
        """A call that arrives now."""
        return AuditedCall(at=self._clock.now().isoformat(), method=method, principal=principal, request=request)

    async def write(self, call: AuditedCall, outcome: str, answer: object = None) -> None:
        """Add an outcome of a call."""
        entry = call.entry(outcome, answer)
        try:
            await self._database.write(lambda connection: audit_trail.append(connection, entry))
        except StarFoundryError as error:
            _log.error("the audit trail lacks %s by %s: %s", call.method, call.principal.name, error.message)

    async def refuse_stranger(self, method: str, origin: str) -> None:
        """Add a call by somebody who is not known; so many that strangers cannot fill the trail."""
        nobody = Principal(name="", role=Role.VIEWER, origin=origin)
        with suppress(Unavailable):
            self._pace.take("strangers")
            await self.write(self.call(method, nobody, None), UNAUTHENTICATED)
