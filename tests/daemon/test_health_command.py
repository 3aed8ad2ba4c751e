"""`spacetraders health`: what holds the daemon back, in text and for machines."""

import json

import pytest

from starfoundry.daemon.health.commands import health
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.wire import daemon_pb2 as wire

STALLED = wire.HealthCondition(
    kind="coordinator-stalled",
    subject="mfg-1",
    player_id=1,
    reason="mfg-1: no deal for 2.0 h",
    next_step="spacetraders why mfg-1",
    since="2026-03-01T12:00:00.000Z",
    degrades=True,
)
TOLD = wire.HealthCondition(kind="no-opportunity", subject="mfg-2", reason="nothing pays", since=STALLED.since)


@pytest.fixture
def shown(monkeypatch, capsys):
    """What is printed of an answer."""

    def show(*flags, **answer):
        monkeypatch.setattr(Terminal, "call", lambda *_args, **_more: wire.Health(**answer))
        assert exits.run(health, list(flags)) == 0
        return capsys.readouterr().out

    return show


def test_problems_come_with_since_when_and_the_next_step_and_before_what_is_only_told(shown):
    text = shown("--player-id", "1", status="degraded", conditions=[TOLD, STALLED], more_conditions={"no-prices": 3})

    problem = text.index("- player 1: mfg-1: no deal for 2.0 h (since 2026-03-01 12:00:00 UTC)")
    assert problem < text.index("Next: spacetraders why mfg-1") < text.index("Also:") < text.index("- nothing pays")
    assert "and 3 more: no-prices" in text


@pytest.mark.parametrize(
    ("step", "printed"),
    [
        ("spacetraders why mfg-1", "Next: spacetraders why mfg-1 --socket /s"),
        (
            "wait; at once: spacetraders ship release A-1",
            "Next: wait; at once: spacetraders ship release A-1 --socket /s",
        ),
        ("wait: it is asked again", "Next: wait: it is asked again\n"),
    ],
)
def test_the_command_of_a_next_step_names_the_daemon_wherever_it_stands(shown, step, printed):
    condition = wire.HealthCondition(kind="k", reason="r", next_step=step, since=STALLED.since)

    assert printed in shown("--socket", "/s", status="ok", conditions=[condition])


def test_a_machine_reads_every_part_of_a_condition(shown):
    told = json.loads(shown("--output", "json", status="ok", conditions=[TOLD]))

    assert told["conditions"] == [
        {
            "kind": "no-opportunity",
            "subject": "mfg-2",
            "player_id": None,
            "reason": "nothing pays",
            "next_step": "",
            "since": "2026-03-01T12:00:00.000Z",
            "degrades": False,
        }
    ]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ({}, "2026-03-01 12:00:00 UTC\n"),
        ({"recovered_containers": 1}, "UTC (1 container recovered)"),
        (
            {"recovered_containers": 2, "after_crash": True},
            "UTC (recovered from a run that ended without a shutdown; 2 containers recovered)",
        ),
    ],
)
def test_it_is_told_since_when_the_daemon_runs_and_what_it_took_up(shown, answer, line):
    assert line in shown(started_at="2026-03-01T12:00:00+00:00", **answer)


@pytest.mark.parametrize(
    ("game", "real", "told"),
    [
        (7_200, 7_201.0, "Up for:                    2.0 h\n"),
        (7_200, 72.0, "2.0 h of game time, 72 s of real time"),
    ],
)
def test_the_game_s_time_and_the_real_one_are_told_apart_where_they_differ(shown, game, real, told):
    assert told in shown(uptime_seconds=game, real_uptime_seconds=real)
