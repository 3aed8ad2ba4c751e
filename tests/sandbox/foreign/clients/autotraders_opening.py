# mypy: ignore-errors
"""The opening with autotraders. Arguments: base URL, account token; prints what it did as JSON."""

import json
import sys

from autotraders import AutoTradersSession
from autotraders.agent import Agent
from autotraders.map.waypoint_types.marketplace import Marketplace
from autotraders.map.waypoint_types.shipyard import Shipyard
from autotraders.ship import Ship

base_url, account_token = sys.argv[1:]
account = AutoTradersSession(account_token, base_url=f"{base_url}/")
session = AutoTradersSession(Agent.create(account, "COSMIC", "AUTO", None), base_url=f"{base_url}/")
frigate, probe = Ship.all(session).current()
yard = str(probe.nav.location)
frigate.orbit()
frigate.navigate(yard)
frigate.nav.update()
frigate.dock()
goods = {good.symbol for good in Marketplace(yard, session).trade_goods}
bought = frigate.buy("FUEL", 5)
sold = frigate.sell("FUEL", 5)
drone, _ = Shipyard(yard, session).purchase("SHIP_MINING_DRONE")
agent = Agent(session)
told = {
    "at": str(frigate.nav.location),
    "yard": yard,
    "goods": len(goods),
    "ships": agent.ship_count,
    "credits": agent.credits,
}
print(json.dumps(told))
