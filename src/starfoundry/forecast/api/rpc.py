"""RPCs of forecasts: make one, and list the stored ones with their real results."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from starfoundry.config.api import proto_mapping
from starfoundry.config.domain.change_status import ChangeState, RevisionResult
from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import check_texts
from starfoundry.config.service.config_service import ConfigService
from starfoundry.forecast.api.service import HOURS, RUNS, ForecastService, Question
from starfoundry.forecast.domain.comparison import Difference
from starfoundry.forecast.domain.forecast import ArmForecast, SettingsForecast
from starfoundry.forecast.domain.review import Review, calibration
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.ports import Gate
from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire.status import author_of

DRY = Preconditions(validate_only=True)


class ForecastRpc:
    """ForecastConfig and ListConfigForecasts."""

    def __init__(self, service: ForecastService, configs: ConfigService, gate: Gate) -> None:
        self._service = service
        self._configs = configs
        self._gate = gate

    async def ForecastConfig(
        self, request: pb.ForecastConfigRequest, context: object
    ) -> AsyncIterator[pb.ConfigForecast]:
        """What is known after each round, the whole last. Proposed settings are judged as a change of them is."""
        player_id = await self._gate.admit(request.player_id, context)
        question = await self._question(request, player_id, context)
        async for number, forecast in self._service.forecast(question):
            yield _forecast(forecast, number)

    async def ListConfigForecasts(
        self, request: pb.ListConfigForecastsRequest, context: object
    ) -> pb.ListConfigForecastsResponse:
        """Every kept forecast of a coordinator, newest first, and how many of those that were tried held."""
        player_id = await self._gate.admit(request.player_id, context)
        container_id = ContainerId(request.container_id)
        await self._configs.show(player_id, container_id)
        reviews = await self._service.reviews(player_id, container_id)
        held, judged = calibration(reviews)
        return pb.ListConfigForecastsResponse(reviews=[_review(each) for each in reviews], held=held, judged=judged)

    async def _question(self, request: pb.ForecastConfigRequest, player_id: PlayerId, context: object) -> Question:
        container_id = ContainerId(request.container_id)
        view = await self._configs.show(player_id, container_id)
        proposed = None
        if request.texts or request.HasField("preset"):
            result = await self._tried(request, player_id, author_of(context) or "unknown")
            if result.state is ChangeState.REJECTED:
                raise Refused(f"the coordinator would refuse these settings: {result.reason}")
            if result.view.config == view.config:
                raise Refused("these settings are already in force: there is nothing to compare")
            proposed = result.view.config
        return Question(
            player_id=player_id,
            container_id=container_id,
            revision=view.revision,
            today=view.config,
            proposed=proposed,
            hours=request.hours or HOURS,
            runs=request.runs or RUNS,
        )

    async def _tried(self, request: pb.ForecastConfigRequest, player_id: PlayerId, author: str) -> RevisionResult:
        """The change that is proposed, tried without being made; raises what making it would raise."""
        container_id, by = ContainerId(request.container_id), self._configs.authorship(author=author, origin="forecast")
        values, problems = check_texts(request.texts)
        wanted = Patch(values=values, problems=problems)
        if request.HasField("preset"):
            return await self._configs.apply_preset(
                player_id, container_id, request.preset, by, DRY, besides=wanted if request.texts else None
            )
        return await self._configs.apply_patch(player_id, container_id, wanted, by, DRY)


def _forecast(found: SettingsForecast, number: int) -> pb.ConfigForecast:
    return pb.ConfigForecast(
        number=number,
        container_id=found.container_id,
        at=rfc3339(found.at),
        revision=found.revision,
        hours=found.hours,
        runs=found.runs,
        rounds=found.rounds,
        is_over=found.is_over,
        changes=_changes(found.today, found.proposed or found.today),
        today=_arm(found.now),
        proposed=None if found.then is None else _arm(found.then),
        difference=_in_one_game(found.difference),
        first_hours_difference=_in_one_game(found.first_difference),
        steady_difference=_in_one_game(found.steady_difference),
        reasons=found.reasons,
        unseen_goods=found.unseen_goods,
        processor_seconds=found.seconds,
    )


def _changes(today: Mapping[str, Any], proposed: Mapping[str, Any]) -> list[pb.SettingChange]:
    pairs = {one.name: {"before": today.get(one.key), "after": proposed.get(one.key)} for one in SETTINGS}
    return proto_mapping.changes({name: pair for name, pair in pairs.items() if pair["before"] != pair["after"]})


def _arm(arm: ArmForecast) -> pb.ArmForecast:
    return pb.ArmForecast(
        profit_per_hour=arm.profit_per_hour,
        deviation=arm.deviation,
        low=arm.low,
        high=arm.high,
        first_hours=arm.first_hours,
        steady=arm.steady,
        drawdown=arm.drawdown,
        requests_per_hour=arm.requests_per_hour,
        ships=arm.ships,
    )


def _in_one_game(difference: Difference | None) -> pb.ForecastDifference | None:
    """A difference with the range in which it lies in a single game, in four of five cases."""
    return difference_message(None if difference is None else difference.for_one_game())


def difference_message(difference: Difference | None) -> pb.ForecastDifference | None:
    """A difference as a message; None for none."""
    if difference is None:
        return None
    return pb.ForecastDifference(
        mean=difference.mean,
        low=difference.low,
        high=difference.high,
        pairs=difference.pairs,
        told_from_zero=difference.is_clear,
    )


_VERDICTS: Mapping[bool | None, str] = {True: "HELD", False: "MISSED", None: ""}


def _review(each: Review) -> pb.ForecastReview:
    judged = each.judged
    return pb.ForecastReview(
        forecast=_forecast(each.forecast, each.number),
        tried="" if judged is None else ("proposed" if judged.is_proposal else "today"),
        since="" if judged is None else rfc3339(judged.since),
        until="" if judged is None else rfc3339(judged.until),
        came=each.came,
        verdict=_VERDICTS[each.has_held],
        unlike=each.unlike,
    )
