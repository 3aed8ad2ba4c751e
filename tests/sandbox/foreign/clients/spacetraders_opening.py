# mypy: ignore-errors
"""The opening with spacetraders (0.10). Arguments: base URL, account token; prints what it did as JSON."""

import json
import sys

from spacetraders import AuthenticatedClient

base_url, account_token = sys.argv[1:]
account = AuthenticatedClient(base_url=base_url, token=account_token)
joined = account.default.register(symbol="GENERATED", faction="COSMIC").parsed.data
client = AuthenticatedClient(base_url=base_url, token=joined.token)
frigate, probe = client.fleet.get_my_ships().parsed.data
name, yard = frigate.symbol, probe.nav.waypoint_symbol
system = probe.nav.system_symbol
client.fleet.orbit_ship(name)
client.fleet.navigate_ship(name, waypoint_symbol=yard)
nav = client.fleet.get_ship_nav(name).parsed.data
client.fleet.dock_ship(name)
goods = client.systems.get_market(system, yard).parsed.data.trade_goods
client.fleet.purchase_cargo(name, symbol="FUEL", units=5)
client.fleet.sell_cargo(name, symbol="FUEL", units=5)
client.fleet.purchase_ship(ship_type="SHIP_MINING_DRONE", waypoint_symbol=yard)
agent = client.agents.get_my_agent().parsed.data
told = {
    "at": nav.waypoint_symbol,
    "yard": yard,
    "goods": len(goods),
    "ships": agent.ship_count,
    "credits": agent.credits_,
}
print(json.dumps(told))
