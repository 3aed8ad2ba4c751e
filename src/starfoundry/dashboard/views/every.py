"""The views of the page by their names, each as what is looked at for it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starfoundry.dashboard.link import Link
from starfoundry.dashboard.views import chains, fleet, ledger, logs, overview
from starfoundry.dashboard.views.asked import Asked
from starfoundry.dashboard.views.markets import MarketsView

Look = Callable[[Link, Asked, dict[str, Any], list[dict[str, Any]]], Awaitable[dict[str, Any]]]


def views() -> Mapping[str, Look]:
    """Those that show more than what every view does, for one open page: some know what they looked at before."""
    return {
        "overview": overview.look,
        "fleet": fleet.look,
        "chains": chains.look,
        "markets": MarketsView().look,
        "ledger": ledger.look,
        "logs": logs.look,
    }
