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

What an operator may change on a manufacturing coordinator while it runs:

    spacetraders manufacturing config show --container ID --provenance
    spacetraders manufacturing config set --container ID --max-pipelines 5 --collect-start-supply HIGH
    spacetraders manufacturing config set --container ID max_pipelines=5 --dry-run
    spacetraders manufacturing config rollback --container ID --to 7

Without `--container` the only coordinator is meant. A change holds for one coordinator. It is committed before it is
acknowledged, and numbered as a revision; the answer says whether the coordinator has decided with it yet. Settings that
are not given stay as they are. A coordinator that is not running takes a change up at its next start. One that is
draining, stopping or pausing judges the trips that it still makes by it; what only new work would feel is answered as
NEXT_START. What is wrong with a change is told by field; then nothing changes.

A value comes from the highest layer that has one: built-in default, player default (`config defaults`), preset
(`config preset`), the container's own (`config set`). `config unset` goes back to the layer below, `config pin` keeps
today's value; `config set max_pipelines=5 --unset strategy --pin min_balance` does all of it in one revision. A change
of a lower layer reaches every coordinator that does not override it, as a revision there.

What is stored and cannot be read is set aside key by key, shown by `config doctor`, and never in the way; what was
accepted last stays in force. `spacetraders-daemon --safe-configuration` runs every coordinator on the built-in defaults
for once and touches nothing that is stored. Programs use [the wire](api.md); editors the schema that
`spacetraders manufacturing config schema` prints.
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
        ("while it ends", "felt" if setting.trips_feel else "not felt: nothing new is begun"),
        ("a wrong value is", setting.hazard.value),
        ("warned of beyond", f"{setting.step_limit} times the value before" if setting.step_limit else "no step limit"),
        ("layers", ", ".join(["built-in", *(layer.value for layer in setting.layers)])),
        ("since version", setting.since),
        ("stored as", f"`{setting.key}`"),
    ]
    listed = "\n".join(f"- {name}: {value}" for name, value in facts)
    return f"### {setting.label} (`{setting.name}`)\n\n{setting.long_help}\n\n{listed}\n"


def _pairs() -> str:
    rules = "\n".join(f"- `{start}` is at least `{execute}`" for start, execute in START_AND_EXECUTE)
    return f"## Rules between settings\n\nJudged on the settings as a whole, after a change is merged in:\n\n{rules}"


if __name__ == "__main__":
    PAGE.write_text(page())
