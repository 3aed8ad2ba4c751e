"""The example notebook, run on real exports: its charts show what the ledger says."""

import json
import sys
from collections import Counter
from contextlib import chdir
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest

from tests.patience import until
from tests.stories.programs import Workplace

pytest.importorskip("pyarrow")
pytestmark = pytest.mark.processes

NOTEBOOK = Path(__file__).parents[3] / "docs" / "charts.ipynb"


def cells() -> list[dict[str, Any]]:
    """The cells of the notebook."""
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text())["cells"]
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder with the files that the notebook reads, and the daemon that they come from, halted."""
    folder = tmp_path_factory.mktemp("notebook")
    workplace = Workplace(data_dir=folder / "data")
    workplace.start_daemon("--sandbox", "--seed", "5", "--speed", "100")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")
    until(lambda: len(workplace.ask("ledger", "list", "--kind", "SALE", "--limit", "5")["entries"]) > 1, "sales")
    workplace.ask("halt")
    for table, file in (("ledger", "ledger.parquet"), ("market-history", "prices.parquet")):
        assert workplace.cli("export", table, str(folder / file)).code == 0
    yield folder, workplace
    workplace.close()


@pytest.fixture
def drawn(exported, monkeypatch):
    """The names that the notebook defines, and what it drew: matplotlib is not needed to know that."""
    pyplot = MagicMock()
    axes = [MagicMock(name=f"axis {number}") for number in range(3)]
    pyplot.subplots.side_effect = [(MagicMock(), axis) for axis in axes]
    package = ModuleType("matplotlib")
    monkeypatch.setitem(sys.modules, "matplotlib", package)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", pyplot)
    monkeypatch.setattr(package, "pyplot", pyplot, raising=False)
    names: dict[str, Any] = {}
    with chdir(exported[0]):
        for cell in cells():
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), NOTEBOOK.name, "exec"), names)
    return names, axes


def test_it_draws_the_profit_of_each_hour(exported, drawn):
    expected: Counter[str] = Counter()
    for each in exported[1].ask("ledger", "list", "--limit", "1000")["entries"]:
        if each["kind"] in ("PURCHASE", "SALE", "REFUEL"):
            expected[each["at"][:13]] += each["amount"]
    (hours, profit), _more = drawn[1][0].bar.call_args

    assert {f"{hour:%Y-%m-%dT%H}": amount for hour, amount in zip(hours, profit, strict=True)} == expected
    assert sum(profit) == exported[1].ask("ledger", "summary")["profit"]


def test_it_draws_the_credits_to_the_present_balance(exported, drawn):
    (_times, balances), _more = drawn[1][0].twinx().step.call_args

    assert balances[-1] == exported[1].ask("ledger", "summary")["closing"]


def test_it_draws_the_profit_of_each_chain(exported, drawn):
    told = exported[1].ask("ledger", "summary", "--by", "chain")["lines"]
    (chains, sums), _more = drawn[1][1].barh.call_args

    assert dict(zip(chains, sums, strict=True)) == {each["key"]: each["net"] for each in told if each["key"]}


def test_it_draws_our_trades_of_the_good_that_was_sold_most_often(drawn):
    names, axes = drawn
    (times, prices), _more = axes[2].scatter.call_args

    assert axes[2].set_title.call_args.args == (names["good"],)
    assert len(times) == len(prices) > 0
    assert all(price > 0 for price in prices)
    assert axes[2].step.call_count >= 1


def test_it_is_kept_without_outputs():
    codes = [cell for cell in cells() if cell["cell_type"] == "code"]

    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in codes)


def test_jupyter_runs_it(exported):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    for needed in ("ipykernel", "matplotlib"):
        pytest.importorskip(needed)

    nbclient.execute(nbformat.read(NOTEBOOK, as_version=4), cwd=str(exported[0]))
