# mypy: ignore-errors
"""The opening with SnakesInSpace. Arguments: base URL, account token; prints what it did as JSON.

It registers as the game did before accounts, so the agent is registered beforehand and its token handed over; its base
URL is fixed in the code and set on its client here.
"""

import json
import sys
import urllib.request

from snisp.agent import Agent

base_url, account_token = sys.argv[1:]
join = urllib.request.Request(f"{base_url}/register", data=b'{"symbol":"SNAKE","faction":"COSMIC"}')
join.add_header("authorization", f"Bearer {account_token}")
join.add_header("content-type", "application/json")
token = json.loads(urllib.request.urlopen(join).read())["data"]["token"]
player = Agent(symbol="SNAKE", faction="COSMIC", token=token)
player.client.base_url = base_url
frigate, probe = [*player.fleet]
waypoint = probe.waypoints.get(waypoint_symbol=probe.nav.waypoint_symbol)
yard = waypoint.symbol
frigate.orbit()
frigate.navigate(waypoint)
frigate = frigate.refresh()
frigate.dock()
market = next(each for each in [*probe.markets] if each.symbol == yard)
goods = market.data.trade_goods
frigate.purchase("FUEL", 5)
frigate.sell("FUEL", 5)
shipyard = next(each for each in [*probe.shipyards] if each.symbol == yard)
shipyard.purchase("SHIP_MINING_DRONE")
told = {
    "at": frigate.nav.waypoint_symbol,
    "yard": yard,
    "goods": len(goods),
    "ships": len([*player.fleet]),
    "credits": player.data.credits,
}
print(json.dumps(told))
