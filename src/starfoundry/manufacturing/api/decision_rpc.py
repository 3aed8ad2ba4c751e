"""The gRPC method for explanations of decisions about a task, a pipeline or a good."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from starfoundry.config.api import proto_mapping as config_mapping
from starfoundry.config.domain.change_status import ConfigView
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.service.config_service import ConfigService
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.ports import Gate
from starfoundry.manufacturing.api.decisions import ChainRound, DecisionExplainer, Decisions, TripDecision
from starfoundry.manufacturing.api.proto_mapping import (
    opportunity_message,
    pipeline_message,
    reason_message,
    task_message,
    trip_message,
)
from starfoundry.manufacturing.domain.launch_options import system_of
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.explain.decided_trip import Alternative
from starfoundry.manufacturing.planner.explain.supply_chain import ChainNode, ChainRole
from starfoundry.manufacturing.reasons.trips import EXECUTE_SETTINGS, START_SETTINGS
from starfoundry.wire import daemon_pb2 as wire

OF_EVERY_TRIP = ("market_max_age", "min_balance", "max_workers", "max_api_share", "blocked_goods")
OF_TRADES = ("trade_min_margin", "trade_max_ships")
OF_FEEDS = ("chain_stop_loss",)
OF_CHAINS = ("min_purchase_price", "max_pipelines", "strategy", "market_max_age", "blocked_goods")
"""The settings that decide about a trip or a chain, beside the supply levels of its kind."""


class DecisionRpc:
    """ExplainDecision."""

    def __init__(self, explainer: DecisionExplainer, configs: ConfigService, gate: Gate) -> None:
        self._explainer = explainer
        self._configs = configs
        self._gate = gate

    async def ExplainDecision(self, request: wire.ExplainDecisionRequest, context: object) -> wire.DecisionExplanation:
        """The decision about what is named, the alternatives that lost, and the settings in force."""
        player_id = await self._gate.admit(request.player_id, context)
        found = await self._explainer.explain(player_id, request.container_id, request.subject)
        views = {view.container_id: view for view in await self._configs.show_all(player_id)}
        view = views[ContainerId(found.container.id)]
        chain = found.chain
        held_back = [] if chain is None else [each.node.key for each in chain.bottlenecks]

        def node(each: ChainNode) -> wire.SupplyNode:
            """The message of a place and of everything below it."""
            message = _node(each, is_bottleneck=each.key in held_back, doing=found.doings.get(each.key, ""))
            message.below.extend(node(one) for one in each.below)
            return message

        return wire.DecisionExplanation(
            subject=found.subject,
            name=found.name,
            container_id=found.container.id,
            system=system_of(found.container.config),
            revision=view.revision,
            thresholds=[_threshold(view, name, found.config_then) for name in _settings_of(found)],
            pipeline=None if found.pipeline is None else pipeline_message(found.pipeline),
            trips=[_trip(each, view) for each in found.trips],
            chains=[_chain(each, view) for each in found.chains],
            sellers=[] if chain is None else [node(each) for each in chain.sellers],
            buyers=[] if chain is None else [node(each) for each in chain.buyers],
            bottlenecks=[] if chain is None else [each.sentence for each in chain.bottlenecks],
        )


def _settings_of(found: Decisions) -> list[str]:
    """The names of the settings that decide about what is explained, each once."""
    kinds = dict.fromkeys(each.task.kind for each in found.trips if each.task.kind is not TaskKind.LIQUIDATE)
    names = [name for kind in kinds for name in _settings_of_kind(kind)]
    if found.trips:
        names += OF_EVERY_TRIP
    if found.chains or found.chain is not None:
        names += [*_settings_of_kind(TaskKind.COLLECT_SELL), *_settings_of_kind(TaskKind.ACQUIRE_DELIVER), *OF_CHAINS]
    return list(dict.fromkeys(names))


def _settings_of_kind(kind: TaskKind) -> Iterator[str]:
    yield START_SETTINGS[kind]
    yield EXECUTE_SETTINGS[kind]
    yield from OF_TRADES if kind is TaskKind.TRADE else OF_FEEDS if kind is TaskKind.ACQUIRE_DELIVER else ()


def _threshold(view: ConfigView, name: str, then: Mapping[str, Any] | None) -> wire.Threshold:
    """A setting as it is in force, and as it was when the trip was decided, where that was different."""
    now = config_mapping.provenance(view, name)
    key = BY_NAME[name].key
    was = "" if then is None or key not in then else json.dumps(then[key])
    return wire.Threshold(setting=now, then_json="" if was == now.value_json else was)


def _trip(each: TripDecision, view: ConfigView) -> wire.TripDecision:
    message = wire.TripDecision(
        task=task_message(each.task, each.prediction),
        is_past=not each.task.status.is_waiting,
        revision=each.revision,
        ship=each.ship,
        reason=reason_message(each.reason, view),
    )
    if each.trip is not None:
        message.estimate.CopyFrom(trip_message(each.trip.estimate))
        per_hour = each.trip.estimate.prospect.per_hour
        message.alternatives.extend(_alternative(one, per_hour) for one in each.trip.alternatives)
    return message


def _alternative(each: Alternative, chosen_per_hour: int) -> wire.Alternative:
    return wire.Alternative(
        kind=each.kind.value,
        good=each.good,
        source=each.source,
        target=each.target,
        task_id=each.task_id,
        profit=each.prospect.profit,
        seconds=int(each.prospect.seconds),
        per_hour=each.prospect.per_hour,
        lost_by=chosen_per_hour - each.prospect.per_hour,
    )


def _chain(each: ChainRound, view: ConfigView) -> wire.ChainDecision:
    decision = each.decision
    message = wire.ChainDecision(good=decision.good, factory=decision.factory, pipeline_id=decision.pipeline_id)
    if decision.opportunity is not None:
        message.opportunity.CopyFrom(opportunity_message(decision.opportunity, each.trips))
    if decision.reason is not None:
        message.reason.CopyFrom(reason_message(decision.reason, view))
    return message


def _node(each: ChainNode, *, is_bottleneck: bool, doing: str) -> wire.SupplyNode:
    message = wire.SupplyNode(
        role=each.role.value,
        good=each.good,
        waypoint=each.waypoint,
        is_bottleneck=is_bottleneck,
        is_above=each.is_above,
        doing=doing,
    )
    offer = each.offer
    if offer is not None:
        message.is_seen = True
        message.supply = offer.supply.name if offer.supply is not None else ""
        message.activity = offer.quote.activity.name if offer.quote.activity is not None else ""
        message.trade_volume = offer.quote.trade_volume
        message.price = offer.curve.ask if each.role in (ChainRole.FACTORY, ChainRole.EXCHANGE) else offer.curve.bid
        message.age_seconds = int(offer.age)
        if each.stock is not None:
            message.stock = each.stock
    return message
