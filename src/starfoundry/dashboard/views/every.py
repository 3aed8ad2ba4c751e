"""The views of the page by their names, each as what is looked at for it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starfoundry.dashboard.link import Link
from starfoundry.dashboard.views import chains, fleet, overview
from starfoundry.dashboard.views.asked import Asked

Look = Callable[[Link, Asked, dict[str, Any], list[dict[str, Any]]], Awaitable[dict[str, Any]]]

VIEWS: Mapping[str, Look] = {"overview": overview.look, "fleet": fleet.look, "chains": chains.look}
"""Those that show more than what every view does."""
