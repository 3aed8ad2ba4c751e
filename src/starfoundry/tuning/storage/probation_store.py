"""Proposals on trial, as rows. Every function works on a connection inside a transaction of its caller."""

import msgspec
import sqlalchemy as sa

from starfoundry.kernel.ids import ContainerId
from starfoundry.store.tables.tuning import tuning_probations, tuning_studies
from starfoundry.tuning.domain.probation import Probation, ProbationState


def keep(connection: sa.Connection, probation: Probation) -> None:
    """Store how a proposal on trial stands."""
    one = tuning_probations.c.study_id == probation.study
    stored = {"is_open": probation.state.is_open, "probation": msgspec.to_builtins(probation)}
    if connection.execute(sa.update(tuning_probations).where(one).values(stored)).rowcount == 0:
        connection.execute(sa.insert(tuning_probations), {"study_id": probation.study} | stored)


def find(connection: sa.Connection, study: int) -> Probation | None:
    """The probation of a study's proposal; None where it is not set by itself."""
    one = sa.select(tuning_probations.c.probation).where(tuning_probations.c.study_id == study)
    stored = connection.execute(one).scalar()
    return None if stored is None else msgspec.convert(stored, type=Probation)


def every_open(connection: sa.Connection) -> list[Probation]:
    """Those of which something is still to be done, by study."""
    wanted = sa.select(tuning_probations.c.probation).where(tuning_probations.c.is_open)
    rows = connection.execute(wanted.order_by(tuning_probations.c.study_id)).scalars()
    return [msgspec.convert(stored, type=Probation) for stored in rows]


def hold(connection: sa.Connection, container_id: ContainerId) -> str:
    """Why nothing else may move a coordinator's settings: a proposal of a study is on trial; empty if none is."""
    wanted = (
        sa.select(tuning_probations.c.probation)
        .join(tuning_studies, tuning_studies.c.id == tuning_probations.c.study_id)
        .where(tuning_probations.c.is_open, tuning_studies.c.container_id == container_id)
    )
    for stored in connection.execute(wanted).scalars():
        probation = msgspec.convert(stored, type=Probation)
        if probation.state is ProbationState.WATCHING:
            return f"the proposal of study {probation.study} is in its probation"
    return ""
