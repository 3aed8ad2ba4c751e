"""Contracts: goods a faction wants delivered, and their payment.

Payments range from 2,500 to 280,000 credits, most between 25,000 and 150,000; some are hardly worth a flight, and
filling some costs more than they pay, up to a million (M for the range, A for its distribution). The payment does not
follow from the requested goods, so an agent that accepts every contract loses on some.
"""

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.kernel.ids import Good, WaypointSymbol, system_of
from starfoundry.sandbox.actions.ship_events import record
from starfoundry.sandbox.catalogue.goods import RAW, factory_volume
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.milliseconds import HOUR
from starfoundry.sandbox.core.random_streams import from_quantiles
from starfoundry.sandbox.core.rejection import ApiRejection, invalid, missing
from starfoundry.sandbox.ships.fleet import Agent, Contract, Ship
from starfoundry.sandbox.state.universe import Universe

ACCEPT_HOURS = 24
DELIVER_HOURS = 24 * 6
FIRST_SHARE = 0.25
PAYMENTS = ((0.0, 2_500.0), (0.1, 14_000.0), (0.3, 32_000.0), (0.6, 70_000.0), (0.9, 170_000.0), (1.0, 280_000.0))
VALUE_ASKED = (0.25, 1.6)  # value of the goods at base prices, as a multiple of the payment
VALUE_MAX = 700_000  # at base prices; filled from a drained market it costs up to a million


def offer(universe: Universe, agent: Agent, now: int, *, raw: bool) -> Contract:
    """A delivery of a good used by a market of the agent's first system; ore, gas or crystal when `raw`."""
    rng = universe.entropy.stream("world.contracts")
    markets = universe.galaxy.home_of(agent.faction).markets
    bases = universe.universe_config.bases
    priced = {*BASE_PRICES, *bases}
    uses = [(plan.waypoint, good) for plan in markets for good in plan.imports if good in priced]
    wanted: list[tuple[WaypointSymbol, Good]] = [each for each in uses if (each[1] in RAW) == raw] or uses
    waypoint, good = rng.choice(wanted)
    base = bases.get(good) or BASE_PRICES[good][0]
    if raw:  # the first contract of every agent
        units = factory_volume(good)
        pay = round(units * base * rng.uniform(1.6, 2.4)) + rng.randint(4_000, 9_000)
    else:
        pay = round(from_quantiles(rng, PAYMENTS))
        units = max(1, round(min(VALUE_MAX, pay * rng.uniform(*VALUE_ASKED)) / base))
    contract = Contract(
        id=universe.entropy.token("world.contract-ids", 25),
        faction=agent.faction,
        good=good,
        destination=waypoint,
        units=units,
        pays_first=round(pay * FIRST_SHARE),
        pays_last=pay - round(pay * FIRST_SHARE),
        accept_by=now + ACCEPT_HOURS * HOUR,
        deliver_by=now + DELIVER_HOURS * HOUR,
    )
    agent.contracts.append(contract)
    return contract


def negotiate(universe: Universe, agent: Agent, ship: Ship, now: int) -> Contract:
    """A new contract, from a ship where a faction lives; only one may be open at a time."""
    ship.require_arrived(now)
    place = ship.destination
    if not universe.galaxy.stars[system_of(place.symbol)].faction:
        raise ApiRejection(Code.NO_FACTION_HERE, f"No faction lives at {place.symbol}.")
    standing = next((each for each in agent.contracts if each.is_open(now)), None)
    if standing is not None:
        raise ApiRejection(Code.CONTRACT_OPEN, f"Contract {standing.id} is still open.", {"contractId": standing.id})
    contract = offer(universe, agent, now, raw=False)
    record(universe, agent, ship, EventKind.NEGOTIATE, contract.id, contract.units, now)
    return contract


def find(agent: Agent, contract_id: str) -> Contract:
    """One of the agent's contracts."""
    contract = next((each for each in agent.contracts if each.id == contract_id), None)
    if contract is None:
        raise missing("Contract", contract_id)
    return contract


def accept(universe: Universe, agent: Agent, contract: Contract, now: int) -> None:
    """Accept the contract; the first part is paid."""
    if contract.is_accepted:
        raise ApiRejection(Code.ACCEPTED_ALREADY, f"Contract {contract.id} has been accepted.")
    if now >= contract.accept_by:
        raise ApiRejection(Code.CONTRACT_EXPIRED, f"Contract {contract.id} can no longer be accepted.")
    contract.is_accepted = True
    _pay(universe, agent, contract, EventKind.ACCEPT, contract.pays_first, now)


def deliver(universe: Universe, agent: Agent, contract: Contract, ship: Ship, good: Good, units: int, now: int) -> None:
    """Deliver goods from a ship."""
    _require_running(contract, now)
    ship.require_docked(now)
    if good != contract.good:
        raise ApiRejection(Code.NOT_IN_TERMS, f"Contract {contract.id} does not ask for {good}.")
    if ship.destination.symbol != contract.destination:
        raise ApiRejection(Code.DELIVERED_ELSEWHERE, f"{good} must be delivered at {contract.destination}.")
    left = contract.units - contract.delivered
    if left == 0:
        raise ApiRejection(Code.DELIVERED_ALREADY, f"All of the {good} has been delivered.")
    if units > left:
        raise invalid("units", f"must be at most {left}, what is still to be delivered")
    ship.unload(good, units)
    contract.delivered += units
    record(universe, agent, ship, EventKind.DELIVER, good, units, now)


def fulfil(universe: Universe, agent: Agent, contract: Contract, now: int) -> None:
    """Complete the contract; the rest is paid."""
    _require_running(contract, now)
    if contract.delivered < contract.units:
        raise ApiRejection(
            Code.TERMS_UNMET,
            f"{contract.units - contract.delivered} units of {contract.good} have not been delivered.",
            {"tradeSymbol": contract.good, "unitsRequired": contract.units, "unitsFulfilled": contract.delivered},
        )
    contract.is_fulfilled = True
    _pay(universe, agent, contract, EventKind.FULFIL, contract.pays_last, now)


def _require_running(contract: Contract, now: int) -> None:
    if contract.is_fulfilled:
        raise ApiRejection(Code.FULFILLED_ALREADY, f"Contract {contract.id} has been fulfilled.")
    if not contract.is_accepted:
        raise ApiRejection(Code.NOT_ACCEPTED, f"Contract {contract.id} has not been accepted.")
    if now >= contract.deliver_by:
        raise ApiRejection(Code.CONTRACT_EXPIRED, f"The deadline of contract {contract.id} has passed.")


def _pay(universe: Universe, agent: Agent, contract: Contract, event_kind: EventKind, amount: int, now: int) -> None:
    agent.credits += amount
    ship = next(iter(agent.ships.values()))
    record(universe, agent, ship, event_kind, contract.id, 0, now, credit_change=amount)
