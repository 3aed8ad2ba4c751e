"""The emergency brake: looks go on, everything else stops at once, and again after it is let go."""

import asyncio

import pytest

from starfoundry.daemon.brake import BrakedTransport, brake_file
from starfoundry.game.transport import ConnectionNeverMade, Request, Response


class Counting:
    """A transport that only counts."""

    def __init__(self):
        self.sent = []

    async def send(self, request):
        self.sent.append(request.method)
        return Response(status=200, headers={}, body=b"{}")

    async def close(self):
        self.sent.append("closed")


def request(method: str) -> Request:
    return Request(method=method, path="/my/ships/A-1/dock", headers={}, body=None, timeout_seconds=1)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_nothing_that_changes_the_game_leaves_while_the_brake_is_on(tmp_path, method):
    async def main():
        inner = Counting()
        transport = BrakedTransport(inner, tmp_path)
        await transport.send(request(method))
        brake_file(tmp_path).touch()
        with pytest.raises(ConnectionNeverMade, match="halted by the operator"):
            await transport.send(request(method))
        await transport.send(request("GET"))
        brake_file(tmp_path).unlink()
        await transport.send(request(method))
        return inner.sent

    assert asyncio.run(main()) == [method, "GET", method]
