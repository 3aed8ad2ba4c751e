"""Worker process for runs: one line of JSON per request on standard input, one per result on standard output.

The daemon starts it as a program and imports nothing of it, so that production code knows no sandbox.
"""

import logging
import sys

import msgspec

from starfoundry.forecast.domain.model import Run
from starfoundry.forecast.runtime.workers import Problem, WorkerAnswer
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.simulation.play import simulate


def main() -> None:
    """Answer every run, one after another."""
    logging.getLogger("starfoundry").setLevel(logging.CRITICAL)  # the log of a simulated daemon is not wanted
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(msgspec.json.encode(_answer(line)) + b"\n")
        sys.stdout.buffer.flush()


def _answer(line: bytes) -> WorkerAnswer:
    try:
        return WorkerAnswer(outcome=simulate(msgspec.json.decode(line, type=Run)))
    except StarFoundryError as error:
        return WorkerAnswer(problem=Problem(message=error.message, is_callers=True))
    except Exception as error:  # noqa: BLE001  (the caller is told; the next run may be fine)
        return WorkerAnswer(problem=Problem(message=f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main()
