"""Methods of the wire contract by effect: read-only methods, and requests that are dry runs.

A method that is not listed counts as a change. No generated code is imported, so that commands start fast.
"""

LOOKS = (
    "ListContainers",
    "GetContainer",
    "GetContainerLogs",
    "ListPlayers",
    "ListShips",
    "GetShip",
    "ListShipyards",
    "ListMarkets",
    "ListWaypoints",
    "ListPriceHistory",
    "GetMarket",
    "ForecastMarket",
    "ListLedger",
    "SummarizeLedger",
    "ScanOpportunities",
    "GetManufacturingStatus",
    "ListPipelines",
    "ListTasks",
    "GetManufacturingConfig",
    "ListConfigRevisions",
    "GetConfigEffect",
    "WatchConfig",
    "ListConfigPresets",
    "GetConfigDefaults",
    "ExplainConfig",
    "ExamineConfig",
    "ListConfigForecasts",
    "ListTunings",
    "GetHealth",
    "AwaitHalt",
    "ExplainWork",
    "ExplainDecision",
    "GetReport",
    "ExportTable",
    "ListAlerts",
    "ListAlertHistory",
    "DryRunAlerts",
    "GetCaller",
)

LOOKS_AT_OTHERS = ("ListTokens",)
"""Read-only methods that need more than a viewer's role."""


def can_change(method: str) -> bool:
    """Whether the method can change anything; an unknown one counts as a change."""
    return method not in LOOKS and method not in LOOKS_AT_OTHERS


def is_change(method: str, request: object) -> bool:
    """Whether the method changes anything for this request."""
    return can_change(method) and not is_dry_run(request)


def is_dry_run(request: object) -> bool:
    """Whether a request is a dry run."""
    return bool(getattr(request, "dry_run", False) or getattr(getattr(request, "terms", None), "validate_only", False))


def is_safe_to_repeat(method: str, request: object) -> bool:
    """Whether a request that is sent twice has the effect of one: it changes nothing, or has an idempotency key."""
    return not is_change(method, request) or bool(getattr(getattr(request, "terms", None), "request_id", ""))
