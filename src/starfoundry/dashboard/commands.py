"""`spacetraders dashboard`, the web page, and `spacetraders mcp`, the same for assistants; both for this machine."""

import click

from starfoundry.terminal.arguments.options import Terminal, with_terminal_of_no_player

PORT = 8420


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True, help="The port; 0 chooses a free one."
)
@click.option("--open", "opens_browser", is_flag=True, help="Also open the page in the browser.")
@with_terminal_of_no_player
def dashboard(terminal: Terminal, port: int, opens_browser: bool) -> None:
    """Serve a web page of the fleet and its settings on this machine, until Ctrl-C.

    The page shows profit and bottlenecks, can halt and resume the fleet, and changes the settings of a coordinator.
    Each change is previewed first, can be undone, and is also shown as a command. The daemon does not have to run yet.
    """
    from starfoundry.dashboard.serving import serve
    from starfoundry.runtime.entropy import SystemEntropy

    def announce(address: str) -> None:
        terminal.show({"url": address, "socket": str(terminal.location.socket)}, f"the page is at {address}")
        terminal.note("Ctrl-C ends it")
        if opens_browser:
            click.launch(address)

    serve(terminal.location.socket, port=port, entropy=SystemEntropy(), announce=announce)


@click.command()
@with_terminal_of_no_player
def mcp(terminal: Terminal) -> None:
    """Serve an assistant over MCP on standard input and output, until the input ends.

    Its tools read reports, status, reasons, the ledger, markets and settings. They change nothing. Configure it in your
    assistant as the command `spacetraders mcp`. It needs: pip install 'starfoundry[mcp]'.
    """
    import asyncio

    from starfoundry.dashboard.reading.mcp_server import require_mcp, serve_mcp

    require_mcp()
    asyncio.run(serve_mcp(terminal.location.socket))
