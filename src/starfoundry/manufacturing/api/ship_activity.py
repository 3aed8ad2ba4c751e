"""Present work of each ship of a fleet, and the reason why a free one stands still."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from starfoundry.containers.domain.model import Container
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import Ship
from starfoundry.kernel.ids import ContainerId, ShipSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.ledger.domain.model import Intent, IntentState
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.manufacturing.planner.actions import Scout
from starfoundry.manufacturing.planner.explanation import BUSY, IDLE, WAITING, Explanation, Subject, of_ships
from starfoundry.manufacturing.planner.plan import Turn
from starfoundry.manufacturing.planner.scouting import looks
from starfoundry.manufacturing.reasons import containers, ships
from starfoundry.manufacturing.runtime.coordinator import Coordinator
from starfoundry.manufacturing.runtime.view_builder import unavailable
from starfoundry.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandedShips:
    """One coordinator's container, what keeps it from work, and what it would decide this moment if it runs."""

    container: Container
    obstacle: Reason | None
    coordinator: Coordinator | None
    turn: Turn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """One player's ships and the coordinators that may send them."""

    session: Session
    database: Database
    coordinators: tuple[CommandedShips, ...]


Decided = Mapping[str, Sequence[Explanation]]
"""Ships that could be sent, and why each coordinator does not."""


async def of_fleet(fleet: Fleet) -> list[Explanation]:
    """Every ship, by symbol: what it does, or the first rule that keeps it from work for each who could send it."""
    session = fleet.session
    intents = await fleet.database.read(lambda c: ledger_store.open_intents(c, session.player_id))
    doubts = {intent.ship: intent for intent in intents if intent.state is IntentState.IN_DOUBT}
    decided = _decided(fleet)
    found: list[Explanation] = []
    for ship in session.roster.ships():
        found += _of_ship(fleet, ship, doubts.get(ship.symbol), decided)
    unseen = [each for each in session.quarantine.ships() if not session.roster.knows(each.ship)]
    found += [_told(each.ship, IDLE, ships.quarantined(each.ship, each.since, each.reason)) for each in unseen]
    return sorted(found, key=lambda each: each.name)


def _of_ship(fleet: Fleet, ship: Ship, doubt: Intent | None, decided: Decided) -> Sequence[Explanation]:
    reason = unavailable(fleet.session, ship)
    if doubt is not None:
        in_doubt = containers.call_in_doubt(doubt.kind.value, doubt.good, doubt.waypoint, doubt.sent_at)
        return [replace(_told(ship.symbol, IDLE, in_doubt), behind=() if reason is None else (reason,))]
    claim = fleet.session.claims.claim_of(ship.symbol)
    if reason is not None and claim is not None and reason.rule == "commanded":
        halted = next((led.obstacle for led in fleet.coordinators if _is_halted(led, claim.container_id)), None)
        told = _waiting(fleet, ship) or _told(ship.symbol, BUSY, _work(fleet, ship) or reason)
        if halted is not None:
            told = _told(ship.symbol, IDLE, halted)
        return [replace(told, container_id=claim.container_id)]
    if reason is not None:
        return [_told(ship.symbol, IDLE, reason)]
    if ship.symbol in decided:
        return decided[ship.symbol]
    for led in fleet.coordinators:
        if led.obstacle is not None:
            return [replace(_told(ship.symbol, IDLE, led.obstacle), container_id=led.container.id)]
    return [_told(ship.symbol, IDLE, containers.no_coordinator())]


def _waiting(fleet: Fleet, ship: Ship) -> Explanation | None:
    """The ship's wait for the stock of the market where it is; None where it does not wait."""
    live = [led.coordinator for led in fleet.coordinators if led.coordinator is not None]
    pause = next(filter(None, (coordinator.pauses.of(ship.symbol) for coordinator in live)), None)
    return None if pause is None else _told(ship.symbol, WAITING, pause.reason)


def _work(fleet: Fleet, ship: Ship) -> Reason | None:
    """The task that the ship works on."""
    turns = [led.turn for led in fleet.coordinators if led.turn is not None]
    tasks = (task for now in turns for task in now.seen.tasks if task.status.is_in_flight)
    return next((ships.working(task) for task in tasks if task.ship == ship.symbol), None)


def _is_halted(led: CommandedShips, container_id: ContainerId) -> bool:
    """Whether the emergency brake holds the calls of the container."""
    return led.container.id == container_id and led.obstacle is not None and led.obstacle.rule == "halted"


def _decided(fleet: Fleet) -> Decided:
    """Why nobody sends each ship that could be sent; where one coordinator is about to send it, that alone."""
    by_ship: dict[str, list[Explanation]] = {}
    for led in fleet.coordinators:
        if led.obstacle is None and led.coordinator is not None and led.turn is not None:
            found = [*of_ships(led.turn), *_of_probes(led.coordinator)]
            for name, each in {each.name: each for each in found}.items():
                by_ship.setdefault(name, []).append(replace(each, container_id=led.container.id))
    about_to_start = {ship: [each for each in told if _is_next(each)][:1] for ship, told in by_ship.items()}
    return {ship: about_to_start[ship] or told for ship, told in by_ship.items()}


def _is_next(each: Explanation) -> bool:
    return each.reason.rule == "decided_next"


def _of_probes(coordinator: Coordinator) -> list[Explanation]:
    """Why each free ship without a hold, and each ship that rests, looks at nothing."""
    view_builder, resting = coordinator.view_builder, coordinator.cooldowns.resting()
    probes = [ship.symbol for ship in view_builder.free_probes()]
    answers = looks(view_builder.scout_view(probes, resting, only_unseen=False))
    none_is_sent = view_builder.no_scouting(coordinator.revised)
    found = [_told(ship, IDLE, ships.rests(ship, coordinator.cooldowns.rest_left(ship))) for ship in resting]
    left = view_builder.left_to_another()
    if left is not None:
        found.append(_told(left.symbol, IDLE, ships.left_to_another()))
    for ship, answer in answers.items():
        to_look = ships.decided_next(f"a look at {answer.waypoint}") if isinstance(answer, Scout) else answer
        found.append(_told(ship, IDLE, none_is_sent or to_look))
    return found


def _told(name: ShipSymbol, state: str, reason: Reason) -> Explanation:
    return Explanation(subject=Subject.SHIP, name=name, state=state, reason=reason)
