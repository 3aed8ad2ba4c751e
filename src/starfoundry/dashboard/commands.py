"""`spacetraders dashboard`: the page of the fleet and its settings, for a browser on this machine."""

import click

from starfoundry.terminal.arguments.options import Terminal, with_terminal_of_no_player

PORT = 8420


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True, help="0 takes a free one.")
@click.option("--open", "opens_browser", is_flag=True, help="Open it in the browser, too.")
@with_terminal_of_no_player
def dashboard(terminal: Terminal, port: int, opens_browser: bool) -> None:
    """Serve the page of the fleet and its settings to this machine, until Ctrl-C.

    It shows what the fleet earns and what holds it back, halts and resumes it, and changes the settings of a
    coordinator: each change is previewed first, can be taken back, and is shown as the command that does the same. The
    daemon need not run yet.
    """
    from starfoundry.dashboard.serving import serve
    from starfoundry.runtime.entropy import SystemEntropy

    def announce(address: str) -> None:
        terminal.show({"url": address, "socket": str(terminal.location.socket)}, f"the page is at {address}")
        terminal.note("Ctrl-C ends it")
        if opens_browser:
            click.launch(address)

    serve(terminal.location.socket, port=port, entropy=SystemEntropy(), announce=announce)
