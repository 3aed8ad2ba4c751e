"""Exit codes and error messages on stderr, one for each error family."""

import errno
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

import click

from starfoundry.kernel.errors import (
    FieldProblem,
    InDoubt,
    Missing,
    NotPermitted,
    Refused,
    Stale,
    StarFoundryError,
    Unauthenticated,
    Unavailable,
)
from starfoundry.terminal.rendering.sanitize import one_line
from starfoundry.terminal.rendering.stdio import OutputLost, ReaderGone, emit, guard

INTERRUPTED = 130  # what a shell reports for Ctrl-C
REFUSED = 2

_ENDINGS: dict[type[StarFoundryError], tuple[int, str, str]] = {
    OutputLost: (7, "DATA_LOSS", ""),  # each error says whether to repeat
    Refused: (REFUSED, "INVALID_ARGUMENT", "see the command's --help"),
    Missing: (3, "NOT_FOUND", "check the name; `spacetraders --help` names the commands that list what exists"),
    Stale: (4, "ABORTED", "check the current state, then try again"),
    Unauthenticated: (5, "UNAUTHENTICATED", "set STARFOUNDRY_TOKEN_FILE to a file with a valid token"),
    NotPermitted: (5, "PERMISSION_DENIED", "ask the operator of the daemon"),
    Unavailable: (6, "UNAVAILABLE", "nothing was done; try again"),
    InDoubt: (1, "UNKNOWN", "check the current state before you try again"),
    StarFoundryError: (1, "INTERNAL", "the daemon's log (logs/daemon.log in the data directory) has the details"),
}

_LISTS = {
    "preset": "spacetraders manufacturing config preset list",
    "revision": "spacetraders manufacturing config history",
    "container": "spacetraders container list",
    "ship": "spacetraders ship list",
    "player": "spacetraders player list",
    "shipyard": "spacetraders shipyard list",
    "market": "spacetraders market list",
    "place": "spacetraders market list",
}
_MISSED = re.compile(rf"\b(?:no|no known|not a known) ({'|'.join(_LISTS)})\b")
"""The beginning of a message about something missing: the daemon's answer has no other sign of its kind."""

_COMMAND_AT_END = re.compile(r"(^|: )spacetraders [^`,;()]*$")

_INSTALLATION = re.compile(r"pip install 'starfoundry\[")
"""Names a package that is not there: trying again changes nothing."""

_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG, errno.EACCES)


def error_json(error: StarFoundryError) -> dict[str, object]:
    """The JSON form of an error."""
    fields = [
        {"name": problem.field, "field": problem.field, "given": problem.given, "allowed": problem.allowed}
        for problem in error.fields
    ]
    content: dict[str, object] = {"code": _ending(error)[1], "message": error.message, "fields": fields}
    if isinstance(error, OutputLost):
        content |= {"done": error.is_change, "answer": error.answer}
    return {"error": content}


