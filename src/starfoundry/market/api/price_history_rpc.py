"""The gRPC method for the history of prices."""

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import Good
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.moments import parse_moment
from starfoundry.kernel.nearest import whole_name
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.market.api.rpc import BookOf
from starfoundry.market.storage.price_history import price_history
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire

POINTS_DEFAULT = 1_000
POINTS_MAX = 10_000


class PriceHistoryRpc:
    """ListPriceHistory, out of the database: asking costs the game no request."""

    def __init__(self, *, database: Database, book_of: BookOf, clock: Clock, gate: Gate) -> None:
        self._database = database
        self._book_of = book_of
        self._clock = clock
        self._gate = gate

    async def ListPriceHistory(
        self, request: wire.ListPriceHistoryRequest, context: object
    ) -> wire.ListPriceHistoryResponse:
        """A good's prices as they were seen; raises Missing where no known market trades it."""
        player_id = await self._gate.admit(request.player_id, context)
        if not 0 <= request.limit <= POINTS_MAX:
            raise Refused.of("limit", request.limit, f"1 to {POINTS_MAX}, or 0 for {POINTS_DEFAULT}")
        good, since = Good(request.good.upper()), request.since
        begins = parse_moment(since, field="since").resolve(self._clock.now()) if since else None
        places = (await self._book_of(player_id)).places()
        traded = [place.waypoint for place in places if place.trades(good)]
        if request.waypoint:
            named = whole_name(request.waypoint, traded)
            traded = [each for each in traded if each in (named, request.waypoint.upper())]
        if not traded:
            where = f" at {request.waypoint}" if request.waypoint else ""
            raise Missing(
                f"no market is known that trades {good}{where}; `spacetraders market list` shows what each does"
            )
        limit = request.limit or POINTS_DEFAULT
        found = await self._database.read(
            lambda connection: price_history(connection, player_id, good, traded, since=begins, limit=limit)
        )
        return wire.ListPriceHistoryResponse(
            points=[
                wire.PricePoint(
                    waypoint=row.waypoint,
                    at=rfc3339(row.at),
                    ask=row.ask,
                    bid=row.bid,
                    supply=row.supply or "",
                    activity=row.activity or "",
                    trade_volume=row.trade_volume,
                )
                for row in found
            ],
            good=good,
        )
