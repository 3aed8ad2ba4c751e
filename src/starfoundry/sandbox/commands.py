"""`spacetraders sandbox`: commands for a local universe."""

import json
from pathlib import Path
from typing import Any

import click

from starfoundry.terminal.arguments.time_options import Duration

SeedOption = click.option(
    "--seed", type=int, default=1, show_default=True, help="The universe's seed; the same seed gives the same universe."
)
ScenarioOption = click.option(
    "--scenario", help="ordinary, rich, poor, starved, volatile, crowded, late, bases-2024, or a TOML file."
)
SystemsOption = click.option("--systems", type=int, help="Number of systems, connected by gates.  [default: 1]")
AdminOption = click.option(
    "--admin-url",
    envvar="STARFOUNDRY_SANDBOX_ADMIN_URL",
    required=True,
    help="The admin_url printed by `sandbox serve --admin`.",
)
OutOption = click.option(
    "--output-file", "-o", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write."
)


@click.group("sandbox")
def sandbox() -> None:
    """Run a local universe for any SpaceTraders client."""


@sandbox.command("serve")
@SeedOption
@ScenarioOption
@SystemsOption
@click.option("--world", type=click.Path(path_type=Path), help="A world file: from `new`, `snapshot` or `record`.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8642,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--speed", default="1", show_default=True, help="Simulated seconds per real second; or paused, or max.")
@click.option("--admin", is_flag=True, help="Serve the admin API too, and print its admin_url.")
def serve(
    *,
    seed: int,
    scenario: str | None,
    systems: int | None,
    world: Path | None,
    host: str,
    port: int,
    speed: str,
    admin: bool,
) -> None:
    """Serve a universe over HTTP until stopped. Prints one line of JSON once it is reachable."""
    from starfoundry.runtime.clock import SystemClock
    from starfoundry.runtime.entropy import SystemEntropy
    from starfoundry.sandbox.control import world_sources
    from starfoundry.sandbox.control.controller import SandboxController, parse_speed
    from starfoundry.sandbox.http import serve as server

    if world is None:
        universe_config = world_sources.universe_config_of(scenario, systems)
        control = SandboxController.of(seed, SystemClock(), speed=parse_speed(speed), universe_config=universe_config)
    else:
        control = world_sources.open_world(world, SystemClock(), speed=parse_speed(speed), seed=seed)
    server.serve(
        control,
        host=host,
        port=port,
        secret=SystemEntropy().token("sandbox.admin", 24) if admin else None,
        announce=lambda announcement: click.echo(json.dumps(announcement)),
    )


@sandbox.command("new")
@SeedOption
@ScenarioOption
@SystemsOption
@OutOption
def new(*, seed: int, scenario: str | None, systems: int | None, output_file: Path) -> None:
    """Write a new universe to a file, for `serve --world`."""
    from starfoundry.runtime.clock import SystemClock
    from starfoundry.sandbox.control import world_sources
    from starfoundry.sandbox.control.controller import SandboxController

    control = SandboxController.of(
        seed, SystemClock(), universe_config=world_sources.universe_config_of(scenario, systems)
    )
    output_file.write_bytes(control.snapshot())
    _tell({"world": str(output_file), "seed": seed, "charter": control.universe.universe_config.name})


@sandbox.command("snapshot")
@AdminOption
@OutOption
def snapshot(*, admin_url: str, output_file: Path) -> None:
    """Write the state of a running universe to a file. `serve --world` forks it."""
    output_file.write_bytes(_remote(admin_url).snapshot())
    _tell({"world": str(output_file), **_remote(admin_url).summary()})


@sandbox.command("restore")
@AdminOption
@click.argument("world", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(*, admin_url: str, world: Path) -> None:
    """Replace a running universe with a snapshot."""
    _tell(_remote(admin_url).restore(world.read_bytes()))


@sandbox.command("speed")
@AdminOption
@click.argument("speed", required=False)
@click.option("--step", is_flag=True, help="Advance to the next event.")
@click.option("--jump", type=Duration(bare_unit="s"), help="Advance by this much time at once: 90 (seconds), 45m, 8h.")
def speed(*, admin_url: str, speed: str | None, step: bool, jump: float | None) -> None:
    """Change the speed of time, or advance it. The speed is a number, paused, or max (without waiting)."""
    remote = _remote(admin_url)
    answer = remote.set_speed(speed) if speed is not None else remote.summary()
    if jump is not None:
        answer = remote.jump(jump)
    if step:
        answer = remote.step()
    _tell(answer)


@sandbox.command("fault")
@AdminOption
@click.argument("kind", required=False)
@click.option(
    "--path", default="*", show_default=True, help="Only requests to this path, such as '/my/ships/*/purchase'."
)
@click.option("--method", default="*", show_default=True, help="Only requests with this HTTP method.")
@click.option("--ship", default="", help="Only requests that name this ship.")
@click.option(
    "--probability", type=float, default=1.0, show_default=True, help="Probability for each request, up to 1."
)
@click.option("--times", type=int, help="Number of requests to affect; unlimited if not given.")
@click.option(
    "--seconds",
    type=Duration(bare_unit="s"),
    default="1s",
    show_default=True,
    metavar="DURATION",
    help="For latency and late: 90 (seconds), 500ms, 2m.",
)
@click.option("--status", type=int, default=500, show_default=True, help="For error-before and error-after.")
@click.option("--clear", is_flag=True, help="Remove all active faults first.")
def fault(*, admin_url: str, kind: str | None, clear: bool, **rule: Any) -> None:  # noqa: ANN401  (click's options)
    """Inject faults into requests.

    Without KIND it lists the active faults.

    KIND: latency, rate-limited, error-before, error-after, lost, late, truncated, broken-ship, reset.
    """
    remote = _remote(admin_url)
    if clear:
        remote.remove_faults()
    _tell({"faults": remote.faults()} if kind is None else remote.add_fault(kind, **rule))


@sandbox.command("inspect")
@AdminOption
@click.option("--market", help="A market's waypoint: show the stocks behind its prices.")
@click.option(
    "--oracle", "event_log", type=int, metavar="AFTER", help="Show the event log after the entry of that number."
)
def inspect(*, admin_url: str, market: str | None, event_log: int | None) -> None:
    """Show the hidden state of a running universe."""
    remote = _remote(admin_url)
    if market is not None:
        _tell(remote.market(market))
    elif event_log is not None:
        _tell({"entries": remote.oracle(event_log)})
    else:
        _tell(remote.summary())


@sandbox.command("record")
@click.option(
    "--database", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A daemon's SQLite database."
)
@click.option("--system", help="The system; default: the one with the most observations.")
@click.option("--player-id", type=int, help="The player whose observations are used; default: the only one.")
@OutOption
def record(*, database: Path, system: str | None, player_id: int | None, output_file: Path) -> None:
    """Make a world of what a daemon saw of the real server. The file is for `serve --world`."""
    from starfoundry.sandbox.control import recorded_world, recorder

    seen = recorder.record(database, system=system, player_id=player_id)
    output_file.write_bytes(recorded_world.write(seen))
    goods = sum(len(each.goods) for each in seen.waypoints)
    _tell({"world": str(output_file), "system": seen.system, "waypoints": len(seen.waypoints), "goods": goods})


def _remote(admin_url: str) -> Any:  # noqa: ANN401  (imported when a command runs)
    from starfoundry.sandbox.control.admin_client import AdminClient

    return AdminClient(admin_url)


def _tell(answer: object) -> None:
    click.echo(json.dumps(answer, indent=2))
