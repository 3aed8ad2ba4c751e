"""A change of a player's defaults or of a preset: as the page asks for it, as the daemon is asked, and as a command."""

import shlex
from typing import Any

import msgspec

from starfoundry.dashboard.requests.change import CONFIG, SOURCE, PlayerNumber, edit_words
from starfoundry.kernel.errors import Refused
from starfoundry.wire import daemon_pb2 as pb

LayerRequest = pb.ReviseConfigDefaultsRequest | pb.SaveConfigPresetRequest | pb.DeleteConfigPresetRequest


class LayerTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer"):
    """Whose layer is changed, and on what terms.

    `plan` is that of the preview it was seen in. `agent` is given where there are several players.
    """

    player_id: PlayerNumber
    agent: str = ""
    plan: str = ""
    reason: str = ""
    request_id: str = ""


class DefaultsChange(LayerTerms, frozen=True, kw_only=True, tag="defaults"):
    """A change of the player's defaults; `set` holds values as a person types them."""

    set: dict[str, str] = {}
    unset: list[str] = []
    pin: list[str] = []


class PresetChange(LayerTerms, frozen=True, kw_only=True, tag="preset"):
    """A preset as it shall be, with all its values. Without a description it keeps the present one."""

    name: str
    set: dict[str, str] = {}
    description: str | None = None


class PresetDeletion(LayerTerms, frozen=True, kw_only=True, tag="preset deletion"):
    """A preset that shall be no more."""

    name: str


LayerChange = DefaultsChange | PresetChange | PresetDeletion


def call_of(change: LayerChange, *, validate_only: bool) -> tuple[str, LayerRequest]:
    """The daemon's method for it, and the request."""
    terms = pb.ChangeTerms(
        plan="" if validate_only else change.plan,
        request_id="" if validate_only else change.request_id,
        reason=change.reason,
        source=SOURCE,
        validate_only=validate_only,
    )
    whose = change.player_id
    match change:
        case DefaultsChange(set=texts, unset=unset, pin=pin):
            if not (texts or unset or pin):
                raise Refused("there is nothing to change")
            request = pb.ReviseConfigDefaultsRequest(player_id=whose, texts=texts, unset=unset, pin=pin, terms=terms)
            return "ReviseConfigDefaults", request
        case PresetChange(name=name, set=texts, description=description):
            return "SaveConfigPreset", pb.SaveConfigPresetRequest(
                player_id=whose, name=name, texts=texts, description=description, terms=terms
            )
        case PresetDeletion(name=name):
            return "DeleteConfigPreset", pb.DeleteConfigPresetRequest(player_id=whose, name=name, terms=terms)


def command_of(change: LayerChange) -> str:
    """The command that does the same, to paste into a terminal."""
    whose = ["--agent", change.agent] if change.agent else []
    plan = ["--plan", change.plan] if change.plan else []
    why = ["--reason", change.reason] if change.reason else []
    return f"{CONFIG} {shlex.join([*_words_of(change), *whose, *plan, *why])}"


def answer_of(change: LayerChange, answer: dict[str, Any]) -> dict[str, Any]:
    """The daemon's answer in the form of one about a coordinator.

    `reached` are the coordinators that follow or have values of their own, and `terms` what binds the change to this.
    """
    reached = answer.get("reached", [])
    is_other = isinstance(change, PresetDeletion) or (
        isinstance(change, PresetChange) and change.description is not None
    )
    is_change = is_other or bool(answer["changes"]) or any(each["changes"] for each in reached)
    refusals = [f"{each['container_id']} refuses it: {each['problem']}" for each in reached if each["problem"]]
    seen = msgspec.structs.replace(change, plan=answer["plan"]) if answer["plan"] else change
    return {
        "changes": answer["changes"],
        "reached": reached,
        "warnings": answer.get("warnings", []),
        "undo": answer["undo"],
        "state": "REJECTED" if refusals else _state(change) if is_change else "UNCHANGED",
        "message": "; ".join(refusals) or (_message(change, reached) if is_change else "nothing changed"),
        "command": command_of(seen),
        "terms": {"plan": answer["plan"]},
        "settings": [],
        "effects": [],
    }


def _words_of(change: LayerChange) -> list[str]:
    match change:
        case DefaultsChange():
            return ["defaults", *edit_words(change.set, change.unset, change.pin)]
        case PresetChange(name=name, description=description):
            values = [f"{key}={text}" for key, text in change.set.items()]
            return ["preset", "save", name, *values, *([] if description is None else ["--description", description])]
        case PresetDeletion(name=name):
            return ["preset", "delete", name]


def _state(change: LayerChange) -> str:
    return "DELETED" if isinstance(change, PresetDeletion) else "SAVED"


def _message(change: LayerChange, reached: list[dict[str, Any]]) -> str:
    if isinstance(change, PresetDeletion):
        return f"preset {change.name} is deleted"
    followers = sum(bool(each["changes"]) for each in reached)
    if not followers:
        return "stored; no coordinator changes by it"
    return f"stored; {followers} coordinator{' has' if followers == 1 else 's have'} a new revision by it"
