"""The markets of an open page: all of them at first and now and then, between that only those that were seen since."""

import asyncio

from starfoundry.dashboard.views.markets import WHOLE_EVERY, MarketsView
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.wire import daemon_pb2 as pb

PLAYER = {"player_id": 1, "system": "X1-AD75"}


class Daemon:
    """Knows two markets, of which the second is seen anew at every look."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def call(self, _method: str, request: pb.ListMarketsRequest) -> pb.ListMarketsResponse:
        self.asked.append(request.seen_after)
        newest = f"2026-01-01T00:00:{len(self.asked):02}Z"
        markets = [
            pb.Market(waypoint="A1", observed_at="2026-01-01T00:00:00Z"),
            pb.Market(waypoint="B7", observed_at=newest),
        ]
        return pb.ListMarketsResponse(markets=[each for each in markets if each.observed_at > request.seen_after])


def looks(daemon, *asked):
    async def main():
        view = MarketsView()
        return [dict((await view.look(daemon, each, PLAYER, []))["markets"]) for each in asked]

    return asyncio.run(main())


def test_markets_that_were_not_seen_since_are_kept_as_they_were():
    daemon = Daemon()
    first, second = looks(daemon, Asked(), Asked())

    assert daemon.asked == ["", "2026-01-01T00:00:01Z"]
    assert (first["A1"], first["B7"]["observed_at"][-3:]) == (second["A1"], "01Z")
    assert second["B7"]["observed_at"][-3:] == "02Z"


def test_every_so_many_looks_all_of_them_are_asked_for():
    daemon = Daemon()
    looks(daemon, *[Asked()] * (WHOLE_EVERY + 1))

    assert [number for number, after in enumerate(daemon.asked) if not after] == [0, WHOLE_EVERY]


def test_of_another_system_all_of_them_are_asked_for():
    daemon = Daemon()
    looks(daemon, Asked(), Asked(system="X1-ZZ9"))

    assert daemon.asked == ["", ""]
