"""The markets of a system: what each was last seen to trade, at what price and supply, and when."""

from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views.rows import Rows
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.wire import daemon_pb2 as pb

WHOLE_EVERY = 30
"""Looks after which every market is asked for again: between them only those that a ship has looked at since."""


class MarketsView:
    """The view of one open page: of markets only those are asked for that were seen since it looked last."""

    def __init__(self) -> None:
        self._known = Rows()
        self._looks = 0
        self._of: tuple[int, str] | None = None

    async def look(
        self, link: AsyncDaemonClient, asked: Asked, player: dict[str, Any], _coordinators: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """The parts of the view."""
        player_id, system = player["player_id"], asked.system or player["system"]
        is_whole = self._looks % WHOLE_EVERY == 0 or self._of != (player_id, system)
        after = "" if is_whole else max((row["observed_at"] for row in self._known.values()), default="")
        self._of, self._looks = (player_id, system), self._looks + 1
        request = pb.ListMarketsRequest(player_id=player_id, system=system, seen_after=after)
        fresh = {each.waypoint: _row(each) for each in (await link.call("ListMarkets", request)).markets}
        self._known = Rows(fresh if is_whole else {**self._known, **fresh})
        return {"markets": self._known, "market_system": system}


def _row(market: pb.Market) -> dict[str, Any]:
    return {
        "waypoint": market.waypoint,
        "observed_at": market.observed_at,
        "unreadable": market.unreadable,
        "imports": list(market.imports),
        "exports": list(market.exports),
        "exchange": list(market.exchange),
        "goods": {
            each.good: [each.type, each.supply, each.activity, each.trade_volume, each.ask, each.bid]
            for each in market.goods
        },
    }
