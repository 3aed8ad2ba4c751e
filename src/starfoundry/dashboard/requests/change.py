"""A change of a coordinator, as the page asks for it, as the daemon is asked, and as a person would type it."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from starfoundry.kernel.errors import Refused
from starfoundry.wire import daemon_pb2 as pb

SOURCE = "page"
WAIT_MILLISECONDS = 5_000

CONFIG = "spacetraders manufacturing config"

PlayerNumber = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
RevisionNumber = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag="container"):
    """A change that the page asks for, as one revision, and its preconditions.

    `set` holds values as a person types them. With `rollback_to` or `preset` (empty: take the applied one away) nothing
    else is changed; `clears_hiding` unsets the container's own values that would hide the preset's. `agent` is given
    where there are several players, so that the commands name theirs.
    """

    container_id: str
    player_id: PlayerNumber
    agent: str = ""
    set: dict[str, str] = {}
    unset: list[str] = []
    pin: list[str] = []
    rollback_to: RevisionNumber | None = None
    preset: str | None = None
    clears_hiding: bool = False
    expected_revision: RevisionNumber | None = None
    reason: str = ""
    request_id: str = ""

    def based_on(self, revision: int) -> "Change":
        """The same, only if that is still the present revision."""
        return msgspec.structs.replace(self, expected_revision=revision)


def request_of(change: Change, *, validate_only: bool) -> pb.ReviseConfigRequest:
    """The daemon's call for it."""
    request = pb.ReviseConfigRequest(
        container_id=change.container_id,
        player_id=change.player_id,
        texts=change.set,
        unset=change.unset,
        pin=change.pin,
        rollback_to=change.rollback_to,
        preset=change.preset,
        clear_hiding=change.clears_hiding,
        wait_milliseconds=0 if validate_only else WAIT_MILLISECONDS,
        terms=pb.ChangeTerms(
            expected_revision=change.expected_revision,
            request_id="" if validate_only else change.request_id,
            reason=change.reason,
            source=SOURCE,
            validate_only=validate_only,
        ),
    )
    if not _is_any(change):
        raise Refused("there is nothing to change")
    return request


def command_of(change: Change) -> str:
    """The command that does the same, to paste into a terminal."""
    where = ["--container", change.container_id, *(["--agent", change.agent] if change.agent else [])]
    terms = [] if change.expected_revision is None else ["--if-revision", str(change.expected_revision)]
    why = ["--reason", change.reason] if change.reason else []
    return f"{CONFIG} {shlex.join([*_words_of(change), *where, *terms, *why])}"


def _is_any(change: Change) -> bool:
    is_alone = change.rollback_to is not None or change.preset is not None
    return is_alone or bool(change.set or change.unset or change.pin)


def _words_of(change: Change) -> list[str]:
    if change.rollback_to is not None:
        return ["rollback", "--to", str(change.rollback_to)]
    if change.preset is not None:
        return ["preset", "apply", change.preset or "none", *(["--clear"] if change.clears_hiding else [])]
    return edit_words(change.set, change.unset, change.pin)


def edit_words(texts: Mapping[str, str], unset: Sequence[str], pin: Sequence[str]) -> list[str]:
    """The verb of a change of several settings, and its words."""
    verbs = {"set": [f"{name}={text}" for name, text in texts.items()], "unset": unset, "pin": pin}
    given = {verb: words for verb, words in verbs.items() if words}
    if len(given) == 1:
        return [word for verb, words in given.items() for word in (verb, *words)]
    beside = [word for verb in ("unset", "pin") for name in verbs[verb] for word in (f"--{verb}", name)]
    return ["set", *verbs["set"], *beside]
