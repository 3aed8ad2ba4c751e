"""The page that says why nothing happens: its commands run, and it knows every rule."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import ROOT, modules

PAGE = (ROOT / "docs" / "why.md").read_text()


def commands() -> list[list[str]]:
    """Each command line of the page, without its remark."""
    lines = re.findall(r"^ {4}spacetraders ([^#\n]*)", PAGE, flags=re.MULTILINE)
    return [line.split() for line in lines]


def rules(tree: ast.Module) -> Iterator[str]:
    """Each `rule=` of a module: a text, or a constant of the module."""
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "rule":
            value = constants.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
            if isinstance(value, ast.Constant):
                yield str(value.value)


@pytest.mark.processes
def test_the_commands_of_the_page_run(workplace):
    workplace.start_daemon("--sandbox", "--seed", "5", "--speed", "30")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")

    for words in commands():
        ended = workplace.cli(*words)
        assert ended.code == 0, f"{words}: {ended.err}"
        assert ended.out


def test_the_page_has_commands():
    assert len(commands()) >= 7


def test_the_page_knows_every_rule_and_no_other():
    written = {rule for module in modules() for rule in rules(module.tree)}
    told = set(re.findall(r"`([a-z]+(?:_[a-z]+)*)`", PAGE)) - SETTINGS_AND_KEYS

    assert told == written


SETTINGS_AND_KEYS = {
    *("max_workers", "max_api_share", "max_pipelines", "blocked_goods", "chain_stop_loss", "market_max_age"),
    *("collect_min_start_supply", "acquire_min_start_supply", "collect_min_execute_supply"),
    *("acquire_min_execute_supply", "min_balance", "min_purchase_price", "trade_max_ships", "trade_min_margin"),
    *("trade_min_start_supply", "trade_min_execute_supply"),
    *("rule", "text", "figures", "setting", "remedy", "command", "because"),
}
