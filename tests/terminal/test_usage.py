"""What was probably meant, when a command is typed wrongly."""

import click
import pytest

from starfoundry.cli.main import root
from starfoundry.terminal.arguments.exits import run


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("manufacturing config set --collect-min-start-supply HIGH", "Did you mean --collect-start-supply?"),
        ("manufacturing config set --colect-start-suply HIGH", "Did you mean --collect-start-supply or "),
        ("manufacturing config set --max-pipeline 3", "Did you mean --max-pipelines?"),
        ("ship list --player 1", "Did you mean --player-id?"),
        ("shp list", "Did you mean ship?"),
        ("manufacturing config undo", "Did you mean rollback?"),
        ("ship ls", "Did you mean list?"),
        ("manufacturing confg", "Did you mean config?"),
        ("ship list --output jsn", "Did you mean json?"),
        ("manufacturing scan --strategy smrt", "Did you mean smart?"),
        ("completion", "Choose from: bash, zsh, fish"),
    ],
)
def test_the_name_that_was_meant_is_offered_first(words, meant, capsys):
    assert run(root, words.split()) == 2
    assert meant in capsys.readouterr().err


def test_a_name_like_no_other_is_only_refused(capsys):
    @click.command()
    @click.option("--ship")
    def go(ship):
        raise AssertionError(ship)

    assert run(go, ["--xyzzy"]) == 2
    assert capsys.readouterr().err.splitlines()[0] == "error: No such option '--xyzzy'."
