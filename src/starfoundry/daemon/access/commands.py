"""`spacetraders auth`: the caller's identity, tokens, and the certificate of a daemon that serves over the network."""

from datetime import timedelta
from pathlib import Path

import click

from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal_of_no_player
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

ROLES = ("viewer", "operator", "admin")


@click.group()
def auth() -> None:
    """Manage access to the daemon: identity, tokens, certificates."""


@auth.command("whoami")
@with_terminal_of_no_player
def whoami(terminal: Terminal) -> None:
    """Show who you are to the daemon, and what you may do."""
    from starfoundry.wire.daemon_pb2 import GetCallerRequest

    found = terminal.call("GetCaller", GetCallerRequest())
    answer = {
        "name": found.name,
        "role": found.role,
        "players": None if found.all_players else list(found.players),
        "origin": found.origin,
        "expires_at": found.expires_at or None,
    }
    facts = [
        ("Name", found.name),
        ("Role", found.role.lower()),
        ("Players", "all" if found.all_players else ", ".join(map(str, found.players)) or "none"),
        ("From", found.origin),
        ("Until", render.moment(found.expires_at) if found.expires_at else "revoked"),
    ]
    terminal.show(answer, lambda: render.facts(facts if found.expires_at else facts[:-1]))


@auth.command("cert")
@click.option("--host", "hosts", multiple=True, required=True, help="A name or address of the daemon; may be repeated.")
@click.option(
    "--directory", type=click.Path(path_type=Path), help="The directory for the files; default: the data directory."
)
@with_terminal_of_no_player
def cert(terminal: Terminal, hosts: tuple[str, ...], directory: Path | None) -> None:
    """Create a private authority and a daemon's certificate.

    They are for a daemon that serves over the network (--listen).
    """
    from starfoundry.daemon.listeners.certificates import make_certificates
    from starfoundry.daemon.settings import TLS_DIRECTORY
    from starfoundry.runtime.clock import SystemClock

    made = make_certificates(directory or terminal.location.data_dir / TLS_DIRECTORY, hosts, now=SystemClock().now())
    terminal.has_changed = True
    terminal.show(
        {what: str(path) for what, path in made.items()},
        lambda: render.facts([(what.capitalize(), str(path)) for what, path in made.items()]),
    )
    terminal.note(f"Give callers {made['authority']} (STARFOUNDRY_DAEMON_CA), never the key.")


@auth.command("client-cert")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="The caller's role.")
@click.option("--player", "players", type=int, multiple=True, help="Only this player, by number; may be repeated.")
@click.option("--expires", type=Duration(minimum_seconds=1), default="90d", show_default=True, help="Lifetime.")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=".",
    show_default=True,
    help="The directory for NAME.pem and NAME.key.",
)
@with_terminal_of_no_player
def client_cert(
    terminal: Terminal, name: str, role: str, players: tuple[int, ...], expires: float, directory: Path
) -> None:
    """Create a client certificate for NAME. It replaces a token over the network (--listen).

    Run this on the daemon's machine. `auth token list` lists it, and `auth token revoke NAME` ends it at once.
    """
    from starfoundry.daemon.listeners.certificates import make_client_certificate
    from starfoundry.daemon.settings import TLS_DIRECTORY
    from starfoundry.kernel.errors import Refused
    from starfoundry.runtime.clock import SystemClock
    from starfoundry.terminal.local.secret import write_secret
    from starfoundry.wire.daemon_pb2 import CreateTokenRequest

    files = {"certificate": directory / f"{name}.pem", "key": directory / f"{name}.key"}
    if taken := [str(file) for file in files.values() if file.exists()]:
        raise Refused.of("name", name, f"one whose files are not there yet: {', '.join(taken)}")
    tls = terminal.location.data_dir / TLS_DIRECTORY
    made = make_client_certificate(tls, name, lifetime=timedelta(seconds=expires), now=SystemClock().now())
    known = terminal.call(
        "CreateToken",
        CreateTokenRequest(
            name=name, role=role, players=players, lifetime_seconds=int(expires), certificate_sha256=made.sha256
        ),
    )
    write_secret(files["certificate"], made.certificate)
    write_secret(files["key"], made.key)
    paths = {what: str(file) for what, file in files.items()}
    terminal.show(
        {**message_json(known.token), **paths},
        lambda: render.facts([(what.capitalize(), path) for what, path in paths.items()]),
    )
    terminal.note("Its holder sets STARFOUNDRY_DAEMON_CERT and STARFOUNDRY_DAEMON_KEY to the two files.")


@auth.group("token")
def token() -> None:
    """Manage the tokens and certificates of callers. The daemon keeps only a hash of each."""


@token.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="The caller's role.")
@click.option("--player", "players", type=int, multiple=True, help="Only this player, by number; may be repeated.")
@click.option(
    "--expires",
    type=Duration(minimum_seconds=1),
    default=None,
    help="Lifetime, such as 30d; default: until revoked.",
)
@click.option(
    "--file", type=click.Path(path_type=Path), help="Write the secret to this new private file instead of printing it."
)
@with_terminal_of_no_player
def create(
    terminal: Terminal, name: str, role: str, players: tuple[int, ...], expires: float | None, file: Path | None
) -> None:
    """Create a token for NAME. Its secret is shown only once."""
    from starfoundry.terminal.local.secret import write_secret
    from starfoundry.wire.daemon_pb2 import CreateTokenRequest

    request = CreateTokenRequest(name=name, role=role, players=players, lifetime_seconds=int(expires or 0))
    made = terminal.call("CreateToken", request)
    if file is not None:
        write_secret(file, made.secret)
    answer = {**message_json(made.token), **({"file": str(file)} if file else {"secret": made.secret})}
    terminal.show(answer, lambda: f"the token is in {file}" if file else made.secret)
    terminal.note("Its holder sets STARFOUNDRY_TOKEN_FILE to the file. It is not shown again.")


@token.command("list")
@with_list_terminal
def list_tokens(terminal: Terminal) -> None:
    """List all tokens and client certificates. Expired and revoked ones are included."""
    from starfoundry.wire.daemon_pb2 import AccessToken, ListTokensRequest

    tokens = terminal.call("ListTokens", ListTokensRequest()).tokens
    terminal.show_list(
        {"tokens": [message_json(each) for each in tokens]},
        lambda: render.table(
            ["Name", "Kind", "Role", "Players", "Made (UTC)", "By", "Expires (UTC)", "Revoked (UTC)"],
            [
                [
                    each.name,
                    "certificate" if each.certificate_sha256 else "token",
                    each.role.lower(),
                    ", ".join(map(str, each.players)) or "all",
                    render.moment(each.created_at),
                    each.created_by,
                    render.moment(each.expires_at),
                    render.moment(each.revoked_at),
                ]
                for each in tokens
            ],
            empty="No tokens: only users of this machine with access to the socket can call.",
        ),
        rows="tokens",
        blank=lambda: message_json(AccessToken()),
    )


@token.command("revoke")
@click.argument("name")
@with_terminal_of_no_player
def revoke(terminal: Terminal, name: str) -> None:
    """Revoke the token or certificate of NAME at once. Calls in progress with it end."""
    from starfoundry.wire.daemon_pb2 import RevokeTokenRequest

    revoked = terminal.call("RevokeToken", RevokeTokenRequest(name=name))
    kind = "certificate" if revoked.certificate_sha256 else "token"
    terminal.show(message_json(revoked), f"the {kind} of {revoked.name} is revoked")
