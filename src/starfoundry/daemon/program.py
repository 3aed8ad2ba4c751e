"""`spacetraders-daemon`: one process, one data directory, one socket."""

import asyncio
import functools
import logging
import os
import signal
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from importlib.metadata import version

import click

from starfoundry.daemon import logs
from starfoundry.daemon.composition.build import build
from starfoundry.daemon.data_directory.database_lock import held
from starfoundry.daemon.data_directory.directory import claimed, marked_as_running
from starfoundry.daemon.messenger import Messenger, RealMessenger
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.sandbox_world.open_world import open_world
from starfoundry.daemon.server import NONCE_CHARACTERS, Server
from starfoundry.daemon.settings import Settings, load
from starfoundry.daemon.tracing.open_tracing import open_tracer, traced
from starfoundry.forecast.runtime.cluster import cluster
from starfoundry.forecast.runtime.run_engine import Engine
from starfoundry.forecast.runtime.workers import workers
from starfoundry.game.transport.http import AiohttpTransport
from starfoundry.runtime.clock import SystemClock
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SystemEntropy
from starfoundry.runtime.garbage_collection import exclude_present_objects
from starfoundry.runtime.scaled_loop import new_event_loop
from starfoundry.runtime.systemd import SystemdNotifier, keep_memory_private
from starfoundry.store.address import file_of
from starfoundry.store.engine import require_known_schema
from starfoundry.terminal.local.daemon_location import locate
from starfoundry.terminal.rendering.stdio import say

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_log = logging.getLogger(__name__)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="starfoundry")
@click.option(
    "--sandbox/--no-sandbox", default=None, help="Play in a local universe inside this process; no token needed."
)
@click.option("--seed", metavar="N", help="The seed of the sandbox's universe; default 1.")
@click.option("--speed", metavar="X", help="Speed of the sandbox's time: 1 is real time, 0 as fast as possible.")
@click.option("--data-dir", metavar="DIR", help="Directory of database, socket, keys and logs.")
@click.option("--socket", metavar="PATH", help="The socket, if not daemon.sock in the data directory.")
@click.option(
    "--listen", metavar="HOST:PORT", help="Serve at this address too, to callers with a token; see docs/security.md."
)
@click.option("--metrics", metavar="[HOST:]PORT", help="Serve metrics for Prometheus there; see docs/monitoring.md.")
@click.option("--traces", metavar="URL", help="Send traces to this collector of OpenTelemetry; see docs/monitoring.md.")
@click.option("--database-url", metavar="URL", help="The database, if not a file in the data directory.")
@click.option("--base-url", metavar="URL", help="The game server, if not the official one.")
@click.option(
    "--config", metavar="FILE", help="The settings file, if not starfoundry.toml here or in the data directory."
)
@click.option(
    "--safe-configuration",
    is_flag=True,
    help="Run every coordinator with the built-in defaults this time; stored settings stay unchanged.",
)
def daemon(
    sandbox: bool | None,
    seed: str | None,
    speed: str | None,
    data_dir: str | None,
    socket: str | None,
    listen: str | None,
    metrics: str | None,
    traces: str | None,
    database_url: str | None,
    base_url: str | None,
    config: str | None,
    safe_configuration: bool,
) -> None:
    """Run the daemon that plays SpaceTraders, until SIGTERM or Ctrl-C.

    Prints `ready` and the socket's path on stdout when it serves. Every setting is also a variable, such as
    STARFOUNDRY_API_BASE_URL, and a key of starfoundry.toml.
    """
    place = locate(data_dir=data_dir, socket=socket, config=config)
    flags = {
        "sandbox.enabled": sandbox,
        "sandbox.seed": seed,
        "sandbox.speed": speed,
        "listen.address": listen,
        "metrics.address": metrics,
        "traces.endpoint": traces,
        "database.url": database_url,
        "api.base_url": base_url,
    }
    settings = replace(load(place, flags=flags, environment=os.environ), safe_configuration=safe_configuration)
    for name in settings.ignored:
        click.echo(f"note: {name} is set, but there is no such setting", err=True)
    os.umask(0o077)
    keep_memory_private()
    with (
        claimed(settings.data_dir),
        held(file_of(settings.database_url)),
        marked_as_running(settings.data_dir) as after_crash,
    ):
        require_known_schema(settings.database_url)
        logs.start(settings.data_dir)
        speed_of_time = settings.sandbox.speed
        with asyncio.Runner(loop_factory=functools.partial(new_event_loop, speed_of_time)) as runner:
            runner.run(serve(settings, after_crash=after_crash))


