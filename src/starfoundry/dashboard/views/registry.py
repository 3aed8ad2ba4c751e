"""The views of the page by their names, each as what is looked at for it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views import chains, fleet, ledger, logs, overview, player_layers
from starfoundry.dashboard.views.markets import MarketsView
from starfoundry.dashboard.views.subscription import Asked

Look = Callable[[AsyncDaemonClient, Asked, dict[str, Any], list[dict[str, Any]]], Awaitable[dict[str, Any]]]


def views() -> Mapping[str, Look]:
    """Those that show more than what every view does, for one open page: some know what they looked at before."""
    return {
        "overview": overview.look,
        "fleet": fleet.look,
        "chains": chains.look,
        "markets": MarketsView().look,
        "ledger": ledger.look,
        "logs": logs.look,
        "settings": player_layers.look,
    }
