"""Worker process for runs: one line of JSON per request on standard input, one per result on standard output.

The daemon starts it as a program and imports nothing of it, so that production code knows no sandbox.
"""

import logging
import sys

import msgspec

from starfoundry.forecast.domain.model import Run
from starfoundry.forecast.domain.remote_run import Problem, WorkerAnswer
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.runtime.concurrency.standard_input import requests
from starfoundry.simulation.play import simulate


def main() -> None:
    """Answer every run, one after another, until whoever asks is gone."""
    silence()
    for line in requests():
        sys.stdout.buffer.write(msgspec.json.encode(answer(msgspec.json.decode(line, type=Run))) + b"\n")
        sys.stdout.buffer.flush()


def silence() -> None:
    """Let simulated daemons log nothing."""
    logging.getLogger("starfoundry").setLevel(logging.CRITICAL)


def answer(run: Run) -> WorkerAnswer:
    """The outcome of a run, or why it cannot be played."""
    try:
        return WorkerAnswer(outcome=simulate(run))
    except StarFoundryError as error:
        return WorkerAnswer(problem=Problem(message=error.message, is_callers=not isinstance(error, Unavailable)))
    except Exception as error:  # noqa: BLE001  (the caller gets the error; the next run may be fine)
        return WorkerAnswer(problem=Problem(message=f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main()
