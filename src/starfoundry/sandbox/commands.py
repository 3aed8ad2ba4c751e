"""`spacetraders sandbox`: a universe of one's own."""

import json

import click


@click.group("sandbox")
def sandbox() -> None:
    """A local universe that any SpaceTraders client can be pointed at."""


@sandbox.command("serve")
@click.option("--seed", type=int, default=1, show_default=True, help="One seed gives one universe.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8642, show_default=True, help="0 takes a free one.")
@click.option(
    "--speed",
    type=float,
    default=1.0,
    show_default=True,
    help="How many of the universe's seconds pass in one of ours.",
)
def serve(seed: int, host: str, port: int, speed: float) -> None:
    """Serve a universe over HTTP; prints one line of JSON when it can be reached, and runs until stopped."""
    from starfoundry.runtime.clock import SystemClock
    from starfoundry.sandbox import serve as server

    server.serve(
        seed=seed,
        host=host,
        port=port,
        speed=speed,
        clock=SystemClock(),
        announce=lambda announcement: click.echo(json.dumps(announcement)),
    )
