"""Studies and trials as rows. Every function works on a connection inside a transaction of its caller."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from starfoundry.kernel.ids import ContainerId
from starfoundry.store.tables.tuning import tuning_studies, tuning_trials
from starfoundry.tuning.domain.probation import Probation, ProbationState
from starfoundry.tuning.domain.study import Proposal, Spec, Study, StudyStatus, StudyTrial
from starfoundry.tuning.storage import probation_store

LISTED = 100


class _Outcome(msgspec.Struct, frozen=True, kw_only=True):
    check: tuple[tuple[float, float], ...] = ()
    proposal: Proposal | None = None


def create(connection: sa.Connection, spec: Spec, situation: bytes, at: datetime) -> Study:
    """A new study that runs, without a trial yet."""
    values = {
        "container_id": spec.container_id,
        "at": at,
        "status": StudyStatus.RUNNING.value,
        "spec": msgspec.to_builtins(spec),
        "outcome": msgspec.to_builtins(_Outcome()),
        "situation": situation,
    }
    (number,) = connection.execute(sa.insert(tuning_studies), values).inserted_primary_key or (None,)
    assert isinstance(number, int), "the database numbers its rows"
    return Study(number=number, status=StudyStatus.RUNNING, spec=spec, trials=())


def find(connection: sa.Connection, container_id: ContainerId, number: int) -> Study | None:
    """One study of a container, 0 for the newest; None where there is none."""
    wanted = _STUDIES.where(tuning_studies.c.container_id == container_id)
    if number:
        wanted = wanted.where(tuning_studies.c.id == number)
    row = connection.execute(wanted.order_by(tuning_studies.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _study(connection, row)


def get(connection: sa.Connection, number: int) -> Study:
    """A study that there is."""
    return _study(connection, connection.execute(_STUDIES.where(tuning_studies.c.id == number)).one())


def of_container(connection: sa.Connection, container_id: ContainerId) -> list[Study]:
    """The newest studies of a container, newest first."""
    mine = _STUDIES.where(tuning_studies.c.container_id == container_id)
    rows = connection.execute(mine.order_by(tuning_studies.c.id.desc()).limit(LISTED)).all()
    return [_study(connection, row) for row in rows]


def running(connection: sa.Connection) -> list[int]:
    """The numbers of the studies that run, the oldest first."""
    wanted = sa.select(tuning_studies.c.id).where(tuning_studies.c.status == StudyStatus.RUNNING.value)
    return list(connection.execute(wanted.order_by(tuning_studies.c.id)).scalars())


def running_of(connection: sa.Connection, container_id: ContainerId) -> int | None:
    """The study of a container that runs; None where none does."""
    mine = sa.select(tuning_studies.c.id).where(tuning_studies.c.container_id == container_id)
    return connection.execute(mine.where(tuning_studies.c.status == StudyStatus.RUNNING.value).limit(1)).scalar()


def situation_of(connection: sa.Connection, number: int) -> bytes:
    """The daemon's observation at the start of a study."""
    found = connection.execute(sa.select(tuning_studies.c.situation).where(tuning_studies.c.id == number)).scalar_one()
    assert isinstance(found, bytes), "stored as bytes"
    return found


def keep_trials(connection: sa.Connection, number: int, trials: Sequence[StudyTrial]) -> None:
    """Store trials as they stand now."""
    for trial in trials:
        row = {"study_id": number, "number": trial.number}
        one = (tuning_trials.c.study_id == number) & (tuning_trials.c.number == trial.number)
        stored = {"trial": msgspec.to_builtins(trial)}
        if connection.execute(sa.update(tuning_trials).where(one).values(stored)).rowcount == 0:
            connection.execute(sa.insert(tuning_trials), row | stored)


def keep_outcome(connection: sa.Connection, study: Study) -> None:
    """Store how a study stands, its trials aside; one that was stopped meanwhile stays so.

    A proposal that is to be set by itself is due from then on.
    """
    outcome = _Outcome(check=study.check, proposal=study.proposal)
    values = {"status": study.status.value, "reason": study.reason, "outcome": msgspec.to_builtins(outcome)}
    is_open = tuning_studies.c.status == StudyStatus.RUNNING.value
    one = sa.update(tuning_studies).where(tuning_studies.c.id == study.number, is_open)
    is_kept = connection.execute(one.values(values)).rowcount == 1
    if is_kept and study.proposal is not None and study.spec.apply_within:
        probation_store.keep(connection, Probation(study=study.number, state=ProbationState.DUE))


def change_status(connection: sa.Connection, number: int, *, was: StudyStatus, becomes: StudyStatus) -> bool:
    """Whether the study stood as it `was`; then it `becomes` the other."""
    one = (tuning_studies.c.id == number) & (tuning_studies.c.status == was.value)
    return connection.execute(sa.update(tuning_studies).where(one).values(status=becomes.value)).rowcount == 1


_STUDIES = sa.select(*(column for column in tuning_studies.c if column.name != "situation"))


def _study(connection: sa.Connection, row: sa.Row[Any]) -> Study:
    outcome = msgspec.convert(row.outcome, type=_Outcome)
    return Study(
        number=row.id,
        status=StudyStatus(row.status),
        spec=msgspec.convert(row.spec, type=Spec),
        trials=tuple(_trials(connection, row.id)),
        check=outcome.check,
        proposal=outcome.proposal,
        reason=row.reason,
        probation=probation_store.find(connection, row.id),
    )


def _trials(connection: sa.Connection, number: int) -> Sequence[StudyTrial]:
    mine = sa.select(tuning_trials.c.trial).where(tuning_trials.c.study_id == number).order_by(tuning_trials.c.number)
    return [msgspec.convert(stored, type=StudyTrial) for stored in connection.execute(mine).scalars()]
