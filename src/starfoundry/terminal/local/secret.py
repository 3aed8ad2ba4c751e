"""Input of secrets: typed without echo, through a pipe, from a private file or a variable; never as an argument.

Other users of the machine can see the arguments of a command, and shells keep them in a history.
"""

import os
import stat
import sys
from pathlib import Path

import click

from starfoundry.kernel.errors import Missing, Refused

ASK = "-"
BYTES_MAX = 16 * 1024


def require_not_typed(parameter: str, flag: str) -> None:
    """Raise Refused if the secret itself is an argument of the command."""
    calling = click.get_current_context()
    given = calling.params.get(parameter)
    typed = calling.get_parameter_source(parameter) is click.core.ParameterSource.COMMANDLINE
    if typed and given not in ("", ASK):
        raise Refused.of(
            parameter,
            "(not shown)",
            f"'-' (stdin, or typed unseen), or in a file ({flag}-file): others can see commands",
        )


def given_secret(given: str, file: Path | None, *, what: str = "Token") -> str:
    """The secret: from the file, else as given, else typed without echo or read from a pipe."""
    if file is not None:
        return read_secret(file)
    if given != ASK:
        return given
    secret = click.prompt(what, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline(BYTES_MAX)
    if not secret.strip():
        raise Refused.of(what.lower(), "", "given on stdin")
    return str(secret).strip()


def read_secret(file: Path) -> str:
    """The secret in a file that only its owner can read. Raises Missing or Refused."""
    try:
        with file.open("rb") as opened:
            facts = os.fstat(opened.fileno())
            content = opened.read(BYTES_MAX)
    except FileNotFoundError:
        raise Missing(f"there is no file {file}") from None
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}") from None
    if facts.st_uid not in (os.getuid(), 0):
        raise Refused(f"{file} belongs to another user; it is not read")
    if facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Refused(f"{file} may be read by others; make it private: chmod 600 {file}")
    secret = content.decode(errors="replace").strip()
    if not secret:
        raise Refused(f"{file} is empty")
    return secret


def write_secret(file: Path, secret: str) -> None:
    """Write a secret to a new file that only its owner can read. Raises Refused if the file exists."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Refused.of("file", str(file), "the name of a new file: a secret is never overwritten") from None
    with os.fdopen(descriptor, "w") as opened:
        opened.write(f"{secret}\n")
