"""A study: its search space, objective, trials, early stopping, and proposal.

Every trial is played in the same worlds, so two trials are compared world by world.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from starfoundry.forecast.domain.comparison import Difference, compare
from starfoundry.forecast.domain.model import Outcome
from starfoundry.kernel.errors import Refused
from starfoundry.tuning.domain.probation import Probation
from starfoundry.tuning.domain.space import Dimension

ROUNDS = 4
"""Worlds in which a trial is played that is not cut."""

CHECK_ROUNDS = 8
"""Fresh worlds, at most, in which the best trial is held against today's settings: it was best in the others by chance
too."""

BUDGET_MIN, BUDGET_MAX = 40, 10_000

BATCH, BATCH_MAX = 8, 1_000
"""Trials that are proposed together, from what was known before the first of them."""

FIRST_CUT_SHARE = 0.7
"""A trial that brings less than this share of the best in the first world is cut."""

_CONSTRAINT = re.compile(r"\s*drawdown\s*<\s*(\d+(?:\.\d+)?)\s*%\s*")


class Objective(StrEnum):
    """The figure to maximise."""

    PROFIT = "profit_per_hour"
    PER_REQUEST = "credits_per_request"


class StudyStatus(StrEnum):
    """The state of a study."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"
    PROPOSED = "PROPOSED"
    NOTHING = "NOTHING"
    FAILED = "FAILED"
    APPLIED = "APPLIED"


class TrialState(StrEnum):
    """The state of a trial; INVALID are settings that no coordinator may have."""

    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    CUT = "CUT"
    INVALID = "INVALID"


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """The request of a study. `budget` counts runs; `today` are the settings at its start, by name.

    `drawdown_max` is a share of `credits`, what the player had then; None for no bound. A proposal within all of
    `apply_within` is set by itself; none are there if nothing is. `cluster` is the address where its runs are played,
    empty for this machine.
    """

    container_id: str
    player_id: int
    revision: int
    space: tuple[Dimension, ...]
    objective: Objective
    drawdown_max: float | None
    budget: int
    hours: float
    seed: int
    credits: int
    today: Mapping[str, Any]
    apply_within: tuple[Dimension, ...] = ()
    batch: int = BATCH
    cluster: str = ""


class StudyTrial(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that were tried, and in each world what they brought and how deep the worth fell, in credits.

    Trial 0 are today's settings. `rival` is the best trial of those before its batch: it is cut where it is surely
    behind that one.
    """

    number: int
    points: Mapping[str, int]
    settings: Mapping[str, Any]
    values: tuple[float, ...] = ()
    drawdowns: tuple[int, ...] = ()
    state: TrialState = TrialState.RUNNING
    rival: int | None = None

    @property
    def value(self) -> float:
        """The mean over the worlds; of no world minus infinity."""
        return sum(self.values) / len(self.values) if self.values else float("-inf")

    @property
    def drawdown(self) -> float:
        """The mean over the worlds, in credits."""
        return sum(self.drawdowns) / len(self.drawdowns) if self.drawdowns else 0.0

    def with_outcome(self, spec: Spec, outcome: Outcome) -> "StudyTrial":
        """The trial after one more world."""
        values, drawdowns = (*self.values, value_of(spec.objective, outcome)), (*self.drawdowns, outcome.drawdown)
        return msgspec.structs.replace(self, values=values, drawdowns=drawdowns)


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """The best trial, held against today's settings in fresh worlds; `importance` has a share for each setting."""

    trial: int
    settings: Mapping[str, Any]
    difference: Difference
    before: float
    after: float
    importance: Mapping[str, float]


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """A study as it stands; `check` has the values in fresh worlds so far: of today's settings, and of the best.

    `probation` is that of a proposal which is to be set by itself.
    """

    number: int
    status: StudyStatus
    spec: Spec
    trials: tuple[StudyTrial, ...]
    check: tuple[tuple[float, float], ...] = ()
    proposal: Proposal | None = None
    reason: str = ""
    probation: Probation | None = None

    @property
    def runs_used(self) -> int:
        """Runs so far, those of the check included."""
        return sum(len(each.values) for each in self.trials) + 2 * len(self.check)


def value_of(objective: Objective, outcome: Outcome) -> float:
    """The value of a run by the objective."""
    if objective is Objective.PER_REQUEST:
        return sum(outcome.hourly) / max(1, outcome.requests)
    return outcome.profit_per_hour


def reason_of(study: Study) -> str:
    """The reason of the revision by which a study's proposal is set."""
    assert study.proposal is not None, "only what is proposed is set"
    gain = f"{study.proposal.difference.mean:+,.0f} {study.spec.objective}"
    return f"study {study.number}: {gain} in {study.spec.hours:g} h"


def drawdown_bound(text: str) -> float | None:
    """The largest drawdown as a share, from a constraint such as `drawdown < 10 %`; raises Refused."""
    if not text.strip():
        return None
    found = _CONSTRAINT.fullmatch(text)
    if found is None:
        raise Refused.of("constraint", text, "such as: drawdown < 10 %")
    return float(found[1]) / 100


def excess(spec: Spec, trial: StudyTrial) -> float:
    """By how much a trial's drawdown is beyond the bound, in credits; at most 0 when it keeps it."""
    return 0.0 if spec.drawdown_max is None else trial.drawdown - spec.drawdown_max * spec.credits


def best_of(spec: Spec, trials: Sequence[StudyTrial]) -> StudyTrial | None:
    """The complete trial that brings most within the constraint; None as long as there is none."""
    able = [each for each in trials if each.state is TrialState.COMPLETE and excess(spec, each) <= 0]
    return max(able, key=lambda each: each.value, default=None)


def is_hopeless(trial: StudyTrial, rival: StudyTrial | None) -> bool:
    """Whether a trial that is not complete will not beat its rival, by the worlds both were played in."""
    count = len(trial.values)
    if rival is None or not count:
        return False
    if count == 1:
        return trial.values[0] < FIRST_CUT_SHARE * rival.values[0]
    difference = compare(rival.values[:count], trial.values)
    return difference.high is not None and difference.high < 0


def next_batch_size(study: Study) -> int:
    """The number of trials that the budget has runs for, at most a batch, with those of the check kept back.

    The first is alone: today's settings, which the others are held against.
    """
    room = max(0, study.spec.budget - study.runs_used - 2 * CHECK_ROUNDS) // ROUNDS
    return min(room, study.spec.batch if study.trials else 1)


def invalid_in_a_row(study: Study) -> int:
    """The number of newest trials in a row that no coordinator may have."""
    newest = itertools.takewhile(lambda each: each.state is TrialState.INVALID, reversed(study.trials))
    return sum(1 for _ in newest)


def check_worlds(study: Study) -> range:
    """The fresh worlds of the check that come next, together; none after the last."""
    played, width = len(study.check), max(1, study.spec.batch // 2)
    return range(played, min(CHECK_ROUNDS, played + width))


def frontier(trials: Sequence[StudyTrial]) -> list[StudyTrial]:
    """The complete trials that none beats in both value and drawdown, by value, the largest first."""
    done = [each for each in trials if each.state is TrialState.COMPLETE]
    found: list[StudyTrial] = []
    for each in sorted(done, key=lambda one: (-one.value, one.drawdown)):
        if not found or each.drawdown < found[-1].drawdown:
            found.append(each)
    return found
