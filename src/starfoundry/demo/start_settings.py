"""Validation of the settings a demo's coordinator begins with, before anything runs."""

from collections.abc import Mapping
from dataclasses import replace

from starfoundry.config.domain.declarations.builtin_presets import BUILT_IN, missing_preset
from starfoundry.config.domain.layers import Layers, LayerValue
from starfoundry.config.domain.validation import read_texts


def check_settings(preset: str, settings: Mapping[str, str]) -> None:
    """Raise Missing for a preset that is not built in, and Refused naming every invalid setting.

    `settings` are texts as a person types them, by setting name; an empty `preset` is none.
    """
    if preset and preset not in BUILT_IN:
        raise missing_preset(preset, BUILT_IN)
    layers = Layers(preset=BUILT_IN[preset].entries()) if preset else Layers()
    own = {name: LayerValue(value=value) for name, value in read_texts(settings).items()}
    replace(layers, own=own).config()
