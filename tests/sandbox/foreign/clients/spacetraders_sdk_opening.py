# mypy: ignore-errors
"""The opening with spacetraders-sdk. Arguments: base URL, account token; prints what it did as JSON."""

import json
import sys

from spacetraders_sdk.spacetraders_api import SpaceTradersApi

base_url, account_token = sys.argv[1:]
api = SpaceTradersApi(url=base_url, log=False)
api.Login(account_token)
api.register("SDK", "COSMIC")
frigate, probe = api.get_ships().json()["data"]
name, yard = frigate["symbol"], probe["nav"]["waypointSymbol"]
api.orbit(name)
api.navigate(name, yard)
nav = api.get_nav(name).json()["data"]
api.dock(name)
goods = api.get_market(yard).json()["data"]["tradeGoods"]
api.purchase(name, "FUEL", 5).raise_for_status()
api.sell(name, "FUEL", 5).raise_for_status()
api.purchase_ship("SHIP_MINING_DRONE", yard).raise_for_status()
agent = api.get_my_agent().json()["data"]
told = {
    "at": nav["waypointSymbol"],
    "yard": yard,
    "goods": len(goods),
    "ships": agent["shipCount"],
    "credits": agent["credits"],
}
print(json.dumps(told))
