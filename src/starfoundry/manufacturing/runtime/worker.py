"""The execution of one task from the first flight to the last sale.

Every trade is judged again by the newest settings.
"""

from dataclasses import dataclass, replace

from starfoundry.containers.runtime.logbook import Logbook, LogLevel
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import Ship
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.ledger.domain.model import NotApplied, Purpose
from starfoundry.manufacturing.domain.model import Task, TaskKind, TaskStatus
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import board_by_good
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.arrival import Leave, Wait, decide_on_short_supply
from starfoundry.manufacturing.planner.trips.estimate import Prospect, TradeVerdict
from starfoundry.manufacturing.planner.trips.input_values import input_values
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.planner.trips.spot import SpotDecision
from starfoundry.manufacturing.planner.view import treasury_floor
from starfoundry.manufacturing.runtime.market_waits import MarketWaits
from starfoundry.manufacturing.runtime.view_builder import journey, ship_view_of
from starfoundry.manufacturing.runtime.work_state import WorkState
from starfoundry.market.runtime.unreadable import MarketUnreadable
from starfoundry.runtime.concurrency.uninterrupted import uninterrupted

REDIRECT_GAIN = 1.25
"""A ship at a market sells elsewhere only for this factor more, with fuel paid: the flight takes time too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerContext:
    """Shared objects of a coordinator's workers. `readiness` holds the configuration in force."""

    session: Session
    work_state: WorkState
    readiness: TaskReadinessSpecification
    recipes: Recipes
    market_waits: MarketWaits
    logbook: Logbook
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTrip:
    """The result of a worker's run; `trouble` is the error that stopped the ship, empty if prices ended the trip."""

    task: Task
    trouble: str = ""


