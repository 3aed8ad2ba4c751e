"""Completion names from a running daemon: ships, containers, waypoints, goods, tags, presets and players.

Completion follows from a parameter's name, so that every command has it. If no daemon answers in time there are no
names and no message: a shell is waiting.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from starfoundry.terminal.arguments.ended_players import active_players
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.terminal.local.contexts import contexts_file, load, resolved

if TYPE_CHECKING:
    from google.protobuf.message import Message

DEADLINE_SECONDS = 0.1
"""The timeout of a call in seconds; a whole completion should take at most twice that."""

Names = Iterator[tuple[str, str]]
"""Names, each with its description in the shell."""


def live_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names from the daemon that begin with the typed text, for a parameter whose name tells its kind."""
    source = SOURCES.get(parameter.name or "")
    if source is None:
        return []
    daemon = LiveNames(context)
    try:
        found = dict(source(daemon))
    except Exception:  # noqa: BLE001  (whatever is wrong, a shell that completes wants no word of it)
        return []
    finally:
        daemon.close()
    begun = incomplete.casefold()
    return [
        CompletionItem(name, help=help_text) for name, help_text in found.items() if name.casefold().startswith(begun)
    ]


class LiveNames:
    """The daemon that the words typed so far select."""

    def __init__(self, context: click.Context) -> None:
        params = {name: value for name, value in context.find_root().params.items() if value is not None}
        params |= {name: value for name, value in context.params.items() if value is not None}
        remembered = load(contexts_file()).chosen(params.get("context_name"))
        place, self._context = resolved(remembered, data_dir=params.get("data_dir"), socket=params.get("socket"))
        self._client = DaemonClient(place.socket)
        self._params = params

    def call(self, method: str, request: "Message") -> Any:  # noqa: ANN401
        """The daemon's answer. Raises if it does not arrive in time."""
        return self._client.call(method, request, timeout_seconds=DEADLINE_SECONDS)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def players(self) -> list[int]:
        """The numbers of the selected players: the named one, else all active ones."""
        from starfoundry.wire.daemon_pb2 import ListPlayersRequest

        players = self.call("ListPlayers", ListPlayersRequest()).players
        named = str(self._params.get("player_id") or self._context.player or "").upper()
        found = [each for each in players if named in (str(each.player_id), each.agent)] or active_players(players)
        return [each.player_id for each in found]

    @property
    def container(self) -> str:
        """The named container, or the context's; empty for none."""
        return str(self._params.get("container_id") or self._context.container or "")


def _ships(daemon: LiveNames) -> Names:
    from starfoundry.wire.daemon_pb2 import ListShipsRequest

    for player_id in daemon.players():
        for each in daemon.call("ListShips", ListShipsRequest(player_id=player_id)).ships:
            yield each.ship, f"{each.role.lower()}, {each.status.lower().replace('_', ' ')} {each.waypoint}"


def _containers(daemon: LiveNames) -> Names:
    from starfoundry.wire.daemon_pb2 import ListContainersRequest

    for each in daemon.call("ListContainers", ListContainersRequest()).containers:
        yield each.container_id, each.status


def _waypoints(daemon: LiveNames) -> Names:
    for each in _markets(daemon):
        yield each.waypoint, ", ".join(each.exports) or "market"


def _goods(daemon: LiveNames) -> Names:
    goods = {good for each in _markets(daemon) for good in (*each.exports, *each.imports, *each.exchange)}
    yield from ((good, "") for good in sorted(goods))


def _markets(daemon: LiveNames) -> Iterator[Any]:
    from starfoundry.wire.daemon_pb2 import ListMarketsRequest

    for player_id in daemon.players():
        yield from daemon.call("ListMarkets", ListMarketsRequest(player_id=player_id)).markets


def _places_and_goods(daemon: LiveNames) -> Names:
    yield from _goods(daemon)
    yield from _waypoints(daemon)


def _subjects(daemon: LiveNames) -> Names:
    yield from _ships(daemon)
    yield from _containers(daemon)
    yield from _places_and_goods(daemon)


def _shipyards(daemon: LiveNames) -> Names:
    for yard in _yards(daemon):
        yield yard.waypoint, f"{len(yard.offers)} types"


def _ship_types(daemon: LiveNames) -> Names:
    for yard in _yards(daemon):
        yield from ((offer.ship_type, "") for offer in yard.offers)


def _yards(daemon: LiveNames) -> Iterator[Any]:
    from starfoundry.wire.daemon_pb2 import ListShipyardsRequest

    for player_id in daemon.players():
        yield from daemon.call("ListShipyards", ListShipyardsRequest(player_id=player_id)).shipyards


def _tags(daemon: LiveNames) -> Names:
    from starfoundry.wire.daemon_pb2 import ListConfigRevisionsRequest, ListContainersRequest

    for each in daemon.call("ListContainers", ListContainersRequest()).containers:
        if each.type != "manufacturing_coordinator" or daemon.container not in each.container_id:
            continue
        request = ListConfigRevisionsRequest(container_id=each.container_id, player_id=each.player_id, limit=200)
        for revision in daemon.call("ListConfigRevisions", request).revisions:
            yield from ((tag, f"revision {revision.revision}") for tag in revision.tags)


def _presets(daemon: LiveNames) -> Names:
    from starfoundry.wire.daemon_pb2 import ListConfigPresetsRequest

    for player_id in daemon.players():
        request = ListConfigPresetsRequest(player_id=player_id)
        yield from ((each.name, each.description) for each in daemon.call("ListConfigPresets", request).presets)


def _agents(daemon: LiveNames) -> Names:
    from starfoundry.wire.daemon_pb2 import ListPlayersRequest

    for each in daemon.call("ListPlayers", ListPlayersRequest()).players:
        yield each.agent, f"player {each.player_id}"


SOURCES: dict[str, Callable[[LiveNames], Names]] = {
    "ship": _ships,
    "container_id": _containers,
    "waypoint": _waypoints,
    "waypoint_or_good": _places_and_goods,
    "good": _goods,
    "ship_type": _ship_types,
    "shipyard": _shipyards,
    "subject": _subjects,
    "target": _tags,
    "preset": _presets,
    "player_id": _agents,
}
"""The source of names for a parameter, by the parameter's name."""