async def serve(settings: Settings, *, after_crash: bool = False) -> None:
    """Serve until a signal stops it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, _ask_to_stop, stop, number)
    machine = SystemClock()
    systemd = SystemdNotifier(os.environ, os.getpid(), machine.elapsed)
    offload, letters = SingleThread("database"), SingleThread("letters")
    ports, settings = _ports(settings, offload, RealMessenger(letters))
    tracer = open_tracer(settings.traces_endpoint, machine.elapsed)
    running = await build(traced(ports, tracer), settings)
    server = Server(
        running,
        settings,
        nonce=SystemEntropy().token("peer_proxy", NONCE_CHARACTERS),
        elapsed=machine.elapsed,
    )
    try:
        began = machine.elapsed()
        recovered = await running.start(after_crash=after_crash)
        recovery_seconds = round(machine.elapsed() - began, 3)
        await server.start()
        exclude_present_objects()
        _log.info(
            "serving",
            extra={
                "version": version("starfoundry"),
                "socket": str(settings.socket),
                "plays_on": "sandbox" if settings.sandbox.enabled else settings.base_url,
                "settings_file": str(settings.settings_file or ""),
                "recovered_containers": recovered,
                "recovery_seconds": recovery_seconds,
            },
        )
        systemd.serving()
        if not say(f"ready {settings.socket}"):
            _log.warning("standard output cannot be written to; the daemon continues without it")
        await stop.wait()
        _log.info("stopping")
    finally:
        systemd.stopping()
        running.end_streams()
        await server.stop()
        await running.stop()
        if tracer is not None:
            await letters.run(tracer.close)
        offload.close()
        letters.close()
    _log.info("stopped")


def _ports(settings: Settings, offload: SingleThread, messenger: Messenger) -> tuple[Ports, Settings]:
    """The ports of production, or of the sandbox; everything above is the same for both."""
    entropy = SystemEntropy()
    simulator = functools.partial(_engine, settings.forecast_workers)
    if not settings.sandbox.enabled:
        transport = AiohttpTransport(settings.base_url)
        ports = Ports(
            clock=SystemClock(),
            entropy=entropy,
            offload=offload,
            transport=transport,
            simulator=simulator,
            messenger=messenger,
        )
        return ports, settings
    world = open_world(settings.data_dir, seed=settings.sandbox.seed, loop=asyncio.get_running_loop())
    ports = Ports(
        clock=world.clock,
        entropy=entropy,
        offload=offload,
        transport=world.transport,
        stopwatch=SystemClock().elapsed,
        simulator=simulator,
        messenger=messenger,
    )
    return ports, replace(settings, account_token=world.account_token)


def _engine(jobs: int, address: str) -> AbstractAsyncContextManager[Engine]:
    """The engine at an address: a cluster, or so many processes of this machine."""
    return cluster(address) if address else workers(jobs)


def _ask_to_stop(stop: asyncio.Event, number: int) -> None:
    """Stop in good order; a second signal stops at once."""
    _log.info("asked to stop", extra={"signal": signal.Signals(number).name})
    stop.set()
    loop = asyncio.get_running_loop()
    for each in STOP_SIGNALS:
        loop.remove_signal_handler(each)
        signal.signal(each, signal.SIG_DFL)