class Worker:
    """One ship on one task. `promise` is the expected result of the trip; a resumed task has none."""

    def __init__(self, context: WorkerContext, task: Task, promise: Prospect | None) -> None:
        self._context = context
        self._session = context.session
        self._task = task
        self._promise = promise
        self._left: list[WaypointSymbol] = []

    async def run(self) -> "WorkerTrip":
        """Do the task; returns whether it was completed or returned, with the reason. Every step is stored."""
        task = self._task
        if task.status is TaskStatus.ASSIGNED:
            await self._change(task.becomes(TaskStatus.EXECUTING), "task started", {"ship": task.ship})
        try:
            async with self._session.quarantine.working_with(task.ship):
                await self._session.gateway.wait_until_settled(task.ship)  # from an earlier run
                unwilling = await self._fill_hold()
                if unwilling is not None:
                    return WorkerTrip(task=await self._return_task(unwilling.reason))
                return WorkerTrip(task=await self._empty_hold())
        except StarFoundryError as error:
            self._log(LogLevel.WARNING, f"{task.ship} could not continue: {error.message}", error=type(error).__name__)
            is_over = self._task.status is not TaskStatus.EXECUTING
            task = self._task if is_over else await self._return_task(error.message)
            return WorkerTrip(task=task, trouble="" if isinstance(error, MarketUnreadable) else error.message)

    async def _fill_hold(self) -> Leave | None:
        """Buy at the source until the hold is full or more would not pay; returns the reason if nothing was bought."""
        task = self._task
        if task.kind is TaskKind.LIQUIDATE or self._units_aboard() > 0:
            return None
        await self._fly(task.source)
        waited = 0.0
        while self._ship().cargo.free > 0:
            await self._session.trader.look(task.ship)
            spot = self._spot()
            verdict = spot.judge()
            if not verdict.go:
                if self._units_aboard() > 0:
                    break
                pause = self._when_refused(spot, verdict, waited)
                if isinstance(pause, Leave):
                    return pause
                waited += await self._context.market_waits.wait_out(task, pause)
                continue
            missed = await self._buy_tranche(spot.offer(task.source), verdict.prospect)
            if missed is not None:
                if self._units_aboard() > 0:
                    break
                if missed.code:
                    raise Unavailable(f"{task.ship} could not buy {task.good}: {missed.reason}")
                return Leave(reason=missed.reason)
        await self._settle_purchase()
        return None

    def _when_refused(self, spot: SpotDecision, verdict: TradeVerdict, waited: float) -> Wait | Leave:
        """The wait, or the reason to leave; either is logged with its figures."""
        task = self._task
        offer = spot.board.offer(task.source, task.good)
        if (
            offer is None
            or self._is_blocked()
            or self._context.readiness.can_execute(task.kind, offer.supply, task.good)
        ):
            return self._leave(str(verdict.refusal))
        answer = decide_on_short_supply(
            offer.curve,
            self._context.readiness.get_minimum_execute_supply(task.kind, task.good),
            waited=waited,
            promised_per_hour=self._promise.per_hour if self._promise else 0,
            trip_seconds=self._promise.seconds if self._promise else 0.0,
        )
        if isinstance(answer, Leave):
            return self._leave(answer.reason)
        self._log(LogLevel.INFO, f"{task.ship} waits at {task.source}: {answer.reason}", seconds=round(answer.seconds))
        return answer

    def _leave(self, reason: str) -> Leave:
        task = self._task
        self._log(LogLevel.INFO, f"{task.ship} does not buy {task.good} at {task.source}: {reason}", task=task.id)
        return Leave(reason=reason)

    async def _buy_tranche(self, offer: Offer, prospect: Prospect) -> NotApplied | None:
        """One purchase of at most the trade volume; returns the gateway's reason if it did not happen."""
        task = self._task
        result = await self._session.trader.buy(
            task.ship,
            task.good,
            min(prospect.units, offer.quote.trade_volume),
            price_seen=offer.quote.ask,
            floor=treasury_floor(self._context.readiness.config),
            purpose=self._purpose(offer.supply),
        )
        if isinstance(result, NotApplied):
            self._log(LogLevel.WARNING, f"{task.ship} could not buy {task.good}: {result.reason}", code=result.code)
            return result
        return None

    async def _settle_purchase(self) -> None:
        """Store the cargo aboard and its destination: the market that now pays best for it."""
        target = self._spot().better_sink(gain=1.0)
        aboard = self._units_aboard()
        task = replace(self._task, units_bought=aboard, units_planned=aboard, target=target.waypoint)
        await self._change(task, "hold filled", {"units": aboard, "target": target.waypoint})

    async def _empty_hold(self) -> Task:
        """Fly to the sink and sell everything in tranches; elsewhere if the sink's price has fallen, never back."""
        task = self._task
        while self._units_aboard() > 0:
            await self._fly(self._task.target)
            await self._session.trader.look(task.ship)
            better = self._spot().better_sink(gain=REDIRECT_GAIN)
            if better.waypoint != self._task.target:
                self._log(
                    LogLevel.INFO, f"{task.ship} sells {task.good} at {better.waypoint} instead of {self._task.target}"
                )
                self._left.append(self._task.target)
                moved = replace(self._task, target=better.waypoint)
                await self._change(moved, "sale moved", {"target": better.waypoint, "bid": better.curve.bid})
                continue
            volume = better.quote.trade_volume
            units = min(volume, self._units_aboard())
            result = await self._session.trader.sell(task.ship, task.good, units, purpose=self._purpose(better.supply))
            if isinstance(result, NotApplied):
                raise Unavailable(f"{task.ship} could not sell {task.good}: {result.reason}")
        return await self._complete()

    async def _complete(self) -> Task:
        money = await self._context.work_state.money_of(self._task.id)
        task = replace(
            self._task,
            units_bought=money.units_bought,
            units_sold=money.units_sold,
            cost=money.cost,
            revenue=money.revenue,
            fuel_cost=money.fuel,
        )
        done = task.over(TaskStatus.COMPLETED, self._context.clock.now())
        self._log(
            LogLevel.INFO,
            f"{task.kind.value} {task.good}: {money.units_sold} units sold at {task.target}, {money.profit:+,} credits",
            task=task.id,
            ship=task.ship,
            cost=money.cost,
            revenue=money.revenue,
            fuel=money.fuel,
        )
        facts: dict[str, object] = {"units": money.units_sold, "profit": money.profit}
        await self._change(done, "task completed", facts)
        if task.kind is TaskKind.ACQUIRE_DELIVER:
            await self._context.work_state.delivered(done)
        return done

    async def _return_task(self, reason: str) -> Task:
        task = self._task.returned(reason)
        if task.status.is_over:
            task = replace(task, ended_at=self._context.clock.now())
        await self._change(task, "task given back", {"reason": reason, "attempts": task.attempts})
        return task

    async def _fly(self, waypoint: WaypointSymbol) -> None:
        await self._session.pilot.fly(self._task.ship, waypoint, purpose=self._purpose())
        await self._session.pilot.dock(self._task.ship)

    def _spot(self) -> SpotDecision:
        """The ship's current data: the markets as seen, with the trades of every other ship under way."""
        book, config = self._session.book, self._context.readiness.config
        others = [task for task in self._context.work_state.tasks() if task.id != self._task.id]
        board = board_by_good(book.places_by_symbol(), book.usable_by_good(), self._context.clock.now(), others)
        return SpotDecision(
            task=self._task,
            hull=ship_view_of(self._ship()),
            board=board,
            wanted=input_values(board, self._context.recipes)
            if self._context.recipes.is_input(self._task.good)
            else {},
            config=config,
            spendable=self._session.gateway.credits - treasury_floor(config),
            travel=lambda hull, origin, goal: journey(self._session, hull, origin, goal),
            left=self._left,
        )

    def _is_blocked(self) -> bool:
        return self._task.good in self._context.readiness.config.blocked_goods

    def _ship(self) -> Ship:
        return self._session.roster.get(ShipSymbol(self._task.ship))

    def _units_aboard(self) -> int:
        return self._ship().cargo.units_of(self._task.good)

    def _purpose(self, supply_seen: SupplyLevel | None = None) -> Purpose:
        return Purpose(
            container_id=self._task.container_id,
            pipeline_id=self._task.pipeline_id,
            task_id=self._task.id,
            config_revision=self._context.readiness.revised.revision,
            supply_seen=supply_seen,
        )

    async def _change(self, task: Task, kind: str, facts: dict[str, object]) -> None:
        async def change() -> None:
            self._task = await self._context.work_state.change_task(task, kind, facts)

        await uninterrupted(change())  # a ship that is quarantined meanwhile must not leave a half-changed task

    def _log(self, level: LogLevel, message: str, **fields: object) -> None:
        self._context.logbook.log(self._task.container_id, level, message, **fields)
