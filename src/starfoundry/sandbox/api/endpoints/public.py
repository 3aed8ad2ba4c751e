"""Public endpoints: status, factions, agents, registration, the supply chain."""

import msgspec

from starfoundry.game.known_recipes import SUPPLY_CHAIN
from starfoundry.sandbox.actions.registration import register
from starfoundry.sandbox.api.request_context import ListPage, RequestContext
from starfoundry.sandbox.catalogue.traits import FACTIONS
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.milliseconds import HOUR, SECOND, iso
from starfoundry.sandbox.core.rejection import missing
from starfoundry.sandbox.responses import agent_shapes
from starfoundry.sandbox.state.rival_charts import chart_count
from starfoundry.sandbox.state.rivals import Rival
from starfoundry.sandbox.state.universe import Universe

API_VERSION = "v2.3.0"
RESET_HOURS = 24 * 7
LEADERS = 15
MARKET_UPDATES = 60 * SECOND  # one time for the whole server (M); its interval is assumed
REPUTATION = 0  # not simulated


class RegisterBody(msgspec.Struct):
    """The parameters of a registration."""

    symbol: str
    faction: str


def read_status(call: RequestContext) -> agent_shapes.Shape:
    """The server's status; without an envelope, like the live server's."""
    universe = call.universe
    agents = list(universe.agents.values())
    rivals, born_at, began = universe.rivals.values(), universe.born_at, universe.universe_config.credits
    wealth = [(each.symbol, each.credits) for each in agents]
    wealth += [(each.symbol, each.credits(began, born_at, call.now)) for each in rivals]
    leaders = sorted(wealth, key=lambda pair: -pair[1])[:LEADERS]
    chart_counts = _chart_counts(universe, call.now)[:LEADERS]
    return {
        "status": "SpaceTraders is currently online and available to play",
        "version": API_VERSION,
        "resetDate": universe.reset_date,
        "description": f"A StarFoundry sandbox universe, grown from seed {universe.seed}.",
        "health": {"lastMarketUpdate": iso(call.now // MARKET_UPDATES * MARKET_UPDATES)},
        "stats": {
            "accounts": len(universe.accounts) + len(rivals),
            "agents": len(agents) + len(rivals),
            "ships": sum(len(each.ships) for each in agents)
            + sum(each.ship_count(born_at, call.now) for each in rivals),
            "systems": len(universe.galaxy.stars),
            "waypoints": sum(len(each.places) for each in universe.system_states()),
        },
        "leaderboards": {
            "mostCredits": [{"agentSymbol": symbol, "credits": owned} for symbol, owned in leaders],
            "mostSubmittedCharts": [{"agentSymbol": symbol, "chartCount": count} for symbol, count in chart_counts],
        },
        "serverResets": {"next": iso(universe.born_at + RESET_HOURS * HOUR), "frequency": "weekly"},
        "announcements": [],
        "links": [],
    }


def _chart_counts(universe: Universe, now: int) -> list[tuple[str, int]]:
    """The agents with the number of waypoints they charted, most first, without those who charted none."""
    rivals, hours = [*universe.rivals.values()], (now - universe.born_at) / HOUR
    gates = len(universe.galaxy.roads)
    counts = [(each.symbol, each.charts) for each in universe.agents.values()]
    counts += [(each.symbol, chart_count(each, rivals, gates, hours)) for each in rivals]
    return sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1])


def join(call: RequestContext) -> agent_shapes.Shape:
    """A new agent."""
    body = call.read(RegisterBody)
    agent = register(call.universe, call.account, body.symbol, body.faction, call.now)
    ships = [agent_shapes.ship(ship, call.now) for ship in agent.ships.values()]
    return {
        "token": agent.token,
        "agent": agent_shapes.agent(agent, own=True),
        "faction": _faction(call, agent.faction),
        "contract": agent_shapes.contract(agent.contracts[0]),
        "ships": ships,
        "ship": ships[0],
    }


def read_supply_chain(call: RequestContext) -> agent_shapes.Shape:  # noqa: ARG001  (endpoints share one signature)
    """The inputs of each product."""
    return {"exportToImportMap": SUPPLY_CHAIN}


def list_factions(call: RequestContext) -> ListPage:
    """Every faction."""
    page = call.page()
    return ListPage([_faction(call, each) for each in FACTIONS[page.part]], len(FACTIONS), page)


def read_faction(call: RequestContext) -> agent_shapes.Shape:
    """One faction."""
    if call.words[0] not in FACTIONS:
        raise missing("Faction", call.words[0])
    return _faction(call, call.words[0])


def list_error_codes(call: RequestContext) -> agent_shapes.Shape:  # noqa: ARG001  (endpoints share one signature)
    """Every numeric code of refusals, with its name; without an envelope."""
    return {"errorCodes": [{"name": code.name, "code": code.value} for code in Code]}


def read_account(call: RequestContext) -> agent_shapes.Shape:
    """The account of the token, which may be an agent's or the account's own."""
    token = next(token for token, account in call.universe.accounts.items() if account == call.account)
    return {
        "account": {"id": call.account, "email": None, "token": token, "createdAt": iso(call.universe.born_at)},
    }


def list_reputations(call: RequestContext) -> ListPage:
    """The agent's reputation with the factions: always neutral."""
    page = call.page()
    known = [{"symbol": call.agent.faction, "reputation": REPUTATION}]
    return ListPage([*known[page.part]], len(known), page)


def list_events(call: RequestContext) -> list[agent_shapes.Shape]:  # noqa: ARG001  (endpoints share one signature)
    """The agent's events: none, since no such events are simulated."""
    return []


def list_agents(call: RequestContext) -> ListPage:
    """Every agent's public data; other players' last."""
    page = call.page()
    agents = [agent_shapes.agent(each, own=False) for each in call.universe.agents.values()]
    everybody = agents + [_rival(call, each) for each in call.universe.rivals.values()]
    return ListPage([*everybody[page.part]], len(everybody), page)


def read_agent(call: RequestContext) -> agent_shapes.Shape:
    """One agent's public data."""
    rival = call.universe.rivals.get(call.words[0])
    if rival is not None:
        return _rival(call, rival)
    agent = call.universe.agents.get(call.words[0])
    if agent is None:
        raise missing("Agent", call.words[0])
    return agent_shapes.agent(agent, own=False)


def _rival(call: RequestContext, rival: Rival) -> agent_shapes.Shape:
    """Another player's agent, in its public form."""
    universe = call.universe
    return {
        "symbol": rival.symbol,
        "headquarters": rival.headquarters,
        "credits": rival.credits(universe.universe_config.credits, universe.born_at, call.now),
        "startingFaction": rival.faction,
        "shipCount": rival.ship_count(universe.born_at, call.now),
    }


def _faction(call: RequestContext, symbol: str) -> agent_shapes.Shape:
    headquarters = call.universe.galaxy.home_of(symbol).headquarters
    assert headquarters is not None, "agents begin in a home system"
    return agent_shapes.faction(symbol, headquarters, is_recruiting=True)
