"""The compared settings given on the command line: files, built-in presets, or the defaults."""

from collections.abc import Sequence
from pathlib import Path

from starfoundry.config.commands.settings_files import read_settings
from starfoundry.config.domain.declarations.builtin_presets import BUILT_IN
from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.demo.start_settings import check_settings
from starfoundry.forecast.domain.model import Arm
from starfoundry.kernel.errors import Missing, Refused

DEFAULTS = "defaults"
ARMS_MAX = 50


def arms_of(words: Sequence[str]) -> list[Arm]:
    """The arm behind each word, in their order; raises Missing or Refused naming everything that is wrong with one."""
    if len(words) > ARMS_MAX:
        raise Refused.of("settings", f"{len(words)} of them", f"at most {ARMS_MAX}")
    twice = next((word for place, word in enumerate(words) if word in words[:place]), None)
    if twice is not None:
        raise Refused.of("settings", twice, "named once")
    return [_arm(word) for word in words]


def _arm(word: str) -> Arm:
    if word == DEFAULTS:
        return Arm(name=word)
    if word in BUILT_IN:
        return Arm(name=word, preset=word)
    if not Path(word).exists():
        known = ", ".join((DEFAULTS, *BUILT_IN))
        raise Missing(f"there is no settings file {word}, and no preset of that name; presets are: {known}")
    values = read_settings(word)
    texts = {name: as_text(BY_NAME[name].kind.write(value)) for name, value in values.items()}
    check_settings("", texts)
    return Arm(name=word, settings=texts)
