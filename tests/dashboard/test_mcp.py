"""`spacetraders mcp`, used by the client of the package `mcp` over standard input and output."""

import asyncio
import json
import os
import sys
from importlib.util import find_spec

import pytest

from tests.stories.programs import Workplace

needs_mcp = pytest.mark.skipif(find_spec("mcp") is None, reason="the package mcp is not installed")
pytestmark = pytest.mark.processes

TOOLS = {"report", "status", "why", "ledger_summary", "markets", "settings"}


def asked(served, *calls):
    """The tools that are offered, and the results of these calls."""
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    script = "from starfoundry.cli.main import main; main()"
    where = {**os.environ, "STARFOUNDRY_DATA_DIR": str(served.workplace.data_dir)}

    async def story():
        server = StdioServerParameters(command=sys.executable, args=["-c", script, "mcp"], env=where)
        async with stdio_client(server) as (reader, writer), ClientSession(reader, writer) as session:
            await session.initialize()
            offered = (await session.list_tools()).tools
            return offered, [await session.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(story())


@needs_mcp
def test_every_tool_reads_and_answers_as_the_daemon_does(served):
    names = sorted(TOOLS)
    offered, results = asked(served, *((name, {}) for name in names))
    told = {name: json.loads(result.content[0].text) for name, result in zip(names, results, strict=True)}

    assert {each.name for each in offered} == TOOLS
    assert all(each.annotations.read_only_hint for each in offered)
    assert told["report"]["agent"] == "FOUNDRY"
    assert told["status"]["coordinators"][0]["container_id"] == served.container_id
    assert told["settings"]["config"]["max_workers"] == 6
    assert told["why"]["ships"] >= 2
    assert told["markets"]["markets"]


@needs_mcp
def test_a_question_can_be_narrowed_and_a_wrong_one_is_answered_with_what_is_allowed(served):
    calls = (("markets", {"good": "FUEL"}), ("ledger_summary", {"by": "colour"}), ("why", {"subject": "FOUNDRY-1"}))
    _offered, (fuel, wrong, ship) = asked(served, *calls)
    goods = {item["good"] for each in json.loads(fuel.content[0].text)["markets"] for item in each["goods"]}

    assert goods == {"FUEL"}
    assert wrong.is_error
    assert "chain" in wrong.content[0].text
    assert json.loads(ship.content[0].text)["explanations"]


def test_without_the_package_the_command_says_what_to_install(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text(
        "import importlib.util as u; found = u.find_spec;"
        "u.find_spec = lambda name, *more: None if name == 'mcp' else found(name, *more)"
    )
    path = [str(blocked), *filter(None, [os.environ.get("PYTHONPATH")])]
    place = Workplace(data_dir=tmp_path / "data", environment={"PYTHONPATH": os.pathsep.join(path)})

    refused = place.cli("mcp")

    assert refused.code != 0
    assert "pip install 'starfoundry[mcp]'" in refused.err
