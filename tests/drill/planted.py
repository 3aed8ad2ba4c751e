"""Mistakes that were made on purpose: each takes one guard away. A campaign that does not find it guards nothing.

Every one is a context manager that patches the product for as long as it is open, the faults that bring it out, and
the seeds that may be spent on finding it.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from unittest.mock import patch

from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.storage import history
from starfoundry.daemon.resets import guarded_transport
from starfoundry.drill.faults.fault import DrillFaults
from starfoundry.fleet.registry.claims import Claims
from starfoundry.game import calls as game_caller
from starfoundry.game.outcome import Declined, NotSent, Unknown
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.ledger.domain import balance, settlement
from starfoundry.ledger.domain.settlement import Settlement
from starfoundry.ledger.runtime import executor, ledger
from starfoundry.ledger.runtime.gateway import MoneyGateway
from starfoundry.ledger.runtime.ledger import ignore_late_booking
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.runtime import worker
from starfoundry.manufacturing.runtime.work_state import WorkState

LOSSY = DrillFaults(lost_after=0.05, late=0.03, lost_before=0.02)
CRASHING = DrillFaults(lost_after=0.03, crashes=4)
RESET = DrillFaults(lost_after=0.15, late=0.1, reset=True)


@dataclass(frozen=True, kw_only=True)
class Planted:
    """One mistake. `open` makes it for as long as its context lasts."""

    name: str
    open: Callable
    faults: DrillFaults | None = LOSSY
    seeds: tuple[int, ...] = (1, 3, 6, 7, 8, 10)
    slow: bool = field(default=True)


@contextmanager
def purchases_are_repeated():
    """A money call without an answer is sent again, as any HTTP client with retries would."""
    once = game_caller.GameCaller.once

    async def twice(self, call, read, fits):
        outcome = await once(self, call, read, fits)
        return await once(self, call, read, fits) if isinstance(outcome, Unknown) else outcome

    with patch.object(game_caller.GameCaller, "once", twice):
        yield


@contextmanager
def doubt_is_taken_for_no():
    """A call without an answer counts as not applied."""
    sent = executor._sent

    async def never_in_doubt(send):
        outcome = await sent(send)
        return NotSent(reason=outcome.reason) if isinstance(outcome, Unknown) else outcome

    with patch.object(executor, "_sent", never_in_doubt):
        yield


@contextmanager
def traces_are_read_at_once():
    """Nobody waits until a call can no longer be applied."""
    with patch.object(executor, "SETTLE_SECONDS", 0.0):
        yield


@contextmanager
def no_intent_is_kept():
    """A call is sent without being written down: its number is made up, and a crash forgets it."""

    async def adopt_nothing(self):
        return ()

    with patch.object(ledger.Ledger, "open_intents", adopt_nothing):
        yield


@contextmanager
def deals_are_booked_twice():
    """Now and then an applied call gets a second line."""
    booking = balance.Balance.booking

    def twice(self, intent, total, credits_reported, at):
        made = booking(self, intent, total, credits_reported, at)
        if intent is None or intent.id % 20 or not total:
            return made
        again = replace(made.entries[0], intent_id=None)
        return replace(made, entries=(*made.entries, again))

    with patch.object(balance.Balance, "booking", twice):
        yield


@contextmanager
def every_call_counts_as_applied():
    """What left no trace is booked as done."""

    def applied(intent, evidence):
        found = settlement.settle(intent, evidence)
        price = intent.price_seen * intent.units
        return found if found.applied else Settlement(applied=True, units=intent.units, total=price, price=0)

    with patch.object(executor, "settle", applied):
        yield


@contextmanager
def refusals_are_not_heard():
    """What the game refuses is taken for done at the price seen."""
    sent = executor._sent

    async def deaf(send):
        outcome = await sent(send)
        return Unknown(reason="?") if isinstance(outcome, Declined) and outcome.code == 429 else outcome

    with patch.object(executor, "_sent", deaf), patch.object(executor, "settle", _always_applied):
        yield


def _always_applied(intent, _evidence):
    return Settlement(applied=True, units=intent.units, total=intent.price_seen * intent.units, price=intent.price_seen)


@contextmanager
def the_floor_is_ignored():
    """Nobody minds how many credits must remain."""
    refusal = balance.Balance.refusal

    with (
        patch.object(balance.Balance, "refusal", lambda self, intent, floor: refusal(self, intent, None)),
        patch.object(worker, "treasury_floor", lambda _config: -10_000_000),
    ):
        yield


@contextmanager
def thresholds_are_ignored():
    """The level at which a ship that has arrived may buy is any level."""

    def lowest(_self, kind, good=""):
        return SupplyLevel.SCARCE

    with patch.object(TaskReadinessSpecification, "get_minimum_execute_supply", lowest):
        yield


@contextmanager
def changes_are_acknowledged_before_they_are_stored():
    """The operator and the coordinator hear of a revision that the disk never gets: what a lost commit looks like."""

    async def early(self, container_id, commit):
        def foretell(connection):
            with connection.begin_nested() as savepoint:
                committed = commit(connection)
                savepoint.rollback()
            return committed

        committed = await self._database.write(foretell)
        self._bus.publish(container_id, committed.revised, committed.record)
        return committed, self._bus.elapsed()

    with patch.object(ConfigService, "_write_and_publish", early):
        yield


@contextmanager
def revisions_overwrite_each_other():
    """The settings are written without a line of history."""
    with patch.object(history, "append", lambda *args, **kwargs: None):
        yield


@contextmanager
def claims_are_forgotten():
    """Whoever asks for a ship gets it."""

    async def granted(self, ship, container_id, purpose):
        return True

    with patch.object(Claims, "claim", granted), patch.object(Claims, "owner", lambda self, ship: None):
        yield


@contextmanager
def tasks_end_before_their_money_is_known():
    """A task that goes on after a crash does not wait for the call in doubt, and what is booked later is not in it."""

    async def at_once(self, ship):
        return None

    with (
        patch.object(MoneyGateway, "settled", at_once),
        patch("starfoundry.daemon.composition.build.booked_late", ignore_late_booking),
    ):
        yield


@contextmanager
def observed_is_never_stored():
    """A coordinator takes a change up, but never says so."""
    apply = WorkState.apply

    async def silent(self, actions, revision, *, first_under=None):
        return await apply(self, actions, revision, first_under=None)

    with patch.object(WorkState, "apply", silent), patch.object(ConfigBus, "observe", lambda *args: None):
        yield


@contextmanager
def a_refused_token_is_only_an_error():
    """A reset is not noticed: containers crash until they have failed."""
    with patch.object(guarded_transport, "refuses_token", lambda _response: False):
        yield


@contextmanager
def calls_in_doubt_are_left_open_by_a_reset():
    """The end of a universe forgets the calls whose own end nobody can learn any more."""
    with patch.object(ledger_store, "abandon_intents", lambda _connection, _player, **_: 0):
        yield


ALL = (
    Planted(name="retry a purchase", open=purchases_are_repeated, slow=False),
    Planted(name="take doubt for no", open=doubt_is_taken_for_no, slow=False),
    Planted(name="read traces at once", open=traces_are_read_at_once, faults=DrillFaults(late=0.08)),
    Planted(name="forget intents at a crash", open=no_intent_is_kept, faults=CRASHING),
    Planted(name="book twice", open=deals_are_booked_twice, slow=False),
    Planted(name="take doubt for yes", open=every_call_counts_as_applied, faults=DrillFaults(lost_before=0.05)),
    Planted(name="be deaf to refusals", open=refusals_are_not_heard, faults=DrillFaults(limited=0.05)),
    Planted(name="ignore the floor", open=the_floor_is_ignored, faults=DrillFaults()),
    Planted(name="ignore thresholds", open=thresholds_are_ignored, faults=DrillFaults(), slow=False),
    Planted(
        name="acknowledge what is not stored",
        open=changes_are_acknowledged_before_they_are_stored,
        faults=DrillFaults(),
    ),
    Planted(name="lose revisions", open=revisions_overwrite_each_other, faults=DrillFaults()),
    Planted(name="forget claims", open=claims_are_forgotten, slow=False),
    Planted(name="do not wait for doubts", open=tasks_end_before_their_money_is_known, faults=None, seeds=(3, 20)),
    Planted(name="be deaf to a reset", open=a_refused_token_is_only_an_error, faults=RESET),
    Planted(name="leave doubts to a dead universe", open=calls_in_doubt_are_left_open_by_a_reset, faults=RESET),
    Planted(name="never say observed", open=observed_is_never_stored, faults=DrillFaults()),
)
