"""Commands that undo a change of a player's defaults or of a preset."""

import shlex
from collections.abc import Iterable, Mapping

from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.config.domain.layers import LayerValue
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.storage.layer_store import Preset
from starfoundry.kernel.ids import PlayerId

_COMMAND = "spacetraders manufacturing config"


def undo_of_defaults(before: Mapping[str, LayerValue], changed: Iterable[str], player_id: PlayerId) -> str:
    """The command that restores the changed defaults; empty if nothing changed."""
    names = list(changed)
    held = [name for name in names if name in before]
    gone = [word for name in names if name not in before for word in ("--unset", name)]
    sets = [_assigned(name, before[name]) for name in held]
    if not names:
        return ""
    words = ["set", *sets, *gone] if sets else ["unset", *names]
    pins = [word for name in held if before[name].is_pinned for word in ("--pin", name)]
    return f"{_COMMAND} defaults {shlex.join([*words, *pins])} --player-id {player_id}"


def undo_of_preset(name: str, before: Preset | None, player_id: PlayerId) -> str:
    """The command that restores a saved preset; it deletes one that did not exist before."""
    if before is None:
        return f"{_COMMAND} preset delete {shlex.quote(name)} --player-id {player_id}"
    sets = [_assigned(each, entry) for each, entry in before.entries.items()]
    words = [name, *sets, "--description", before.description]
    return f"{_COMMAND} preset save {shlex.join(words)} --player-id {player_id}"


def _assigned(name: str, entry: LayerValue) -> str:
    return f"{name}={as_text(BY_NAME[name].kind.write(entry.value))}"
