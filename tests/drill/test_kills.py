"""`kill -9` at named points of a real process: nothing that was acknowledged is lost, and every credit is booked."""

import itertools
import os
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from starfoundry.daemon.audit.report import audit
from starfoundry.drill.campaign import fast_directory
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.store.tables.schema import config_revisions, container_logs, containers, ledger
from tests.drill.mortal import CUT_OFF, POINTS
from tests.patience import DEADLINE_SECONDS
from tests.prepared import PreparedProgram

NAME = "kill -9 of real processes at named points, no acknowledgement lost"
pytestmark = pytest.mark.processes


SAID = (
    sa.select(container_logs.c.message)
    .where(container_logs.c.container_id == sa.bindparam("container"))
    .order_by(container_logs.c.id)
)


def coordinators(connection):
    made = containers.c.type == "manufacturing_coordinator"
    return connection.execute(sa.select(containers).where(made)).all()


def life(directory: Path, point: str, number: int, seed: int) -> tuple[int, list[str]]:
    """One life of the process: how it ended, and what it said."""
    process = PreparedProgram("mortal", [str(directory), point, str(number), str(seed)], os.environ)
    said, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode in (0, -9), errors
    return process.returncode, said.splitlines()


def stored(directory: Path, query):
    """The answer of a query to the database as the dead left it."""
    engine = sa.create_engine(f"sqlite:///{directory / 'sandbox.db'}", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return query(connection)


def lost_settings(directory: Path, kills: int, seed: int) -> list[str]:
    """Kill `kills` times, then let it end in good order; whatever was lost or doubled."""
    rng = SeededEntropy(seed).stream("kills")
    lost: list[str] = []
    acknowledged: set[int] = set()
    life(directory, "pause", 60, seed)  # an agent's token comes once: let it arrive
    for number, point in zip(range(kills), itertools.cycle(POINTS), strict=False):
        code, said = life(directory, point, rng.randint(1, 60), seed * 1_000 + number)
        acknowledged |= {int(line.split()[1]) for line in said}
        there = set(stored(directory, lambda c: c.execute(sa.select(config_revisions.c.revision)).scalars().all()))
        lost += [f"kill {number} at {point}: revision {each} is lost" for each in sorted(acknowledged - there)]
        if code == 0:
            lost.append(f"kill {number} at {point} never happened")
    _code, said = life(directory, "never", 600, seed * 1_000 + kills)
    has = int(said[-1].removeprefix("credits "))
    booked = stored(directory, lambda c: c.execute(sa.select(sa.func.sum(ledger.c.amount))).scalar_one())
    adjusted = stored(
        directory,
        lambda c: c.execute(sa.select(sa.func.count()).where(ledger.c.kind == "ADJUSTMENT")).scalar_one(),
    )
    broken = [f"{each.promise.name}: {each.findings}" for each in stored(directory, audit) if not each.is_kept]
    if (booked, adjusted) != (has, 0):
        broken.append(f"{booked:,} booked with {adjusted} adjustments, the sandbox says {has:,}")
    return lost + broken


@pytest.mark.parametrize(("seed", "kills"), [(1, 6), (2, 6)])
def test_what_was_acknowledged_outlives_kills_and_the_book_is_the_sandboxs(seed, kills, figure):
    with tempfile.TemporaryDirectory(dir=fast_directory()) as directory:
        lost = lost_settings(Path(directory), kills, seed)
    figure(NAME, kills, len(lost))

    assert lost == []


def test_a_container_told_to_end_at_once_ends_so_after_the_daemon_was_killed():
    with tempfile.TemporaryDirectory(dir=fast_directory()) as directory:
        place = Path(directory)
        life(place, "pause", 60, 1)
        code, _said = life(place, CUT_OFF, 3_000, 2)
        (left,) = stored(place, coordinators)
        life(place, "pause", 60, 3)
        (found,) = stored(place, coordinators)
        said = stored(place, lambda c: c.execute(SAID, {"container": found.id}).scalars().all())

    assert (code, left.status, left.ends_now) == (-9, "STOPPING", True)
    assert (found.status, found.exit_reason) == ("STOPPED", "")
    assert said[-2:] == ["Recovered after a restart of the daemon", "Stopped"]


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("seed", range(10, 30))
def test_many_kills(seed, figure):
    with tempfile.TemporaryDirectory(dir=fast_directory()) as directory:
        lost = lost_settings(Path(directory), 25, seed)
    figure(NAME, 25, len(lost))

    assert lost == []
