"""The entry point of `spacetraders-daemon`."""

from typing import NoReturn

from starfoundry.terminal.arguments import exits
from starfoundry.terminal.connection.daemon_client import silence_grpc


def main() -> NoReturn:
    """Run the daemon."""
    silence_grpc()  # before it is imported; it writes a line for each odd header of a stranger
    from starfoundry.daemon.program import daemon  # noqa: PLC0415

    exits.main(daemon, program="spacetraders-daemon")
