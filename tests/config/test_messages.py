"""The sentence that answers `config set`: never more than is known."""

import json
from dataclasses import replace

import pytest

from starfoundry.config.domain.change_status import ChangeState, ConfigView, RevisionResult
from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.config.domain.messages import result_message
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.kernel.ids import ContainerId, Revision

NOT_YET = "the coordinator has not applied it yet"
CHANGED = {"max_pipelines": {"before": 3, "after": 5}}


def result(
    state,
    *,
    revision=8,
    observed=8,
    status=ContainerStatus.RUNNING,
    is_listening=True,
    changes=CHANGED,
    effects=(),
    after=None,
    reason="",
    is_safe=False,
):
    view = ConfigView(
        container_id=ContainerId("c"),
        status=status,
        system="X1-YZ19",
        config=ManufacturingConfig(),
        revision=Revision(revision),
        observed_revision=Revision(observed),
        is_listening=is_listening,
        is_safe=is_safe,
    )
    return RevisionResult(
        view=view,
        state=state,
        changes=changes,
        revision=Revision(revision),
        previous_revision=Revision(revision - bool(changes)),
        effects=effects,
        applied_after_seconds=after,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            result(ChangeState.APPLIED, after=0.003, effects=("2 factories became ready", "1 pipeline draining")),
            "revision 8 in force after 3 ms: 2 factories became ready, 1 pipeline draining",
        ),
        (result(ChangeState.APPLIED, after=0.0004), "revision 8 in force after less than 1 ms"),
        (result(ChangeState.APPLIED, after=42.4), "revision 8 in force after 42 s"),
        (
            result(ChangeState.APPLIED, observed=9, after=1.25, effects=("1 pipeline opened",)),
            "revision 8 was superseded by revision 9, in force after 1250 ms: 1 pipeline opened",
        ),
        (result(ChangeState.UNCHANGED, changes={}), "nothing changed: revision 8 is in force"),
        (
            result(ChangeState.PENDING, observed=7),
            f"stored as revision 8; {NOT_YET} (it decides with revision 7)",
        ),
        (
            result(ChangeState.PENDING, observed=0),
            f"stored as revision 8; {NOT_YET} (it has not decided anything yet)",
        ),
        (
            result(ChangeState.PENDING, observed=7, is_listening=False),
            f"stored as revision 8; {NOT_YET} (it is starting, or waiting to be restarted)",
        ),
        (
            result(ChangeState.UNCHANGED, observed=7, changes={}),
            "nothing changed: revision 8 is stored and not in force (it decides with revision 7)",
        ),
        (
            result(ChangeState.REJECTED, observed=7, reason="IRN is no good"),
            "stored as revision 8; the coordinator refuses it and continues with revision 7: IRN is no good",
        ),
        (
            result(ChangeState.REJECTED, observed=0, reason="IRN? Did you mean IRON?"),
            "stored as revision 8; the coordinator refuses it and has none in force: IRN? Did you mean IRON?",
        ),
        (
            result(ChangeState.APPLIED, changes={"old key": {"before": [1], "after": None, "how": "discarded"}}),
            "discarded old key (was [1]); revision 8 in force",
        ),
        (
            result(ChangeState.NEXT_START, observed=7, status=ContainerStatus.STOPPED),
            "stored as revision 8; the coordinator is STOPPED and applies it at its next start",
        ),
        (
            result(ChangeState.NEXT_START, observed=8, status=ContainerStatus.PAUSING),
            (
                "stored as revision 8; the coordinator is PAUSING and starts nothing new: it takes effect"
                " when it is resumed"
            ),
        ),
        (
            result(ChangeState.APPLIED, status=ContainerStatus.DRAINING, after=0.003, effects=("1 trip is judged",)),
            "revision 8 in force after 3 ms: 1 trip is judged",
        ),
    ],
)
def test_each_outcome_has_its_words(given, expected):
    assert result_message(given) == expected


@pytest.mark.parametrize("state", [ChangeState.PENDING, ChangeState.NEXT_START])
def test_what_is_only_stored_is_never_called_a_success(state):
    words = result_message(result(state, observed=7))

    assert "success" not in words
    assert "in force" not in words


BECOMES = "would become revision 8: max_pipelines 3 -> 5"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (result(ChangeState.PENDING, observed=7), BECOMES),
        (
            result(ChangeState.PENDING, observed=7, effects=("1 pipeline opened",)),
            f"{BECOMES}; at once: 1 pipeline opened",
        ),
        (
            result(ChangeState.REJECTED, observed=7, reason="IRN is no good"),
            f"{BECOMES}; the coordinator would refuse it: IRN is no good",
        ),
        (
            result(ChangeState.NEXT_START, observed=7, status=ContainerStatus.STOPPED),
            f"{BECOMES}; the coordinator is STOPPED and applies it at its next start",
        ),
        (
            result(ChangeState.PENDING, observed=0, is_safe=True),
            f"{BECOMES}; the daemon runs with --safe-configuration, on built-in defaults",
        ),
        (result(ChangeState.UNCHANGED, changes={}), "nothing would change: revision 8 is in force"),
    ],
)
def test_a_dry_run_says_what_would_be_and_when(given, expected):
    assert result_message(replace(given, is_dry=True)) == expected


@pytest.mark.parametrize("stored", [{"FUEL": {"min_price": 1}, "ORE": 7}, ["ORE", 7], 7, None])
def test_a_stored_value_that_no_setting_accepts_is_shown_as_json(stored):
    assert json.loads(as_text(stored)) == stored
