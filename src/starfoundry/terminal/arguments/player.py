"""The player of a command: the one named, the one of the context, or the only one.

A player whose universe is over is selected by its number, or when there is no other.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.terminal.arguments.ended_players import active_players
from starfoundry.terminal.local.contexts import Context

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Player

INT32_MAX = 2**31 - 1
"""The largest number that most fields of the wire contract hold."""


class PlayerName(click.ParamType[int | str]):
    """A player's number, or the callsign of its agent."""

    name = "player"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:  # noqa: ANN401
        """The number, or the callsign in capitals."""
        text = str(value).strip()
        if text[:1].isalpha():
            return text.upper()
        if not text.isdecimal() or not 1 <= int(text) <= INT32_MAX:
            self.fail(f"{text} is neither a number from 1 to {INT32_MAX} nor a callsign", param, ctx)
        return int(text)


class PlayerChoice:
    """The player of one command. `fetch` asks the daemon for all players, at most once."""

    def __init__(self, named: int | str | None, context: Context, fetch: Callable[[], "Sequence[Player]"]) -> None:
        self._named = named
        self._context = context
        self._fetch = fetch
        self._players: Sequence[Player] | None = None
        self._number: int | None = None
        self.is_from_context = False

    @property
    def is_named(self) -> bool:
        """Whether the user named the player, now or by a context."""
        return self._named is not None or bool(self._context.player)

    @property
    def is_open(self) -> bool:
        """Whether no player was named and there are several."""
        return not self.is_named and self._number is None and len(active_players(self._all())) > 1

    def mean(self, number: int) -> None:
        """Select the player that another object, such as a container, belongs to."""
        self._number = number

    def number(self) -> int:
        """The player's number. Raises Refused listing the choices, or Missing."""
        if self._number is None:
            wanted = self._named
            if wanted is None and self._context.player:
                self.is_from_context = True
                wanted = PlayerName().convert(self._context.player, None, None)
            if wanted is None:
                wanted = self._only()
            self._number = self._number_of(wanted) if isinstance(wanted, str) else wanted
        return self._number

    def agents(self) -> dict[int, str]:
        """Every player's callsign by its number."""
        return {int(player.player_id): str(player.agent) for player in self._all()}

    def container_of_context(self) -> str:
        """The container that the context holds, unless it belongs to another player; empty for none."""
        said = self._context.player
        if self._context.container and said and self._named is not None:
            number = self.number()
            return self._context.container if said in (str(number), self.agents().get(number)) else ""
        return self._context.container

    def _all(self) -> "Sequence[Player]":
        if self._players is None:
            self._players = self._fetch()
        return self._players

    def _only(self) -> int:
        players = active_players(self._all())
        if not players:
            raise Missing("there is no player yet; create one with: spacetraders player register --agent NAME")
        if len(players) > 1:
            choices = _choices(players)
            raise Refused.of("player_id", "", f"one of {choices}: say which with --player-id or --agent")
        return int(players[0].player_id)

    def _number_of(self, callsign: str) -> int:
        found = [player for player in self._all() if player.agent == callsign]
        if not found:
            meant = did_you_mean(callsign, [player.agent for player in self._all()])
            hint = f"{meant} " if meant else ""
            raise Missing(f"there is no player {callsign}; {hint}there are: {_choices(self._all()) or 'none yet'}")
        return int(active_players(found)[-1].player_id)


def _choices(players: "Sequence[Player]") -> str:
    return ", ".join(f"{player.player_id} ({player.agent})" for player in players)
