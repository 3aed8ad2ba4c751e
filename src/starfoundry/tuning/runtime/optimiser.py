"""Adapter of Optuna: the next points to try, and the importance of each setting.

A study's trials lie in the daemon's own database; Optuna's is built of them each time in memory. So a killed daemon
loses nothing, and the same trials lead to the same next ones. Optuna is an extra, and is imported when it is needed.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from starfoundry.kernel.errors import Unavailable
from starfoundry.tuning.domain.study import Spec, StudyTrial, TrialState, excess

if TYPE_CHECKING:
    import optuna

STARTUP_TRIALS = 8
"""So many points are drawn before the optimiser looks at what they brought."""


def require() -> None:
    """Raise Unavailable where Optuna is not installed."""
    try:
        import optuna  # noqa: F401, PLC0415  (an extra, and slow to import)
    except ImportError:
        raise Unavailable("tuning needs Optuna: pip install 'starfoundry[tune]', then restart the daemon") from None


def next_points(spec: Spec, trials: Sequence[StudyTrial], count: int) -> list[dict[str, int]]:
    """So many points to try after these trials; the same trials and the same spec give the same points.

    A trial that was cut counts by the worlds it was played in, one beyond the constraint as worse than any other. A
    point of the same batch counts as a bad one, so that the next lies elsewhere.
    """
    study, distributions = _study(spec, trials), _distributions(spec)
    asked = [study.ask(distributions) for _ in range(count)]
    return [{each.name: int(one.params[each.name]) for each in spec.space} for one in asked]


def importance(spec: Spec, trials: Sequence[StudyTrial]) -> dict[str, float]:
    """The share of each setting in how much trials differ, the largest first; empty where trials are too few."""
    import optuna  # noqa: PLC0415

    study = _study(spec, [each for each in trials if each.state is TrialState.COMPLETE])
    try:
        evaluator = optuna.importance.PedAnovaImportanceEvaluator()
        found: Mapping[str, float] = optuna.importance.get_param_importances(study, evaluator=evaluator)
    except (RuntimeError, ValueError):
        return {}
    return {name: round(float(share), 3) for name, share in found.items()}


def _study(spec: Spec, trials: Sequence[StudyTrial]) -> "optuna.Study":
    import optuna  # noqa: PLC0415

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that Optuna calls experimental
        sampler = optuna.samplers.TPESampler(
            seed=(spec.seed + len(trials)) % 2**32,
            n_startup_trials=STARTUP_TRIALS,
            multivariate=True,
            constant_liar=True,
        )
        study = optuna.create_study(direction="maximize", sampler=sampler)
        distributions = _distributions(spec)
        for each in trials:
            if each.state is not TrialState.RUNNING:
                study.add_trial(_trial(spec, each, distributions))
    return study


def _distributions(spec: Spec) -> dict[str, Any]:
    import optuna  # noqa: PLC0415

    return {
        each.name: optuna.distributions.IntDistribution(
            each.low, each.high, log=not each.words and each.low > 0 and each.high >= 10 * each.low
        )
        for each in spec.space
    }


def _trial(spec: Spec, each: StudyTrial, distributions: Mapping[str, Any]) -> "optuna.trial.FrozenTrial":
    import optuna  # noqa: PLC0415

    is_able = each.state is TrialState.COMPLETE and excess(spec, each) <= 0
    return optuna.trial.create_trial(
        state=optuna.trial.TrialState.COMPLETE if is_able else optuna.trial.TrialState.PRUNED,
        value=each.value if is_able else None,
        params=dict(each.points),
        distributions=dict(distributions),
        intermediate_values=dict(enumerate(each.values)) if each.state is TrialState.CUT else {},
    )
