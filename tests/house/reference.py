"""Writes docs/configuration.md from the declarations of the settings: `python -m tests.house.reference`."""

from collections.abc import Iterator
from itertools import groupby

from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.model import SETTINGS
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "configuration.md"

PREFACE = """\
# Live configuration

<!-- Generated from the declarations in src/starfoundry/config/domain/model.py by `python -m tests.house.reference`. -->

These settings of a manufacturing coordinator can be changed while it runs:

    spacetraders manufacturing config show --container ID --provenance
    spacetraders manufacturing config set --container ID --max-pipelines 5 --collect-start-supply HIGH
    spacetraders manufacturing config set --container ID max_pipelines=5 --dry-run
    spacetraders manufacturing config rollback --container ID --to 7

`--container` can be omitted if there is only one coordinator. A change applies to one coordinator. It is stored as a
numbered revision before it is acknowledged, and the answer says whether the coordinator has applied it yet. Settings
that are not given do not change. A coordinator that is not running applies a change at its next start. One that is
draining, stopping or pausing applies it to its remaining trips; for a setting that affects only new work the answer
is NEXT_START. If a change is invalid, the answer names every invalid field, and nothing changes.

A value comes from the highest layer that has one. From lowest to highest these are: built-in default, player default
(`config defaults`), preset (`config preset`), and the container's own value (`config set`). `config unset` returns to
the layer below, `config pin` keeps the current value; `config set max_pipelines=5 --unset strategy --pin min_balance`
does all three in one revision. A change of a lower layer applies to every coordinator that does not override it, as a
revision there.

A stored value that cannot be read is quarantined and shown by `config doctor`. The last accepted value stays in
force, and other settings are not affected. `spacetraders-daemon --safe-configuration` runs every coordinator with the
built-in defaults and does not change stored settings. Programs use [the gRPC API](api.md). For editors,
`spacetraders manufacturing config schema` prints a JSON schema.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([PREFACE, *_sections(), _pairs(), ""])


def _sections() -> Iterator[str]:
    for section, settings in groupby(SETTINGS, key=lambda setting: setting.section):
        yield f"## {section}\n"
        yield from (_entry(setting) for setting in settings)


def _entry(setting: Setting) -> str:
    facts = [
        ("changed by", f"`{setting.flag}`, or `{setting.name}=VALUE`"),
        ("values", setting.kind.allowed),
        ("default", setting.kind.write(setting.default)),
        ("takes effect", setting.takes_effect.value),
        ("work under way", setting.under_way),
        ("while it ends", "applied to remaining trips" if setting.affects_trips else "not applied: nothing new starts"),
        ("risk of a wrong value", setting.hazard.value),
        ("warning beyond", f"{setting.step_limit} times the value before" if setting.step_limit else "no step limit"),
        ("layers", ", ".join(["built-in", *(layer.value for layer in setting.layers)])),
        ("since version", setting.since),
        ("stored as", f"`{setting.key}`"),
    ]
    listed = "\n".join(f"- {name}: {value}" for name, value in facts)
    return f"### {setting.label} (`{setting.name}`)\n\n{setting.long_help}\n\n{listed}\n"


def _pairs() -> str:
    rules = "\n".join(f"- `{start}` is at least `{execute}`" for start, execute in START_AND_EXECUTE)
    return f"## Rules between settings\n\nThese rules are checked on the merged settings, after a change:\n\n{rules}"


if __name__ == "__main__":
    PAGE.write_text(page())
