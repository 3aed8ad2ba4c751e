"""The reason why something is not done, as a value that the decision itself returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is not done.

    `rule` is the fixed name of the rule that forbids it, `text` a sentence for people, `figures` the numbers behind
    the decision. `setting` names the live setting behind the rule, `good` the good whose override applies, and
    `would_pass` the values of settings under which the rule would allow it; all empty if no setting decides.
    `remedy` says in words what changes it; `command` is one that does, if there is one other than `config set`.
    """

    rule: str
    text: str
    figures: Mapping[str, int | float | str] = field(default_factory=dict)
    setting: str = ""
    good: str = ""
    would_pass: Mapping[str, Any] = field(default_factory=dict)
    remedy: str = ""
    command: str = ""

    def __str__(self) -> str:
        return self.text