def run(command: click.Command, arguments: Sequence[str], *, program: str = "spacetraders") -> int:
    """Run a program and return its exit code; errors are written to stderr."""
    as_json = wants_json(arguments)
    try:
        _refuse_broken_text(arguments)
        result = command.main(list(arguments), prog_name=program, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return _ENDINGS[Refused][0]
    except click.ClickException as error:
        return _tell(_of_click(error), as_json=as_json)
    except StarFoundryError as error:
        return _tell(error, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except ReaderGone:
        return 0
    except OSError as error:
        if error.errno in _OF_THE_DISK:
            return _tell(Unavailable(f"{error.filename or 'the disk'}: {error.strerror}"), as_json=as_json)
        if error.filename is None:
            raise
        return _tell(Refused(f"{error.filename}: {error.strerror}"), as_json=as_json)
    return result if isinstance(result, int) else 0


def main(command: click.Command, *, program: str = "spacetraders") -> NoReturn:
    """Run the program with this process's arguments, then end the process."""
    guard()
    sys.exit(run(command, sys.argv[1:], program=program))


def _refuse_broken_text(arguments: Sequence[str]) -> None:
    """Raise Refused for arguments that are not valid text; they can be neither sent nor shown."""
    for word in arguments:
        try:
            word.encode()
        except UnicodeEncodeError:
            raise Refused.of("argument", word.encode(errors="replace").decode(), "text in UTF-8") from None


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether JSON was asked for, read from the raw arguments, since parsing them may be what failed."""
    words = list(arguments)
    for position, word in enumerate(words):
        if word in ("--output", "-o"):
            return words[position + 1 : position + 2] == ["json"]
        if word.startswith(("--output=", "-o")):
            return word in ("--output=json", "-ojson", "-o=json")
    return os.environ.get("STARFOUNDRY_OUTPUT") == "json"


def _ending(error: StarFoundryError) -> tuple[int, str, str]:
    return next(ending for family, ending in _ENDINGS.items() if isinstance(error, family))


def _tell(error: StarFoundryError, *, as_json: bool) -> int:
    code, _name, next_step = _ending(error)
    if as_json:
        import json

        emit(json.dumps(error_json(error), ensure_ascii=False), is_data=True, err=True)
        return code
    emit(_wrapped(f"error: {one_line(_headline(error))}"), err=True)
    for line in _field_lines(error):
        emit(_wrapped(one_line(line), indent="  "), err=True)
    for line in error.lines() if isinstance(error, OutputLost) else ():
        emit(f"  | {one_line(line)}", err=True)
    if _INSTALLATION.search(error.message):
        next_step = "install it, then repeat the command"
    next_step = getattr(error, "next_step", _after_missing(error) if isinstance(error, Missing) else next_step)
    if next_step:
        from starfoundry.terminal.rendering.render import advice  # only an error needs it

        emit(advice(one_line(f"next: {_reaching(error, next_step)}"), indent="  "), err=True)
    return code


def _after_missing(error: Missing) -> str:
    """The command that lists what exists; empty where the message ends with the command that helps."""
    if _COMMAND_AT_END.search(error.message):
        return ""
    missed = _MISSED.search(error.message)
    return f"list them: {_LISTS[missed[1]]}" if missed else _ENDINGS[Missing][2]


def _wrapped(line: str, *, indent: str = "") -> str:
    from starfoundry.terminal.rendering.render import on_terminal  # only an error needs it

    return on_terminal(line, indent=indent, hanging="  ")


def with_flags(error: StarFoundryError, flags: Mapping[str, str]) -> None:
    """Make the error name each field with the flag it was given by; `flags` by field name."""
    vars(error)["flags"] = dict(flags)


def with_daemon_options(error: StarFoundryError, words: str) -> None:
    """Make commands in the error name the daemon by the options given to the failed command."""
    vars(error)["daemon_words"] = words


def _reaching(error: StarFoundryError, text: str) -> str:
    """The text, with the command at its end completed so that it reaches the same daemon."""
    words = vars(error).get("daemon_words", "")
    return f"{text} {words}" if words and _COMMAND_AT_END.search(text) else text


def _headline(error: StarFoundryError) -> str:
    """The message, without the parts repeated by the lines of its fields."""
    if len(error.fields) < 2 or not all(problem.allowed in error.message for problem in error.fields):
        return _reaching(error, error.message)
    if isinstance(error, Stale):
        return error.message.partition(": ")[0]
    where, _, allowed = error.message.partition(f"{error.fields[0].field} must be ")
    return f"{where if allowed else ''}{len(error.fields)} values are refused"


def _field_lines(error: StarFoundryError) -> Iterator[str]:
    flags: Mapping[str, str] = vars(error).get("flags", {})
    for problem in error.fields:
        flag = flags.get(problem.field, "")
        if len(error.fields) < 2 and not flag:
            return
        name = f"{flag} ({problem.field})" if flag else problem.field
        was = "" if isinstance(error, Stale) else f" (was {problem.given!r})"
        yield f"{name}: {problem.allowed}{was}"


def _of_click(error: click.ClickException) -> Refused:
    fields: tuple[FieldProblem, ...] = ()
    if isinstance(error, click.BadParameter) and error.param is not None and error.param.name:
        fields = (FieldProblem(field=error.param.name, given="", allowed=error.message or "given"),)
    from starfoundry.terminal.arguments.usage import message_of  # only an error needs it

    return Refused(message_of(error), fields=fields)
