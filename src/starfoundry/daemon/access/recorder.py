"""Writer of the audit trail: each call and its caller, for every listener of the daemon."""

import logging
from contextlib import suppress

from starfoundry.daemon.access import audit_trail
from starfoundry.daemon.access.model import Principal, Role
from starfoundry.daemon.access.rate_limit import RateLimit
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database

UNAUTHENTICATED = "UNAUTHENTICATED"

_log = logging.getLogger(__name__)


class Recorder:
    """Adds entries to the trail. What it cannot write it tells the log; a call never fails for it."""

    def __init__(self, database: Database, clock: Clock, pace: RateLimit) -> None:
        self._database = database
        self._clock = clock
        self._pace = pace

    async def write(self, method: str, principal: Principal, request: object, answer: object, outcome: str) -> None:
        """Add one call and its outcome."""
        entry = audit_trail.AuditEntry(
            at=self._clock.now().isoformat(),
            caller=principal.name,
            role=principal.role.name if principal.name else "",
            origin=principal.origin,
            method=method,
            outcome=outcome,
            request_id=str(getattr(getattr(request, "terms", None), "request_id", "")),
            request=audit_trail.written(request),
            result=audit_trail.written(answer),
        )
        try:
            await self._database.write(lambda connection: audit_trail.append(connection, entry))
        except StarFoundryError as error:
            _log.error("the audit trail lacks %s by %s: %s", method, principal.name, error.message)

    async def refuse_stranger(self, method: str, origin: str) -> None:
        """Add a call by somebody who is not known; so many that strangers cannot fill the trail."""
        nobody = Principal(name="", role=Role.VIEWER, origin=origin)
        with suppress(Unavailable):
            self._pace.take("strangers")
            await self.write(method, nobody, None, None, UNAUTHENTICATED)
