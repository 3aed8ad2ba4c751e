"""Subscription of an open page: the view, the player and the period."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.errors import Refused

VIEWS = ("overview", "fleet", "chains", "markets", "ledger", "logs", "settings")

RANGES: Mapping[str, str] = {"day": "24h", "week": "168h", "all": ""}
"""Spans of the charts, and how the daemon is asked for them; empty is from the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A view of the page, with what the page can choose there; raises Refused for a view or span that is none.

    `container_id` is empty for the first coordinator that is at work, `system` for the player's home. `log`
    is the container whose lines are wanted, from `level` on.
    """

    view: str = "overview"
    container_id: str = ""
    span: str = "day"
    system: str = ""
    log: str = ""
    level: str = "INFO"

    def __post_init__(self) -> None:
        if self.view not in VIEWS:
            raise Refused.of("view", self.view, f"one of {', '.join(VIEWS)}")
        if self.span not in RANGES:
            raise Refused.of("span", self.span, f"one of {', '.join(RANGES)}")
