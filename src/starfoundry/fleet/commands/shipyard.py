"""`spacetraders shipyard list|show`: the commands of shipyards."""

from typing import TYPE_CHECKING

import click

from starfoundry.terminal.arguments.options import Terminal, with_list_terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import ShipOffer, Shipyard


@click.group()
def shipyard() -> None:
    """Shipyards and their prices.

    Prices are known where one of your ships has been.
    """


@shipyard.command("list")
@click.option("--type", "ship_type", default="", metavar="TYPE", help="Only this type, such as SHIP_LIGHT_HAULER.")
@with_list_terminal
def list_shipyards(terminal: Terminal, ship_type: str) -> None:
    """List the types and prices of shipyards.

    The time when the prices were seen is shown too.
    """
    from starfoundry.wire.daemon_pb2 import ListShipyardsRequest, ShipOffer, Shipyard

    request = ListShipyardsRequest(player_id=terminal.player_id(), ship_type=ship_type)
    found = terminal.call("ListShipyards", request).shipyards
    wanted = ship_type.upper()
    offers = [(yard, offer) for yard in found for offer in yard.offers if wanted in ("", offer.ship_type)]
    terminal.show_list(
        lambda: {"offers": [_as_json(yard, offer) for yard, offer in offers]},
        lambda: render.table(
            ["Shipyard", "Sells", "Price", "Supply", "Hold", "Speed", "Seen"],
            [
                [
                    yard.waypoint,
                    offer.ship_type,
                    offer.price or None,
                    offer.supply,
                    offer.cargo_capacity if offer.price else None,
                    offer.engine_speed or None,
                    _age(yard),
                ]
                for yard, offer in offers
            ],
            empty="No shipyard is known yet",
        ),
        rows="offers",
        blank=lambda: _as_json(Shipyard(), ShipOffer()),
    )


@shipyard.command("show")
@click.argument("shipyard", metavar="WAYPOINT")
@with_list_terminal
def show_shipyard(terminal: Terminal, shipyard: str) -> None:
    """Show every ship that a shipyard sells."""
    from starfoundry.wire.daemon_pb2 import ListShipyardsRequest, ShipOffer, Shipyard

    request = ListShipyardsRequest(player_id=terminal.player_id(), waypoint=shipyard)
    yard = terminal.call("ListShipyards", request).shipyards[0]
    data = {"waypoint": yard.waypoint, "offers": [_as_json(yard, offer) for offer in yard.offers]}
    terminal.show_list(data, lambda: _describe(yard), rows="offers", blank=lambda: _as_json(Shipyard(), ShipOffer()))


def _describe(yard: "Shipyard") -> str:
    data = render.facts([("Shipyard", yard.waypoint), ("Prices seen", _age(yard))])
    offers = render.table(
        ["Sells", "Price", "Supply", "Hold", "Tank", "Speed"],
        [
            [
                offer.ship_type,
                offer.price or None,
                offer.supply,
                offer.cargo_capacity if offer.price else None,
                offer.fuel_capacity if offer.price else None,
                offer.engine_speed or None,
            ]
            for offer in yard.offers
        ],
        empty="It sells nothing",
    )
    return f"{data}\n\n{offers}"


def _as_json(yard: "Shipyard", offer: "ShipOffer") -> dict[str, object]:
    return {
        "waypoint": yard.waypoint,
        **message_json(offer),
        "observed_at": yard.observed_at or None,
        "age_seconds": yard.age_seconds if yard.observed_at else None,
    }


def _age(yard: "Shipyard") -> str:
    return render.age(yard.age_seconds if yard.observed_at else None)
