"""Jobs of workers on other machines, their answers, and the addresses of clusters.

A job has all that a run needs: what the daemon knew of the game, and the settings to try. No token is part of it.
"""

import re
import zlib

import msgspec

from starfoundry.forecast.domain.model import Outcome, Run
from starfoundry.kernel.errors import Refused, Unavailable

_ADDRESS = re.compile(r"(?:tcp|tls)://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})")


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a run came to nothing; `is_callers` when its world or its settings are no good."""

    message: str
    is_callers: bool = False


class WorkerAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The result of one run: exactly one of the two."""

    outcome: Outcome | None = None
    problem: Problem | None = None


def answered(answer: WorkerAnswer) -> Outcome:
    """The outcome that a worker answers with; raises Refused or Unavailable with its problem."""
    if answer.outcome is not None:
        return answer.outcome
    problem = answer.problem or Problem(message="no answer")
    raise (Refused if problem.is_callers else Unavailable)(f"a simulation failed: {problem.message}")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A run, and the content of the file that its world's `situation` names, compressed."""

    run: Run
    situation: bytes


def pack(situation: bytes) -> bytes:
    """A situation as it travels."""
    return zlib.compress(situation)


def unpack(situation: bytes) -> bytes:
    """The situation that `pack` was given."""
    return zlib.decompress(situation)


def checked_cluster(text: str) -> str:
    """The address of a Dask scheduler; raises Refused for anything else."""
    address = text.strip()
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[1]) < 65_536:
        raise Refused.of(
            "cluster", text, "the address of a Dask scheduler, tcp://HOST:PORT or tls://HOST:PORT, as it prints it"
        )
    return address
