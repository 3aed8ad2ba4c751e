"""The game's JSON shapes of systems and waypoints."""

from collections.abc import Sequence
from dataclasses import dataclass

from starfoundry.sandbox.catalogue.goods import title
from starfoundry.sandbox.core.milliseconds import iso
from starfoundry.sandbox.responses.agent_shapes import Shape, trait
from starfoundry.sandbox.worldgen.atlas import Star, System, WaypointPlan

UNCHARTED = "UNCHARTED"


@dataclass(frozen=True, slots=True)
class Chart:
    """The author and time (milliseconds since 1970) of a waypoint's chart."""

    by: str
    at: int


def system(system: System) -> Shape:
    """A system with its waypoints in brief."""
    return {
        **star(system.star),
        "waypoints": [_brief(place) for place in system.places],
        "factions": [{"symbol": system.star.faction}] if system.star.faction else [],
    }


def star(star: Star) -> Shape:
    """A system's own data."""
    return {
        "symbol": star.symbol,
        "sectorSymbol": star.symbol.split("-")[0],
        "type": star.type,
        "x": star.x,
        "y": star.y,
    }


def waypoint(
    place: WaypointPlan, system: System, chart: Chart | None, modifiers: Sequence[str], *, is_under_construction: bool
) -> Shape:
    """A waypoint; its traits are included once it is charted."""
    shape: Shape = {
        **_brief(place),
        "systemSymbol": system.symbol,
        "traits": [trait(each) for each in (place.traits if chart is not None else (UNCHARTED,))],
        "modifiers": [_modifier(each) for each in modifiers],
        "isUnderConstruction": is_under_construction,
    }
    if system.star.faction:
        shape["faction"] = {"symbol": system.star.faction}
    if chart is not None:
        shape["chart"] = chart_shape(place, chart)
    return shape


def chart_shape(place: WaypointPlan, chart: Chart) -> Shape:
    """A chart."""
    return {"waypointSymbol": place.symbol, "submittedBy": chart.by, "submittedOn": iso(chart.at)}


def scanned_waypoint(place: WaypointPlan, system: System, chart: Chart | None) -> Shape:
    """A waypoint as sensors show it: with its traits, charted or not."""
    shape: Shape = {
        **_brief(place),
        "systemSymbol": system.symbol,
        "traits": [trait(each) for each in place.traits],
    }
    if system.star.faction:
        shape["faction"] = {"symbol": system.star.faction}
    if chart is not None:
        shape["chart"] = chart_shape(place, chart)
    return shape


def modifiers_shape(modifiers: Sequence[str]) -> list[Shape]:
    """The modifiers of a place."""
    return [_modifier(each) for each in modifiers]


def _modifier(symbol: str) -> Shape:
    return {"symbol": symbol, "name": title(symbol), "description": f"This place is marked {title(symbol).lower()}."}


def _brief(place: WaypointPlan) -> Shape:
    shape: Shape = {
        "symbol": place.symbol,
        "type": place.type,
        "x": place.x,
        "y": place.y,
        "orbitals": [{"symbol": each} for each in place.orbitals],
    }
    if place.orbits is not None:
        shape["orbits"] = place.orbits
    return shape
