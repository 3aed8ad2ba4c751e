"""Methods of the contract by what they do: those that only look, and requests that only try.

A method that is not named here is taken to change something. Nothing generated is imported: commands start light.
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
    "GetHealth",
    "AwaitHalt",
    "ExplainWork",
    "GetReport",
    "ExportTable",
    "GetCaller",
)

LOOKS_AT_OTHERS = ("ListTokens",)
"""Looks that need more than a viewer's role."""


def is_change(method: str) -> bool:
    """Whether the method changes anything; what is not known is taken to."""
    return method not in LOOKS and method not in LOOKS_AT_OTHERS


def is_dry_run(request: object) -> bool:
    """Whether a request only asks what a change would do."""
    return bool(getattr(request, "dry_run", False) or getattr(getattr(request, "terms", None), "validate_only", False))
