"""A player of the sandbox, as any client is one: requests in, JSON out. Its clock is moved by hand."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from starfoundry.game.transport.transport import Request, Response
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.state.universe_config import UniverseConfig

EPOCH = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
Json = Any


class HandClock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds)

    def elapsed(self) -> float:
        return self.seconds


class Refusal(Exception):
    """An answer that was not a success."""

    def __init__(self, response: Response) -> None:
        self.status = response.status
        self.error = json.loads(response.body)["error"]
        self.code = self.error["code"]
        super().__init__(f"{self.status}: {self.error}")


class World:
    """A universe with a clock in hand."""

    def __init__(
        self, seed: int = 1, parameters: EconomyParameters | None = None, universe_config: UniverseConfig | None = None
    ) -> None:
        self.clock = HandClock()
        self.universe = Universe(seed, self.clock, parameters=parameters, universe_config=universe_config)
        self.api = Api(self.universe)

    def send(self, method: str, path: str, body: object = None, token: str = "", *, address: str = "local") -> Response:
        """One request, at the present moment."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        raw = None if body is None else json.dumps(body).encode()
        request = Request(method=method, path=path, headers=headers, body=raw, timeout_seconds=10)
        return self.api.handle(request, address=address)

    def wait(self, *, seconds: float = 0.0, hours: float = 0.0) -> None:
        """Let time pass."""
        self.clock.seconds += seconds + 3_600 * hours

    def join(self, symbol: str = "BADGER", faction: str = "COSMIC") -> "Player":
        """A new agent."""
        self.wait(seconds=1)
        response = self.send("POST", "/register", {"symbol": symbol, "faction": faction}, self.universe.account_token)
        if response.status != 201:
            raise Refusal(response)
        return Player(self, json.loads(response.body)["data"])


class Player:
    """An agent's hands: every call takes a second, so the limit is never met by accident."""

    def __init__(self, world: World, registration: Json) -> None:
        self.world = world
        self.token: str = registration["token"]
        self.symbol: str = registration["agent"]["symbol"]
        self.registration = registration
        self.frigate: str = registration["ships"][0]["symbol"]
        self.probe: str = registration["ships"][1]["symbol"]
        self.home: str = registration["agent"]["headquarters"].rsplit("-", 1)[0]

    def answer(self, method: str, path: str, body: object = None) -> Response:
        """The raw answer."""
        self.world.wait(seconds=1)
        return self.world.send(method, path, body, self.token)

    def ask(self, method: str, path: str, body: object = None) -> Json:
        """The whole answer's JSON; raises Refusal."""
        response = self.answer(method, path, body)
        if response.status >= 400:
            raise Refusal(response)
        return json.loads(response.body)

    def get(self, path: str) -> Json:
        """The data at a path."""
        return self.ask("GET", path)["data"]

    def do(self, ship: str, action: str, **body: object) -> Json:
        """What a ship's deed answers."""
        return self.ask("POST", f"/my/ships/{ship}/{action}", body)["data"]

    def market(self, waypoint: str) -> Json:
        """A market as this player sees it."""
        return self.get(f"/systems/{self.home}/waypoints/{waypoint}/market")

    def quotes(self, waypoint: str) -> dict[str, Json]:
        """The prices at a market, by good; empty when no ship is there."""
        return {each["symbol"]: each for each in self.market(waypoint).get("tradeGoods", [])}

    def everything(self, path: str) -> list[Json]:
        """Every page of a list."""
        found: list[Json] = []
        page, mark = 1, "&" if "?" in path else "?"
        while True:
            answer = self.ask("GET", f"{path}{mark}limit=20&page={page}")
            found += answer["data"]
            if len(found) >= answer["meta"]["total"]:
                return found
            page += 1

    def fly(self, ship: str, waypoint: str, mode: str = "CRUISE") -> None:
        """Fly there, wait for the arrival, dock."""
        if self.get(f"/my/ships/{ship}/nav")["waypointSymbol"] != waypoint:
            self.ask("PATCH", f"/my/ships/{ship}/nav", {"flightMode": mode})
            self.do(ship, "orbit")
            nav = self.do(ship, "navigate", waypointSymbol=waypoint)["nav"]
            arrival = datetime.fromisoformat(nav["route"]["arrival"])
            self.world.wait(seconds=max(0.0, (arrival - self.world.clock.now()).total_seconds()))
        self.do(ship, "dock")

    def credits(self) -> int:
        """What it owns now."""
        return int(self.get("/my/agent")["credits"])
