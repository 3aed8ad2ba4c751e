"""`spacetraders ship list|show|send|release|buy|jettison|grow`: the commands of ships."""

import shlex
from typing import TYPE_CHECKING

import click

from starfoundry.containers.domain.naming import short
from starfoundry.fleet.commands.activity_output import (
    IDLE,
    activity_json,
    activity_text,
    remedy_text,
    ship_activities,
    work_facts,
    work_json,
)
from starfoundry.fleet.commands.send import send_ship
from starfoundry.fleet.commands.ship_argument import ship_of
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starfoundry.wire.daemon_pb2 import Explanation, Ship

BUY_SECONDS = 120.0
"""The timeout of a purchase in seconds: one whose answer is lost takes about a minute to be settled."""


@click.group()
def ship() -> None:
    """Your ships, and buying more of them."""


ship.add_command(send_ship)


@ship.command("list")
@click.option("--idle", "is_idle", is_flag=True, help="Only idle ships.")
@with_list_terminal
def list_ships(terminal: Terminal, is_idle: bool) -> None:
    """List every ship.

    Shows location, cargo, and the ship's work or the reason it is idle.
    """
    from starfoundry.wire.daemon_pb2 import ListShipsRequest, Ship

    ships = terminal.call("ListShips", ListShipsRequest(player_id=terminal.player_id())).ships
    activities = ship_activities(terminal)
    if is_idle:
        ships = [each for each in ships if each.ship in activities and activities[each.ship][0].state == IDLE]
    terminal.show_list(
        lambda: {"ships": [_as_json(terminal, each) | activity_json(activities.get(each.ship, [])) for each in ships]},
        lambda: render.table(
            ["Ship", "Role", "Status", "Where", "Arrives (UTC)", "Fuel", "Cargo", "Work, or why it is idle"],
            [
                [
                    each.ship,
                    each.role,
                    f"{each.status}, quarantined" if each.quarantined_since else each.status,
                    each.waypoint,
                    render.moment(each.arrives_at) if each.arrives_at else None,
                    _share(each.fuel, each.fuel_capacity),
                    _share(each.cargo_units, each.cargo_capacity),
                    activity_text(activities[each.ship]) if each.ship in activities else each.claimed_by,
                ]
                for each in ships
            ],
            empty="no ship is idle",
        ),
        rows="ships",
        blank=lambda: _as_json(terminal, Ship()) | activity_json([]),
    )


@ship.command("show")
@click.argument("ship")
@with_terminal
def show_ship(terminal: Terminal, ship: str) -> None:
    """Show one ship.

    Shows its work or the reason it is idle, its earnings and its cargo. The 3 of FOUNDRY-3 is enough.
    """
    from starfoundry.wire.daemon_pb2 import GetShipRequest

    found = terminal.call("GetShip", GetShipRequest(ship=ship_of(terminal, ship), player_id=terminal.player_id()))
    activities = ship_activities(terminal, found.ship).get(found.ship, [])
    terminal.show(
        lambda: _as_json(terminal, found) | work_json(activities),
        lambda: "\n\n".join(filter(None, [_describe(found, activities), remedy_text(terminal, activities)])),
    )


@ship.command("release")
@click.argument("ship")
@with_terminal
def release_ship(terminal: Terminal, ship: str) -> None:
    """End a ship's quarantine now.

    Otherwise it ends when the game reports the ship again.
    """
    from starfoundry.wire.daemon_pb2 import ReleaseShipRequest

    found = terminal.call(
        "ReleaseShip", ReleaseShipRequest(ship=ship_of(terminal, ship), player_id=terminal.player_id())
    )
    terminal.show(
        lambda: _as_json(terminal, found),
        f"{found.ship} is used again; if it still fails, it is quarantined again",
    )


@ship.command("buy")
@click.argument("ship_type")
@click.option("--shipyard", default="", help="Where; default: the cheapest where one of your ships is.")
@click.option("--max-price", "maximum_price", type=int, default=0, help="The most to pay, in credits.")
@with_terminal
def buy_ship(terminal: Terminal, ship_type: str, shipyard: str, maximum_price: int) -> None:
    """Buy a ship, such as SHIP_LIGHT_HAULER. One of yours must be at the shipyard."""
    from starfoundry.wire.daemon_pb2 import BuyShipRequest

    request = BuyShipRequest(
        player_id=terminal.player_id(), ship_type=ship_type, shipyard=shipyard, maximum_price=maximum_price
    )
    answer = terminal.call("BuyShip", request, timeout_seconds=BUY_SECONDS)
    terminal.show(
        lambda: {
            "ship": _as_json(terminal, answer.ship),
            "price": answer.price,
            "credits": answer.credits,
            "shipyard": answer.shipyard,
        },
        f"{answer.ship.ship} bought at {answer.shipyard} for {render.money(answer.price)} credits,"
        f" {render.money(answer.credits)} left",
    )


