"""Subscription of an open page: the view, the player and the period."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.errors import Refused

VIEWS = ("overview", "fleet", "chains", "markets", "ledger", "logs", "settings")

RANGES: Mapping[str, str] = {"day": "24h", "week": "168h", "all": ""}
"""Spans of the charts, and how the daemon is asked for them; empty is from the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One view of the page.

    `container_id` is empty for the first coordinator that is at work, `system` for the player's home. `log`
    is the container whose lines are wanted, from `level` on.
    """

    view: str = "overview"
    container_id: str = ""
    span: str = "day"
    system: str = ""
    log: str = ""
    level: str = "INFO"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Asked":
        """What a request's query asks for; raises Refused for a view or span that is none."""
        asked = cls(
            view=query.get("view", "overview"),
            container_id=query.get("container_id", ""),
            span=query.get("span", "day"),
            system=query.get("system", ""),
            log=query.get("log", ""),
            level=query.get("level", "INFO"),
        )
        if asked.view not in VIEWS:
            raise Refused.of("view", asked.view, f"one of {', '.join(VIEWS)}")
        if asked.span not in RANGES:
            raise Refused.of("span", asked.span, f"one of {', '.join(RANGES)}")
        return asked
