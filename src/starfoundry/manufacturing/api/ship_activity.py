"""The current work of each ship of a fleet, and the reason why a free ship is idle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from starfoundry.containers.domain.model import Container
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import Ship
from starfoundry.kernel.ids import ContainerId, ShipSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.ledger.domain.model import Intent, IntentState
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.manufacturing.planner.explanation import BUSY, IDLE, WAITING, Explanation, Subject, of_ships
from starfoundry.manufacturing.planner.plan import Turn
from starfoundry.manufacturing.planner.scouting import Scout, looks
from starfoundry.manufacturing.reasons import containers, ships
from starfoundry.manufacturing.runtime.coordinator import Coordinator
from starfoundry.manufacturing.runtime.view_builder import unavailable
from starfoundry.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandedShips:
    """One coordinator's container, its obstacle if any, and its current decision if it is running."""

    container: Container
    obstacle: Reason | None
    coordinator: Coordinator | None
    turn: Turn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """One player's ships, the coordinators that may command them, and the halts of containers that command ships."""

    session: Session
    database: Database
    coordinators: tuple[CommandedShips, ...]
    halts: Mapping[ContainerId, Reason]


Decided = Mapping[str, Sequence[Explanation]]
"""Free ships, and for each the reasons why no coordinator sends it."""


async def of_fleet(fleet: Fleet) -> list[Explanation]:
    """Every ship, by symbol: its work, or for each coordinator the first rule that keeps it from sending the ship."""
    session = fleet.session
    intents = await fleet.database.read(lambda c: ledger_store.open_intents(c, session.player_id))
    doubts = {intent.ship: intent for intent in intents if intent.state is IntentState.IN_DOUBT}
    decided = _decided(fleet)
    found: list[Explanation] = []
    for ship in session.roster.ships():
        found += _of_ship(fleet, ship, doubts.get(ship.symbol), decided)
    unseen = [each for each in session.quarantine.ships() if not session.roster.knows(each.ship)]
    found += [_explanation(each.ship, IDLE, ships.quarantined(each.ship, each.since, each.reason)) for each in unseen]
    return sorted(found, key=lambda each: each.name)


def _of_ship(fleet: Fleet, ship: Ship, doubt: Intent | None, decided: Decided) -> Sequence[Explanation]:
    reason = unavailable(fleet.session, ship)
    if doubt is not None:
        in_doubt = containers.call_in_doubt(doubt.kind.value, doubt.good, doubt.waypoint, doubt.sent_at)
        return [replace(_explanation(ship.symbol, IDLE, in_doubt), behind=() if reason is None else (reason,))]
    claim = fleet.session.claims.claim_of(ship.symbol)
    if reason is not None and claim is not None and reason.rule == "commanded":
        halted = fleet.halts.get(claim.container_id)
        explanations = _waiting(fleet, ship) or _explanation(ship.symbol, BUSY, _work(fleet, ship) or reason)
        if halted is not None:
            explanations = _explanation(ship.symbol, IDLE, halted)
        return [replace(explanations, container_id=claim.container_id)]
    if reason is not None:
        return [_explanation(ship.symbol, IDLE, reason)]
    if ship.symbol in decided:
        return decided[ship.symbol]
    for commanded in fleet.coordinators:
        if commanded.obstacle is not None:
            return [replace(_explanation(ship.symbol, IDLE, commanded.obstacle), container_id=commanded.container.id)]
    return [_explanation(ship.symbol, IDLE, containers.no_coordinator())]


def _waiting(fleet: Fleet, ship: Ship) -> Explanation | None:
    """The ship's wait for stock at the market where it is; None if it does not wait."""
    live = [commanded.coordinator for commanded in fleet.coordinators if commanded.coordinator is not None]
    pause = next(filter(None, (coordinator.market_waits.of(ship.symbol) for coordinator in live)), None)
    return None if pause is None else _explanation(ship.symbol, WAITING, pause.reason)


def _work(fleet: Fleet, ship: Ship) -> Reason | None:
    """The task of the ship."""
    turns = [commanded.turn for commanded in fleet.coordinators if commanded.turn is not None]
    tasks = (task for now in turns for task in now.seen.tasks if task.status.is_in_flight)
    return next((ships.working(task) for task in tasks if task.ship == ship.symbol), None)


def _decided(fleet: Fleet) -> Decided:
    """Why no coordinator sends each free ship; if one is about to send it, only that."""
    by_ship: dict[str, list[Explanation]] = {}
    for commanded in fleet.coordinators:
        if commanded.obstacle is None and commanded.coordinator is not None and commanded.turn is not None:
            found = [*of_ships(commanded.turn), *_of_probes(commanded.coordinator)]
            for name, each in {each.name: each for each in found}.items():
                by_ship.setdefault(name, []).append(replace(each, container_id=commanded.container.id))
    about_to_start = {
        ship: [each for each in explanations if _is_next(each)][:1] for ship, explanations in by_ship.items()
    }
    return {ship: about_to_start[ship] or explanations for ship, explanations in by_ship.items()}


def _is_next(each: Explanation) -> bool:
    return each.reason.rule == "decided_next"


def _of_probes(coordinator: Coordinator) -> list[Explanation]:
    """Why each free ship without a hold, and each ship in a cooldown, looks at no market."""
    view_builder, resting = coordinator.view_builder, coordinator.cooldowns.resting()
    probes = [ship.symbol for ship in view_builder.free_probes()]
    answers = looks(view_builder.scout_view(probes, resting, only_unseen=False))
    none_is_sent = view_builder.no_scouting(coordinator.revised)
    found = [_explanation(ship, IDLE, ships.rests(ship, coordinator.cooldowns.cooldown_left(ship))) for ship in resting]
    left = view_builder.left_to_another()
    if left is not None:
        found.append(_explanation(left.symbol, IDLE, ships.left_to_another()))
    for ship, answer in answers.items():
        to_look = ships.decided_next(f"a look at {answer.waypoint}") if isinstance(answer, Scout) else answer
        found.append(_explanation(ship, IDLE, none_is_sent or to_look))
    return found


def _explanation(name: ShipSymbol, state: str, reason: Reason) -> Explanation:
    return Explanation(subject=Subject.SHIP, name=name, state=state, reason=reason)