@ship.command("jettison")
@click.argument("ship")
@click.argument("good")
@click.option("--units", type=click.IntRange(1), help="How many cargo units; default: all there are.")
@click.option(
    "--wait",
    "wait_seconds",
    type=Duration(bare_unit="s", maximum_seconds=3_600),
    default="15m",
    show_default=True,
    metavar="DURATION",
    help="How long to wait until a busy ship is free; 0 not to wait.",
)
@click.option("--dry-run", is_flag=True, help="Only report what would be lost.")
@with_terminal
def jettison(terminal: Terminal, ship: str, good: str, units: int | None, wait_seconds: float, dry_run: bool) -> None:
    """Throw overboard cargo that no market buys. It is lost.

    A ship at work is used between two trips, before its container sends it out again.
    """
    from starfoundry.wire.daemon_pb2 import GetShipRequest, JettisonCargoRequest

    symbol, player_id = ship_of(terminal, ship), terminal.player_id()
    request = JettisonCargoRequest(
        player_id=player_id, ship=symbol, good=good, units=units or 0, dry_run=dry_run, wait_seconds=wait_seconds
    )
    owner = terminal.call("GetShip", GetShipRequest(ship=symbol, player_id=player_id)).claimed_by
    if owner and wait_seconds and not dry_run:
        terminal.note(
            f"{symbol} is at work for {owner}; waiting until it is free. Ctrl-C ends the wait; nothing is lost"
        )
    answer = terminal.call("JettisonCargo", request, timeout_seconds=BUY_SECONDS + wait_seconds)
    verb = "would be jettisoned" if dry_run else "jettisoned"
    terminal.show(
        lambda: {
            "ship": _as_json(terminal, answer.ship),
            "good": answer.good,
            "units": answer.units,
            "dry_run": answer.dry_run,
        },
        f"{answer.units} {answer.good} of {answer.ship.ship} {verb};"
        f" {answer.ship.cargo_units} of {answer.ship.cargo_capacity} cargo units are in use",
    )


@ship.command("grow")
@click.option("--max-haulers", type=click.IntRange(0), default=10, show_default=True, help="Ships with a hold to buy.")
@click.option("--max-probes", type=click.IntRange(0), default=3, show_default=True, help="Probes to have in all.")
@click.option("--reserve", type=click.IntRange(0), default=0, show_default=True, help="Credits that are never spent.")
@with_terminal
def grow(terminal: Terminal, max_haulers: int, max_probes: int, reserve: int) -> None:
    """Let the fleet grow from its earnings.

    It grows until you stop the container.
    """
    from starfoundry.wire.daemon_pb2 import StartFleetGrowthRequest

    request = StartFleetGrowthRequest(
        player_id=terminal.player_id(), max_haulers=max_haulers, max_probes=max_probes, reserve=reserve
    )
    answer = terminal.call("StartFleetGrowth", request)
    terminal.show(
        lambda: {
            "container_id": answer.container_id,
            **terminal.player(),
            "status": answer.status,
            "message": answer.message,
        },
        f"Container ID: {answer.container_id}\nStatus:       {answer.status}",
    )
    logs = f"spacetraders container logs {shlex.quote(short(answer.container_id))} --follow"
    terminal.note(f"Watch it: {terminal.addressed(logs)}")


def _as_json(terminal: Terminal, found: "Ship") -> dict[str, object]:
    return {"ship": found.ship, **terminal.player(found.player_id), **message_json(found)}


def _share(part: int, whole: int) -> str | None:
    """A part of a whole; None for a ship that has no tank or hold."""
    return f"{part}/{whole}" if whole else None


def _describe(found: "Ship", activities: "Sequence[Explanation]") -> str:
    facts = render.facts(
        [
            ("Ship", found.ship),
            ("Role", found.role),
            ("Frame", found.frame),
            ("Status", found.status),
            ("Where", found.waypoint),
            ("Arrives (UTC)", render.moment(found.arrives_at) if found.arrives_at else None),
            ("Engine speed", found.engine_speed),
            ("Fuel", _share(found.fuel, found.fuel_capacity)),
            ("Cargo", _share(found.cargo_units, found.cargo_capacity)),
            ("Commanded by", found.claimed_by),
            *work_facts(activities),
            ("Quarantined (UTC)", render.moment(found.quarantined_since) if found.quarantined_since else None),
            ("Because", found.quarantine_reason or None),
        ]
    )
    cargo = render.table(["Good", "Units"], [[item.good, item.units] for item in found.cargo], empty="Empty hold")
    return f"{facts}\n\n{cargo}"
